"""Which subscriptions are due, and what each was sent lately."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from itertools import groupby
from operator import itemgetter
from zoneinfo import ZoneInfo

import orjson
from django.db.models import Min, QuerySet, TextField
from django.db.models.functions import Cast

from broadsheet.digest import rules
from broadsheet.digest.issues.choosing import LATELY
from broadsheet.digest.issues.picking import Reader
from broadsheet.digest.letter.composing import NO_ROOM
from broadsheet.digest.models import Cadence, Issue, State, Subscription
from broadsheet.digest.subscriptions import wishes

_AT_ONCE = 500
_FAR = timedelta(days=40)  # longer than from any due time to the next


@dataclass(frozen=True, slots=True)
class Due:
    """A subscription that is due, what choosing asks of it, and when it is due again."""

    row: Subscription
    reader: Reader
    next_at: datetime


def editions(now: datetime, *, only: str = "") -> tuple[str, ...]:
    """The addresses that somebody is due to be sent, those that are due for longest first."""
    rows = _due(now).filter(edition=only) if only else _due(now)
    firsts = rows.values("edition").annotate(first=Min("due_at")).order_by("first", "edition")
    return tuple(firsts.values_list("edition", flat=True))


def count(edition: str, now: datetime) -> int:
    """How many subscriptions of an address are due."""
    return _due(now).filter(edition=edition).count()


def batches(edition: str, now: datetime) -> Iterator[list[Due]]:
    """The subscriptions of an address that are due, some hundred at a time."""
    last = 0
    while rows := list(_some(edition, now, last)):
        last = rows[-1].pk
        yield _read(rows, now)


def newcomer(name: str, now: datetime) -> Due | None:
    """A subscription as if it were due now and had been sent nothing; None if it is not active."""
    rows = Subscription.objects.select_related("subscriber").filter(name=name, state=State.ACTIVE)
    for row in rows:
        reader = Reader(cadence=row.cadence, size=row.size, due_at=now, day=_day(row, now))
        return Due(row, reader, _next(row, now))
    return None


def _due(now: datetime) -> QuerySet[Subscription]:
    return Subscription.objects.filter(state=State.ACTIVE, due_at__lte=now)


def _some(edition: str, now: datetime, last: int) -> QuerySet[Subscription]:
    rows = _due(now).select_related("subscriber").filter(edition=edition, pk__gt=last)
    return rows.order_by("pk")[:_AT_ONCE]


def _read(rows: Sequence[Subscription], now: datetime) -> list[Due]:
    sent = _sent([row.pk for row in rows], now - LATELY)
    found = []
    for row in rows:
        due_at, next_at = _due_at(row, now)
        reader = Reader(
            cadence=row.cadence,
            size=row.size,
            due_at=due_at,
            day=_day(row, due_at),
            even_empty=row.even_empty,
            after=row.last_day,
            since=row.confirmed_at,
            sent=sent.get(row.pk, {}),
        )
        found.append(Due(row, reader, next_at))
    return found


def _due_at(row: Subscription, now: datetime) -> tuple[datetime, datetime]:
    """The last time a subscription was due, and the next: what was missed comes once.

    Alerts gather whatever came since they were due first.
    """
    due_at = row.due_at or now
    if row.cadence == Cadence.AT_ONCE:
        return due_at, _next(row, now)
    if due_at < now - _FAR:
        due_at = _next(row, now - _FAR)
    while (coming := _next(row, due_at)) <= now:
        due_at = coming
    return due_at, coming


def _next(row: Subscription, after: datetime) -> datetime:
    return _next_due(row.cadence, row.weekday, row.hour, (_zone(row), after))


@lru_cache(maxsize=4096)
def _next_due(
    cadence: str, weekday: int, hour: int, where_and_when: tuple[str, datetime]
) -> datetime:
    """Kept, because the same is asked of all who share an hour and a zone."""
    zone, after = where_and_when
    return rules.next_due(cadence, weekday=weekday, hour=hour, zone=zone, after=after)


def _day(row: Subscription, moment: datetime) -> date:
    return moment.astimezone(ZoneInfo(_zone(row))).date()


def _zone(row: Subscription) -> str:
    """The reader's time zone; UTC for one that another machine knew and this one does not."""
    zone = row.subscriber.zone
    return zone if zone in wishes.zones() else "UTC"


def _sent(numbers: Sequence[int], since: datetime) -> dict[int, Mapping[str, int]]:
    """What each of these subscriptions was sent since: papers by key, each with its version.

    One that could not be set counts too: its letter named it, and the next would do so again.
    """
    issues = Issue.objects.filter(subscription__in=numbers, composed_at__gt=since)
    as_text = issues.annotate(
        set=Cast("papers", TextField()), not_set=Cast("left_out", TextField())
    ).order_by("subscription", "composed_at", "pk")
    rows = as_text.values_list("subscription", "set", "not_set")
    return {
        number: _joined(tuple(texts[1:] for texts in theirs))
        for number, theirs in groupby(rows, key=itemgetter(0))
    }


@lru_cache(maxsize=1024)
def _joined(issues: tuple[tuple[str, str], ...]) -> Mapping[str, int]:
    """Many are sent the same: what they were sent is one mapping then."""
    return {key: version for issue in issues for key, version in _papers(*issue)}


@lru_cache(maxsize=4096)
def _papers(papers: str, left_out: str) -> tuple[tuple[str, int], ...]:
    named = [(key, 0) for key, reason in orjson.loads(left_out) if reason != NO_ROOM]
    return (*named, *((key, version) for key, version in orjson.loads(papers)))
