"""Everything a reader may do with their mail, by a signed link and without an account.

Whoever holds the link reads the address it was mailed to, so what is added here is confirmed
already. All functions raise BadLink for a link that is none, OldLink where its address is gone,
and NotFound for a mailing that is not theirs.
"""

from dataclasses import replace

from django.db import transaction

from broadsheet.digest.models import State, Subscriber, Subscription
from broadsheet.digest.subscriptions import changes, moving, wishes
from broadsheet.digest.types import Mailing, Preferences, Wish
from broadsheet.kernel.errors import NotFound
from broadsheet.mail import queries, suppression

__all__ = ["add", "change", "leave", "pause", "resume", "set_zone", "standing"]


def standing(token: str, *, letters: int = 100) -> Preferences:
    """All that an address is sent or was, and what became of the newest letters, so many of them.

    With none of them it costs no look into the log.
    """
    subscriber = changes.subscriber_of(token)
    rows = subscriber.subscriptions.order_by("asked_at", "pk")
    return Preferences(
        address=subscriber.address,
        zone=subscriber.zone,
        mailings=tuple(wishes.mailing(row, subscriber.zone) for row in rows),
        deliveries=queries.log(subscriber.name, limit=letters) if letters else (),
        move=moving.under_way(subscriber),
        suppressed=bool(suppression.suppressed([subscriber.address])),
    )


def change(token: str, name: str, wish: Wish) -> Mailing:
    """Change how often, when and how much is sent; both addresses of the wish are passed over.

    Raises BadQuestion. The zone is that of all their mailings.
    """
    with transaction.atomic():
        row = _mailing(token, name)
        wishes.edition_for(replace(wish, edition=row.edition))
        changes.settle(row, wishes.terms(wish))
    return _told(row)


def set_zone(token: str, zone: str) -> None:
    """Send all of it by the clocks of another zone. Raises BadQuestion."""
    wishes.check_zone(zone)
    with transaction.atomic():
        changes.set_zone(changes.subscriber_of(token, lock=True), zone)


def pause(token: str, name: str) -> Mailing:
    """Send nothing of it until it is resumed."""
    with transaction.atomic():
        row = _mailing(token, name)
        changes.stop(row, State.PAUSED)
    return _told(row)


def resume(token: str, name: str) -> Mailing:
    """Send it as before, whether it was paused, left or never confirmed."""
    with transaction.atomic():
        row = _mailing(token, name)
        changes.resume(row)
    return _told(row)


def leave(token: str, name: str = "") -> None:
    """Leave one of them, or all."""
    with transaction.atomic():
        subscriber = changes.subscriber_of(token, lock=True)
        rows = [_named(subscriber, name)] if name else list(subscriber.subscriptions.all())
        for row in rows:
            row.subscriber = subscriber
            changes.stop(row, State.LEFT)


def add(token: str, wish: Wish) -> Mailing:
    """Send another edition too, at once; what was sent of it before, on these terms from now.

    Raises BadQuestion, NotFound for an edition that cannot be mailed, Refused for too many.
    """
    edition, terms = wishes.edition_for(wish), wishes.terms(wish)
    with transaction.atomic():
        row = changes.subscription_to(changes.subscriber_of(token, lock=True), edition)
        changes.begin(row, terms)
    return _told(row)


def _mailing(token: str, name: str) -> Subscription:
    return _named(changes.subscriber_of(token, lock=True), name)


def _named(subscriber: Subscriber, name: str) -> Subscription:
    row = subscriber.subscriptions.select_for_update().filter(name=name).first()
    if row is None:
        raise NotFound(kind="mailing of this address", name=name[:40])
    row.subscriber = subscriber
    return row


def _told(row: Subscription) -> Mailing:
    return wishes.mailing(row, row.subscriber.zone)
