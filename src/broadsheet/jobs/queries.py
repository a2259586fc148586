"""How the queue and the schedule stand, for status pages and the command."""

from contextlib import suppress
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from django.db.models import Count, Max, Min, Q

from broadsheet.jobs import rules
from broadsheet.jobs.claims import ATTEMPTS
from broadsheet.jobs.models import Job, Schedule, State
from broadsheet.kernel import clock
from broadsheet.kernel.errors import BadOption

__all__ = ["ATTEMPTS", "Entry", "Line", "Queue", "jobs", "queue", "schedule"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Queue:
    """How many jobs wait (of them, those whose time has come), run, and were set aside.

    ``due_since`` is the time of the one that should have been taken first; if that is minutes
    ago and nothing runs, no worker does. ``next_firing`` is the schedule's.
    """

    waiting: int
    due: int
    running: int
    failed: int
    due_since: datetime | None
    next_firing: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One job. ``said`` is how far it says it is, ``error`` why its last attempt failed."""

    number: int
    name: str
    subject: str
    arguments: dict[str, Any]
    state: str
    attempts: int
    due_at: datetime
    started_at: datetime | None
    ended_at: datetime | None
    worker: str
    said: str
    error: str
    to_cancel: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One row of the schedule; ``job`` and ``subject`` are what it asks for."""

    name: str
    cron: str
    zone: str
    job: str
    subject: str
    last_fired: datetime | None
    next_due: datetime | None


def queue() -> Queue:
    """The counts. Two queries."""
    now = clock.now()
    is_due = Q(state=State.WAITING, due_at__lte=now)
    row = Job.objects.aggregate(
        waiting=Count("pk", filter=Q(state=State.WAITING)),
        due=Count("pk", filter=is_due),
        running=Count("pk", filter=Q(state=State.RUNNING)),
        failed=Count("pk", filter=Q(state=State.FAILED)),
        due_since=Min("due_at", filter=is_due),
    )
    entries = Schedule.objects.values_list("cron", "zone")
    coming = [due for cron, zone in entries if (due := _next(cron, zone, now))]
    return Queue(**row, next_firing=min(coming, default=None))


def _next(cron: str, zone: str, now: datetime) -> datetime | None:
    """None too where another machine declared a zone that this one does not know."""
    with suppress(BadOption):
        return rules.next_due(cron, zone, now)
    return None


def jobs(*states: str, limit: int = 100) -> tuple[Line, ...]:
    """Jobs in these states (all without any): running, set aside, waiting by time, ended."""
    rows = Job.objects.filter(state__in=states or State.values)
    columns = [column.name for column in fields(Line) if column.name != "number"]
    found: list[Line] = []
    for state, order in (
        (State.RUNNING, "started_at"),
        (State.FAILED, "-ended_at"),
        (State.WAITING, "due_at"),
        (State.CANCELLED, "-ended_at"),
        (State.DONE, "-ended_at"),
    ):
        chosen = rows.filter(state=state).order_by(order, "pk")[: limit - len(found)]
        found += [Line(number=pk, **row) for pk, row in _rows(chosen, columns)]
    return tuple(found)


def _rows(chosen: Any, columns: list[str]) -> list[tuple[int, dict[str, Any]]]:
    return [(row.pop("pk"), row) for row in chosen.values("pk", *columns)]


def schedule() -> tuple[Entry, ...]:
    """The whole schedule, by the next due time."""
    now = clock.now()
    rows = Schedule.objects.annotate(last_fired=Max("firings__fired_at"))
    columns = [column.name for column in fields(Entry) if column.name != "next_due"]
    entries = [
        Entry(**row, next_due=_next(row["cron"], row["zone"], now)) for row in rows.values(*columns)
    ]
    return tuple(sorted(entries, key=_when))


def _when(entry: Entry) -> tuple[bool, float, str]:
    due = entry.next_due
    return (due is None, due.timestamp() if due else 0, entry.name)
