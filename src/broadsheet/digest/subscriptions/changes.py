"""What can happen to a subscription, whoever lets it: inside the transaction of the caller."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final

from django.db import transaction
from django.db.models import Max, Min, QuerySet
from django.db.models.functions import Lower

from broadsheet.digest import links, rules
from broadsheet.digest.models import Asking, Cadence, State, Subscriber, Subscription
from broadsheet.digest.subscriptions import limits, wishes
from broadsheet.digest.subscriptions.wishes import Terms
from broadsheet.kernel import clock
from broadsheet.kernel.errors import OldLink, Refused, Unavailable
from broadsheet.mail import actions as mail
from broadsheet.mail import sender, suppression

MOST_MAILINGS: Final = 40
"""How many editions one address may be sent."""

OPEN: Final = (State.ACTIVE, State.PAUSED)
"""The subscriptions that count against how many there may be."""

NO_MOVE: Final[Mapping[str, Any]] = MappingProxyType(
    {
        "next_address": "",
        "change_name": "",
        "change_asked_at": None,
        "old_agreed_at": None,
        "new_agreed_at": None,
    }
)
"""A subscriber whose address is not about to change."""


def check_mail() -> None:
    """Raises Unavailable where this site sends no mail."""
    if not sender.is_on():
        raise Unavailable(what="Mail from this site", remedy="Whoever runs it has not set it up.")


def locked(**which: Any) -> list[Subscriber]:
    """The subscribers of that kind, locked until the transaction ends.

    Whoever changes a subscription has locked its subscriber first, so that two windows take
    turns; several are locked in one order, so that nobody waits for ever.
    """
    numbers = Subscriber.objects.filter(**which).values("pk")
    return list(Subscriber.objects.select_for_update().filter(pk__in=numbers).order_by("pk"))


def subscriber_of(token: str, *, lock: bool = False) -> Subscriber:
    """Whose preferences a link opens. Raises BadLink, OldLink."""
    name = links.subscriber(token)
    found = locked(name=name) if lock else list(Subscriber.objects.filter(name=name))
    if not found:
        reason = "its address has changed, or everything held of it was deleted"
        raise OldLink(kind="link", name="", reason=reason)
    return found[0]


def subscriber_at(address: str, zone: str) -> Subscriber:
    """Whoever reads an address, locked; somebody new where nobody does yet."""
    fresh = Subscriber(name=links.new_name(), address=address, zone=zone, made_at=clock.now())
    known = Subscriber.objects.alias(key=Lower("address")).filter(key=address.lower())
    while True:
        Subscriber.objects.bulk_create([fresh], ignore_conflicts=True)
        # Whoever was there may be gone by the time the lock is ours: then it is the fresh one.
        if found := known.select_for_update().first():
            return found


def subscription_to(subscriber: Subscriber, edition: str) -> Subscription:
    """The subscriber's subscription to an edition; a new one waits to be confirmed."""
    fresh = Subscription(
        name=links.new_name(), subscriber=subscriber, edition=edition, asked_at=clock.now()
    )
    Subscription.objects.bulk_create([fresh], ignore_conflicts=True)
    row = Subscription.objects.select_for_update().get(subscriber=subscriber, edition=edition)
    row.subscriber = subscriber  # one object, so that a change of it is seen everywhere
    return row


def has_anything(subscriber: Subscriber) -> bool:
    """Whether anything hangs on this address."""
    return subscriber.subscriptions.exists() or subscriber.webhooks.exists()


def terms_of(row: Subscription) -> Terms:
    """What a subscription says now."""
    return Terms(row.cadence, row.weekday, row.hour, row.subscriber.zone, row.size, row.even_empty)


def write(row: Subscription, terms: Terms) -> None:
    """Put other terms into the row, unsaved; the zone is the subscriber's, and stays."""
    row.cadence, row.weekday, row.hour = terms.cadence, terms.weekday, terms.hour
    row.size, row.even_empty = terms.size, terms.even_empty


def settle(row: Subscription, terms: Terms) -> None:
    """Change what a subscription says. A new zone moves everything of its subscriber.

    While the rhythm stays so does the due time: what is due and not yet sent is not passed over.
    """
    rhythm = (row.cadence, row.weekday, row.hour)
    write(row, terms)
    if row.state == State.ACTIVE and (
        rhythm != (row.cadence, row.weekday, row.hour) or not row.due_at
    ):
        row.due_at = due_after(row, terms.zone, clock.now())
    row.save()
    set_zone(row.subscriber, terms.zone)


