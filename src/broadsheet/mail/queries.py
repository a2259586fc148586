"""What became of letters: for their readers' logs, for the operator, and for status pages."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Final

from django.db.models import Count, F, Min, Q, QuerySet

from broadsheet.kernel import clock
from broadsheet.mail import rules
from broadsheet.mail.models import Message, Standing, Suppression
from broadsheet.mail.types import Delivery, Happening

__all__ = ["Line", "Outbox", "log", "outbox", "standing"]

_LATELY: Final = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outbox:
    """How the outbox stands.

    ``messages`` counts by standing, with zeros. ``due_since`` is the time of the one that should
    have gone first; if that is minutes ago, nothing delivers. ``put_off`` (waiting for another
    try) and ``failures`` (in seven days) count by the server's reason, ``suppressions`` addresses
    by why nothing goes there.
    """

    messages: dict[str, int]
    due: int
    due_since: datetime | None
    sent_in_minute: int
    sent_in_hour: int
    sent_in_day: int
    put_off: dict[str, int]
    failures: dict[str, int]
    suppressions: dict[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One message, for the operator: where it goes only by its domain."""

    number: int
    key: str
    kind: str
    domain: str
    subject: str
    standing: str
    attempts: int
    composed_at: datetime
    due_at: datetime
    ended_at: datetime | None
    error: str


def log(owner: str, *, limit: int | None = None) -> tuple[Delivery, ...]:
    """Everything that was written to the owner, the newest first; at most so many."""
    rows = Message.objects.filter(owner=owner).select_related("content")
    rows = rows.prefetch_related("events").order_by("-composed_at", "-pk")[:limit]
    return tuple(
        Delivery(
            number=row.pk,
            kind=row.kind,
            subject=row.content.subject,
            standing=row.standing,
            happenings=tuple(sorted(_happenings(row), key=lambda one: one.at)),
        )
        for row in rows
    )


def _happenings(row: Message) -> Iterator[Happening]:
    """The row tells how it began and ended; what lies between and after are events."""
    yield Happening(at=row.composed_at, what="composed")
    for event in row.events.all():
        yield Happening(at=event.at, what=event.what, said=event.said)
    if row.ended_at:
        yield Happening(at=row.ended_at, what=row.standing, said=row.error)


def standing() -> Outbox:
    """The counts. Five queries."""
    now = clock.now()
    counted = Message.objects.values_list("standing").annotate(count=Count("pk"))
    is_due = Q(standing=Standing.WAITING, due_at__lte=now)
    due = Message.objects.filter(is_due).aggregate(count=Count("pk"), since=Min("due_at"))
    failed = Message.objects.filter(standing=Standing.FAILED, ended_at__gte=now - _LATELY)
    waiting = Message.objects.filter(standing=Standing.WAITING).exclude(error="")
    suppressed = Suppression.objects.values_list("reason").annotate(count=Count("pk"))
    return Outbox(
        messages=dict.fromkeys(Standing.values, 0) | dict(counted),
        due=due["count"],
        due_since=due["since"],
        **_rates(now),
        put_off=_reasons(waiting),
        failures=_reasons(failed),
        suppressions=dict(suppressed.order_by("reason")),
    )


def _rates(now: datetime) -> dict[str, int]:
    spans = {"minute": 1, "hour": 60, "day": 24 * 60}
    return Message.objects.filter(
        standing=Standing.SENT, ended_at__gt=now - timedelta(days=1)
    ).aggregate(
        **{
            f"sent_in_{name}": Count("pk", filter=Q(ended_at__gt=now - timedelta(minutes=minutes)))
            for name, minutes in spans.items()
        }
    )


def _reasons(rows: QuerySet[Message]) -> dict[str, int]:
    """How many there are for each reason, the most frequent first."""
    found: Counter[str] = Counter()
    for error, count in rows.values_list("error").annotate(count=Count("pk")):
        found[rules.reason(error)] += count
    return dict(found.most_common())


def outbox(*standings: str, limit: int = 100) -> tuple[Line, ...]:
    """Messages in these standings (all without any), the newest first."""
    rows = Message.objects.filter(standing__in=standings or Standing.values)
    rows = rows.annotate(number=F("pk"), subject=F("content__subject")).order_by("-pk")
    columns = [column.name for column in fields(Line)]
    return tuple(Line(**row) for row in rows.values(*columns)[:limit])
