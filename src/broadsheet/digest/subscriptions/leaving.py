"""Leaving: one link, no questions, for years."""

from django.db import transaction

from broadsheet.digest import links
from broadsheet.digest.models import State, Subscription
from broadsheet.digest.subscriptions import changes, wishes
from broadsheet.digest.types import Mailing

__all__ = ["leave", "leaving"]


def leaving(token: str) -> Mailing | None:
    """What the link leaves; None where nothing is left to leave. Raises BadLink."""
    row = _named(links.subscription_to_leave(token))
    return wishes.mailing(row, row.subscriber.zone) if row else None


def leave(token: str) -> Mailing | None:
    """Leave what the link names, twice is once; None where nothing is left. Raises BadLink."""
    name = links.subscription_to_leave(token)
    with transaction.atomic():
        changes.locked(subscriptions__name=name)
        row = _named(name)
        if row:
            changes.stop(row, State.LEFT)
    return wishes.mailing(row, row.subscriber.zone) if row else None


def _named(name: str) -> Subscription | None:
    return Subscription.objects.select_related("subscriber").filter(name=name).first()
