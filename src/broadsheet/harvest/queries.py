"""What the harvest tells: its sources, and the ledger of every feed's days."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from django.conf import settings

from broadsheet.harvest import demands, rules, saying
from broadsheet.harvest import ledger as books
from broadsheet.harvest.calendar import Calendar
from broadsheet.harvest.models import Checkpoint, Day, Demand, Listing, Source
from broadsheet.jobs.rules import next_due
from broadsheet.kernel import clock
from broadsheet.net.targets import shown
from broadsheet.papers.queries import listed as held_papers
from broadsheet.papers.queries.sql import select
from broadsheet.sources.live import LiveSource, Need, Outcome

_LATELY: Final = timedelta(weeks=4)


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceState:
    """How a live source stands. ``covered``: nothing that changed up to that day is missing.

    ``base_url`` is for people: without what may be a key. ``has_key`` says whether a source that
    is asked for more with a key has one; None of those that take none.
    ``under_way`` says that an errand goes on with the next run, for what changed from ``since``.
    """

    name: str
    title: str
    on: bool
    needs: tuple[Need, ...]
    has_key: bool | None
    categories: tuple[str, ...]
    base_url: str
    feeds: tuple[str, ...]
    schedule: str
    zone: str
    asked_at: datetime | None
    succeeded_at: datetime | None
    outcome: str
    error: str
    next_at: datetime | None
    covered: date | None
    under_way: bool
    since: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DayState:
    """A feed's day in the ledger.

    ``outcome`` is "found" or the reason why there is nothing, ``why`` that in a sentence.
    ``announced`` counts what upstreams listed, ``held`` what of it is held, ``late`` what came
    after the day was complete or over, ``rejected`` what was refused. ``silent`` names sources
    that list the feed and did not list that day while it could be had. ``missed_at`` is when a
    gap was first seen, ``healed_at`` when it was closed. ``next_day`` and ``next_due`` are of
    the next edition after now, None where the feed has no known habit.
    """

    feed: str
    day: date
    outcome: Outcome
    why: str
    announced: int = 0
    held: int = 0
    late: int = 0
    rejected: int = 0
    alarm: str = ""
    silent: tuple[str, ...] = ()
    asked_at: datetime | None = None
    missed_at: datetime | None = None
    healed_at: datetime | None = None
    complete_at: datetime | None = None
    next_day: date | None = None
    next_due: datetime | None = None

    @property
    def count(self) -> str:
        """How much of what was announced is held: "412 of 412"."""
        return f"{self.held:,} of {self.announced:,}"


@dataclass(frozen=True, slots=True, kw_only=True)
class ListingState:
    """What one source lists of a day."""

    source: str
    count: int
    whole: bool
    grown_at: datetime
    said_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """A name that was announced and is not held; ``reason`` says why if its record was refused."""

    name: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DemandState:
    """How it stands with a paper that is not held: whether arXiv can be asked for it, or was.

    ``standing`` is "none", "under-way" or "answered"; the rest is of the last demand, if there
    was one. ``outcome`` and ``error`` say why nothing came of it ("not-there", "not-asked",
    "unreadable"), or not yet.
    """

    number: str
    may_ask: bool
    standing: rules.DemandStanding = "none"
    asked_at: datetime | None = None
    answered_at: datetime | None = None
    outcome: str = ""
    error: str = ""


def sources() -> tuple[SourceState, ...]:
    """Every live source of the program, in its own order."""
    rows = {row.name: row for row in Source.objects.all()}
    marks = {(mark.source, mark.set): mark for mark in Checkpoint.objects.all()}
    states = []
    for name, source in books.live().items():
        row = rows.get(name) or Source(name=name)
        mark = marks.get((name, row.categories))
        states.append(
            SourceState(
                name=name,
                title=source.title,
                on=row.on,
                needs=source.needs,
                has_key=_has_key(name),
                categories=tuple(row.categories.split("\n")) if row.categories else (),
                base_url=" ".join(map(shown, (row.base_url or source.base_url).split())),
                feeds=source.feeds,
                schedule=source.schedule,
                zone=source.zone,
                asked_at=row.asked_at,
                succeeded_at=row.succeeded_at,
                outcome=row.outcome,
                error=row.error,
                next_at=_next_run(source) if row.on else None,
                covered=mark.covered if mark else None,
                under_way=mark is not None and mark.begun_at is not None,
                since=mark.since if mark and mark.begun_at else None,
            )
        )
    return tuple(states)


def _has_key(name: str) -> bool | None:
    key = settings.SOURCE_KEYS.get(name)
    return None if key is None else bool(key)


def _next_run(source: LiveSource) -> datetime | None:
    """When a worker asks it next; None for a source that is asked only on demand."""
    return next_due(source.schedule, source.zone, clock.now()) if source.schedule else None


def ledger(first: date, last: date, *, feed: str = "") -> tuple[DayState, ...]:
    """Every line of these days, newest first, of one feed or all.

    Days on which a feed that is watched should have had an edition have a line although
    nobody asked.
    """
    rows = {(row.feed, row.day): row for row in Day.objects.filter(day__range=(first, last))}
    begun = _begun(Day.objects.values_list("feed", flat=True).distinct())
    now = clock.now()
    states = []
    for name in sorted(begun):
        if feed in ("", name):
            calendar = books.calendar_of(name, now)
            for day in _days(max(first, begun[name]), min(last, calendar.day_at(now))):
                row = rows.get((name, day))
                if row or calendar.has_edition(day):
                    states.append(_state(row or Day(feed=name, day=day), calendar, now))
    return tuple(sorted(states, key=lambda state: (state.day, state.feed), reverse=True))


def _begun(feeds: Collection[str]) -> dict[str, date]:
    """Since when each of these feeds is in the ledger."""
    first = "SELECT d.day FROM harvest_day d WHERE d.feed = %s ORDER BY d.day LIMIT 1"
    return {feed: day for feed in feeds for (day,) in select(first, feed)}


def lately(*, feed: str = "") -> tuple[DayState, ...]:
    """The lines of the last 30 days, newest first, of one feed or all."""
    last = clock.now().date() + timedelta(days=1)  # today may be a day further on elsewhere
    return ledger(last - books.OPEN_DAYS, last, feed=feed)


def _days(first: date, last: date) -> Iterator[date]:
    return (first + timedelta(days=n) for n in range((last - first).days + 1))


def day_state(feed: str, day: date) -> DayState | None:
    """How a feed's day stands; None of a feed that nothing here watches, or did not then."""
    return next(iter(day_states(day, (feed,))), None)


