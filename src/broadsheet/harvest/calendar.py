"""When a feed has an edition: by the calendar it publishes, else by its habit. Plain Python.

A day is a date in the feed's own time zone; moments are UTC. Days with and without an edition
follow from the date alone, so that a clock that jumps changes nothing but what is due.
"""

import tomllib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

from broadsheet.kernel.errors import BadOption

_DAY: Final = timedelta(days=1)
# How far to look for another edition: longer than any row of days without one.
_FAR: Final = 60
_WEEKS: Final = 8
# A weekday is an edition day of a feed that had one on so many of the last weeks' ones.
_OFTEN: Final = 0.5
_FEWEST_WEEKS: Final = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """The edition days of one feed. ``weekdays`` counts from 1, Monday; empty: not known yet.

    ``due`` is when the edition of a day can be had, on that day. ``announced`` (the evening
    before) and ``cutoff`` (on the edition day before) are None where the feed has none.
    """

    zone: ZoneInfo
    weekdays: frozenset[int]
    due: time = time()
    announced: time | None = None
    cutoff: time | None = None
    deferred: frozenset[date] = frozenset()

    def has_edition(self, day: date) -> bool:
        return day.isoweekday() in self.weekdays and not self._is_left_out(day)

    def why_none(self, day: date) -> str:
        """Why a day has no edition, as the end of a sentence; "" where it should have one."""
        if self.has_edition(day) or not self.weekdays:
            return ""
        if day.isoweekday() not in self.weekdays:
            return f"there is none on {day:%A}s"
        put_off = next(d for d in _back_from(day) if d in self.deferred)
        return f"the announcement was put off for the holiday of {put_off.day} {put_off:%B}"

    def _is_left_out(self, day: date) -> bool:
        """Whether a deferred day lies between this edition day and the one before it."""
        for before in _back_from(day):
            if before in self.deferred:
                return True
            if before.isoweekday() in self.weekdays:
                return False
        return False

    def due_at(self, day: date) -> datetime:
        """When the edition of a day can be had."""
        return self._moment(day, self.due)

    def over_at(self, day: date) -> datetime:
        """When the day is over where the feed is made, and its list with it."""
        return self._moment(day + _DAY, time())

    def day_at(self, moment: datetime) -> date:
        """The date it then is where the feed is made."""
        return moment.astimezone(self.zone).date()

    def latest(self, moment: datetime) -> date | None:
        """The newest day whose edition was due by then."""
        today = self.day_at(moment)
        days = (today - timedelta(days=back) for back in range(_FAR))
        return next((d for d in days if self.has_edition(d) and self.due_at(d) <= moment), None)

    def next_due(self, moment: datetime) -> tuple[date, datetime] | None:
        """The next edition after a moment: its day, and when it can be had."""
        today = self.day_at(moment)
        days = (today + timedelta(days=ahead) for ahead in range(_FAR))
        for day in days:
            if self.has_edition(day) and (due := self.due_at(day)) > moment:
                return day, due
        return None

    def before(self, day: date) -> date | None:
        """The edition day before a day."""
        return next((d for d in _back_from(day, _FAR) if self.has_edition(d)), None)

    def window(self, day: date) -> tuple[datetime, datetime] | None:
        """From when to when papers were taken for the edition of a day; None where not told."""
        before = self.before(day)
        if self.cutoff is None or before is None or not self.has_edition(day):
            return None
        return self._cutoff(before, self.cutoff), self._cutoff(day, self.cutoff)

    def announced_at(self, day: date) -> datetime | None:
        """When the edition of a day is announced; None where not told."""
        return self._moment(day - _DAY, self.announced) if self.announced else None

    def _cutoff(self, day: date, at: time) -> datetime:
        last = next(d for d in _back_from(day) if d.isoweekday() in self.weekdays)
        return self._moment(last, at)

    def _moment(self, day: date, at: time) -> datetime:
        return datetime.combine(day, at, self.zone).astimezone(UTC)


def _back_from(day: date, days: int = 7) -> Iterator[date]:
    return (day - timedelta(days=back) for back in range(1, days + 1))


@cache
def published(own: Path | None = None) -> dict[str, Calendar]:
    """The calendars that feeds publish, by feed.

    ``own`` is a file of the operator's, in the same form: what it says goes before ours, word by
    word, so that a file may hold no more than the days that are put off in another year. It need
    not be there. Raises BadOption where it says what is no calendar.
    """
    ours = resources.files(__package__).joinpath("calendar.toml").read_text(encoding="utf-8")
    told = tomllib.loads(ours)
    if own and own.exists():
        try:
            theirs = tomllib.loads(own.read_text(encoding="utf-8"))
            told |= {feed: told.get(feed, {}) | said for feed, said in theirs.items()}
            return {feed: _calendar(said) for feed, said in told.items()}
        except (OSError, LookupError, TypeError, ValueError) as error:
            raise BadOption(option=f"The calendar {own}", reason=str(error)) from None
    return {feed: _calendar(said) for feed, said in told.items()}


def _calendar(told: Mapping[str, Any]) -> Calendar:
    weekdays = frozenset(told["weekdays"])
    if not weekdays or not weekdays <= frozenset(range(1, 8)):
        raise ValueError("weekdays are numbers from 1 (Monday) to 7")
    if any(type(day) is not date for day in told.get("deferred", ())):
        raise ValueError("days put off are dates as 2027-01-01")
    hours = [told.get(name) for name in ("due", "announced", "cutoff")]
    if not all(hour is None or isinstance(hour, time) for hour in hours):
        raise ValueError("due, announced and cutoff are times as 20:00:00")
    return Calendar(
        zone=ZoneInfo(told["zone"]),
        weekdays=weekdays,
        due=told.get("due", time()),
        announced=told.get("announced"),
        cutoff=told.get("cutoff"),
        deferred=frozenset(told.get("deferred", ())),
    )


def by_habit(days: Collection[date], today: date) -> Calendar:
    """The calendar of a feed that publishes none, from the days it lately had an edition.

    A weekday counts if at least half of the last eight weeks' had one, of those since its first
    edition. A feed known for less than two weeks has no habit yet. Such a day's edition may
    come at any hour: it is due when the day begins and late when it is over, in UTC.
    """
    first_seen = min(days, default=today)
    recent = {day for day in days if day < today and (today - day).days <= 7 * _WEEKS}
    weeks = min((today - first_seen).days // 7, _WEEKS)
    seen = [sum(day.isoweekday() == weekday for day in recent) for weekday in range(1, 8)]
    often = (
        frozenset(weekday for weekday, count in enumerate(seen, 1) if count >= _OFTEN * weeks)
        if weeks >= _FEWEST_WEEKS
        else frozenset()
    )
    return Calendar(zone=ZoneInfo("UTC"), weekdays=often)
