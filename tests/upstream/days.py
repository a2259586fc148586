"""When arXiv announces: an almanac of the tests' own, to hold the program's against."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

EASTERN: Final = ZoneInfo("America/New_York")
DAY: Final = timedelta(days=1)

# Days whose evening brings no announcement, so that the listing of the next weekday is empty.
DEFERRED: Final = frozenset(
    {date(2025, 11, 27), date(2025, 12, 25)}
    | {date(2026, 1, 1), date(2026, 1, 19), date(2026, 6, 19), date(2026, 7, 3), date(2026, 9, 7)}
    | {date(2026, 11, 26), date(2026, 12, 25), date(2026, 12, 29), date(2026, 12, 31)}
)


def is_announced(day: date, deferred: frozenset[date] = DEFERRED) -> bool:
    """Whether a listing is dated this day: a weekday whose weekday before was not deferred."""
    if day.weekday() > 4:
        return False
    return day - (DAY if day.weekday() else 3 * DAY) not in deferred


def next_announced(day: date, deferred: frozenset[date] = DEFERRED) -> date:
    """This day if a listing is dated so, else the next such day."""
    while not is_announced(day, deferred):
        day += DAY
    return day


def released(day: date) -> datetime:
    """The moment, in UTC, at which the listing dated ``day`` is in: 22:30 Eastern before it."""
    return datetime.combine(day - DAY, time(22, 30), EASTERN).astimezone(UTC)


def midnight(day: date) -> datetime:
    """The beginning of a day in New York, in its own time zone."""
    return datetime.combine(day, time(), EASTERN)


def eastern(moment: datetime) -> date:
    """The day it is in New York."""
    return moment.astimezone(EASTERN).date()