def day_states(day: date, feeds: tuple[str, ...] = ()) -> tuple[DayState, ...]:
    """How a day stands in every feed that was watched or listed then; of ``feeds`` if any."""
    rows = {row.feed: row for row in Day.objects.filter(day=day)}
    now = clock.now()
    now_watched = watched()
    begun = _begun([feed for feed in now_watched if feed not in rows])
    return tuple(
        _state(rows.get(feed) or Day(feed=feed, day=day), books.calendar_of(feed, now), now)
        for feed in dict.fromkeys((*now_watched, *sorted(rows)))
        if (feed in rows or day >= begun.get(feed, now.date())) and (not feeds or feed in feeds)
    )


def why_empty(day: date, states: Collection[DayState], feeds: Collection[str] = ()) -> str:
    """Why a day has no papers, by the ledger's lines of it, and when the next edition is due.

    Where no feed was watched then, by the calendars of those (of ``feeds`` if any) that had
    editions in the weeks before. "" where neither tells, or some feed did announce papers.
    """
    now = clock.now()
    if any(state.announced for state in states):
        return ""
    if states:
        dues = (state.next_due for state in states if state.next_due)
        return saying.nothing((state.why for state in states), min(dues, default=None))
    lately = held_papers.feeds_between(day - _LATELY, day)
    calendars = {one: books.calendar_of(one, now) for one in lately if not feeds or one in feeds}
    reasons = [saying.none(feed, day, calendar) for feed, calendar in calendars.items()]
    return saying.nothing(reasons, None) if all(reasons) else ""


def mark() -> tuple[object, ...]:
    """What is another after every run, every switch of a source, and when an edition is due.

    By the time of each source, as the newest of all would not move under a clock set back.
    """
    now = clock.now()
    dues = ((one.day_at(now), one.next_due(now)) for one in books.calendars().values())
    return *select('SELECT name, asked_at FROM harvest_source WHERE "on" ORDER BY name'), *dues


def _state(row: Day, calendar: Calendar, now: datetime) -> DayState:
    outcome = books.outcome_of(row, calendar, now)
    coming = calendar.next_due(now)
    return DayState(
        feed=row.feed,
        day=row.day,
        outcome=outcome,
        why=saying.why(row, outcome, calendar, now),
        announced=row.announced,
        held=row.held,
        late=row.late,
        rejected=row.rejected,
        alarm=row.alarm,
        silent=tuple(row.silent.split()),
        asked_at=row.asked_at,
        missed_at=row.missed_at,
        healed_at=row.healed_at,
        complete_at=row.complete_at,
        next_day=coming[0] if coming else None,
        next_due=coming[1] if coming else None,
    )


def watched() -> tuple[str, ...]:
    """The feeds that some source that is on lists the days of."""
    on = {name for (name,) in select('SELECT name FROM harvest_source WHERE "on"')}
    feeds = [feed for name, source in books.live().items() if name in on for feed in source.feeds]
    return tuple(dict.fromkeys(feeds))


def listings(feed: str, day: date) -> tuple[ListingState, ...]:
    """What each source lists of a day."""
    rows = Listing.objects.filter(feed=feed, day=day).order_by("source")
    return tuple(
        ListingState(
            source=row.source,
            count=row.count,
            whole=row.whole,
            grown_at=row.grown_at,
            said_at=row.said_at,
        )
        for row in rows
    )


def missing(feed: str, day: date) -> tuple[Missing, ...]:
    """What was announced that day and is not held, in order, with the reason where there is one."""
    held = held_papers.announced_names(feed, day)
    names = [name for name in books.names_of(feed, day) if name not in held]
    reasons = held_papers.refused_names(names)
    return tuple(Missing(name=name, reason=reasons.get(name, "")) for name in names)


def demand(name: str) -> DemandState | None:
    """How it stands with a paper of that name; None where it is no arXiv number."""
    number = rules.arxiv_number(name)
    if not number:
        return None
    now = clock.now()
    offered = demands.is_offered() and rules.may_exist(number, now.date())
    row = Demand.objects.filter(number=number).first()
    if row is None:
        return DemandState(number=number, may_ask=offered)
    standing = rules.demand_standing(row.asked_at, row.answered_at, now)
    return DemandState(
        number=number,
        may_ask=offered and standing == "none",
        standing=standing,
        asked_at=row.asked_at,
        answered_at=row.answered_at,
        outcome=row.outcome,
        error=row.error,
    )