def set_zone(subscriber: Subscriber, zone: str) -> None:
    """Send all that a subscriber gets by the clocks of this zone."""
    if subscriber.zone == zone:
        return
    subscriber.zone = zone
    subscriber.save()
    now = clock.now()
    rows = subscriber.subscriptions.filter(state=State.ACTIVE)
    for row in rows.exclude(due_at__lte=now):  # what is due by the old clocks comes first
        row.due_at = due_after(row, zone, now)
        row.save()


def begin(row: Subscription, terms: Terms, network: str = "") -> None:
    """Let mail come: its reader has said yes to these terms. Raises Refused for too many.

    ``network`` is the keyed hash of where it was asked for, if that was elsewhere.
    """
    subscriber, now = row.subscriber, clock.now()
    check_most(subscriber.subscriptions.exclude(pk=row.pk), more=1)
    if subscriber.confirmed_at is None:
        subscriber.confirmed_at = now
        subscriber.save()
    if not _is_watching(row, terms):  # else what was found and not sent yet would be no news
        row.confirmed_at = now
    row.state, row.left_at = State.ACTIVE, None
    row.consent = wishes.said(row.edition, terms)
    row.network = network or row.network
    settle(row, terms)


def _is_watching(row: Subscription, terms: Terms) -> bool:
    """Whether it writes at once already, and goes on so."""
    return row.state == State.ACTIVE and {row.cadence, terms.cadence} == {Cadence.AT_ONCE}


def check_most(
    rows: QuerySet[Subscription], *, more: int, refused: tuple[str, str] = ("This edition", "added")
) -> None:
    """Raises Refused where an address that gets these would with so many more get too many.

    ``refused`` is what cannot be, and what it cannot be.
    """
    if rows.filter(state__in=OPEN).count() + more > MOST_MAILINGS:
        reason = f"an address gets at most {MOST_MAILINGS} editions; leave another first"
        raise Refused(what=refused[0], done=refused[1], reason=reason)


def resume(row: Subscription) -> None:
    """Let mail come again as it did. Raises Refused for too many."""
    if row.state == State.ACTIVE:
        return
    if row.confirmed_at is None:
        begin(row, terms_of(row))
        return
    check_most(row.subscriber.subscriptions.exclude(pk=row.pk), more=1)
    row.state, row.left_at = State.ACTIVE, None
    row.due_at = due_after(row, row.subscriber.zone, clock.now())
    row.save()


def stop(row: Subscription, state: State) -> None:
    """Pause or leave: nothing comes any more, what waits to be sent neither. Twice is once."""
    is_begun = row.state != State.PENDING or state == State.LEFT
    if row.state in (state, State.LEFT) or not is_begun:
        return
    row.state, row.due_at = state, None
    row.left_at = clock.now() if state == State.LEFT else None
    row.save()
    take_back(row)


def take_back(row: Subscription) -> datetime | None:
    """Take back its letters that wait, as if they had never been composed.

    Gives when the first of them was, None where none waits. What was in them comes later.
    """
    beginning = f"edition {row.name} "
    keys = mail.cancel(row.subscriber.name, beginning=beginning)
    issues = row.issues.filter(edition__in=[key.removeprefix(beginning) for key in keys])
    first: datetime | None = issues.aggregate(first=Min("composed_at"))["first"]
    if issues.delete()[0]:
        held = row.issues.exclude(papers=[], left_out=[])
        row.last_day = held.aggregate(last=Max("day"))["last"]
        row.save()
    return first


@contextmanager
def undone_if_suppressed(address: str) -> Iterator[None]:
    """Undo what is done inside where nothing may be sent to an address.

    Done first and undone then, so that the time it takes tells nobody.
    """
    before = transaction.savepoint()
    yield
    if suppression.suppressed([address]):
        transaction.savepoint_rollback(before)
    else:
        transaction.savepoint_commit(before)


def askings(subscriber: Subscriber) -> QuerySet[Asking]:
    """For links to their address, and to the one they want to move to."""
    to_theirs = Asking.objects.filter(address=limits.mark(subscriber.address.lower()))
    return to_theirs | Asking.objects.filter(wish__move=subscriber.name)


def forget(subscriber: Subscriber) -> None:
    """Remove whatever hangs on this address, and the address from every letter."""
    theirs = askings(subscriber)
    for owner in (subscriber.name, *theirs.values_list("name", flat=True)):
        mail.forget(owner)
    theirs.delete()
    # Locked first: whoever is writing what hangs on them ends that before, and starts nothing new.
    for rows in (subscriber.subscriptions.all(), subscriber.webhooks.all()):
        list(rows.select_for_update().order_by("pk").values_list("pk"))
    subscriber.delete()


def due_after(row: Subscription, zone: str, after: datetime) -> datetime:
    """When a subscription is to be looked at next."""
    return rules.next_due(row.cadence, weekday=row.weekday, hour=row.hour, zone=zone, after=after)
