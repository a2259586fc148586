"""Subscriptions as they stand once they are confirmed, for tests of what is sent to them."""

import itertools
from datetime import UTC, datetime

from broadsheet.digest.models import State, Subscriber, Subscription

BEGAN = datetime(2026, 8, 1, 9, tzinfo=UTC)

_numbers = itertools.count(1)


def subscription(edition="/latest", *, zone="UTC", **fields):
    """An active subscription of a reader of its own; state only what the test is about."""
    number = next(_numbers)
    reader = Subscriber.objects.create(
        name=f"reader{number}",
        address=f"reader{number}@example.org",
        zone=zone,
        made_at=BEGAN,
        confirmed_at=BEGAN,
    )
    given = {
        "state": State.ACTIVE,
        "asked_at": BEGAN,
        "confirmed_at": BEGAN,
        "due_at": datetime(2026, 8, 15, 7, tzinfo=UTC),
    }
    return Subscription.objects.create(
        name=f"mail{number}", subscriber=reader, edition=edition, **given | fields
    )
