"""Which days of a field can be mailed: complete ones, and those that are worth waiting for."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Final

from broadsheet.fields import FieldFile
from broadsheet.harvest import queries as harvest
from broadsheet.harvest.calendar import Calendar
from broadsheet.harvest.ledger import calendar_of
from broadsheet.harvest.queries import DayState
from broadsheet.kernel.dates import Period, start_of
from broadsheet.papers import queries

_DAY: Final = timedelta(days=1)
_WEEK: Final = 7
_NOTHING: Final = ("holiday", "nothing-new")


class Days:
    """The days of one field as they stand at one moment; each is looked up once.

    A day is complete when nothing more of it is to come: in every feed its list is fixed, its
    time is over, or the feed has no edition that day. Days that no source watched are complete.
    """

    def __init__(self, field: FieldFile, moment: datetime) -> None:
        self._field, self._moment = field, moment
        self._held: dict[date, date | None] = {}
        self._open: dict[date, datetime | None] = {}
        self._whole: dict[Period, bool] = {}

    def complete(self, after: date) -> Iterator[date]:
        """The complete days after one that hold papers of the field, newest first."""
        day = self._before(self._moment.date() + 2 * _DAY)
        while day and day > after:
            if self._open_until(day) is None:
                yield day
            day = self._before(day)

    def awaited(self, after: date, by: datetime) -> bool:
        """Whether a day after one is not complete yet, though it could be had by that moment."""
        day = after + _DAY
        while day <= by.date() + _DAY:
            until = self._open_until(day)
            if until and until <= by:
                return True
            day += _DAY
        return False

    def settled(self, last: date, after: date) -> date:
        """The newest day up to ``last`` of which nothing more is to come; ``last`` if none is."""
        day = last
        while day > after:
            if self._open_until(day) is None:
                return day
            day -= _DAY
        return last

    def is_whole(self, period: Period) -> bool:
        """Whether a period is over, and the ledger has closed the last week of it."""
        if self._moment < start_of(period.last + _DAY):
            return False
        if period not in self._whole:
            last = (period.last - back * _DAY for back in range(_WEEK))
            self._whole[period] = all(self._is_closed(day) for day in last)
        return self._whole[period]

    def _is_closed(self, day: date) -> bool:
        states = harvest.day_states(day, self._field.only_feeds)
        return all(_is_fixed(state) for state in states)

    def _before(self, day: date) -> date | None:
        """The newest day before one that holds papers of the field."""
        if day not in self._held:
            field = self._field
            self._held[day] = queries.day_before(
                field.only_feeds, field.categories, Period.day(day), until=self._moment
            )
        return self._held[day]

    def _open_until(self, day: date) -> datetime | None:
        """When what is missing of a day can be had; None where nothing is."""
        if day not in self._open:
            expected = [
                _expected_at(state.day, calendar)
                for state in harvest.day_states(day, self._field.only_feeds)
                if _is_open(state, calendar := calendar_of(state.feed, self._moment), self._moment)
            ]
            self._open[day] = max(expected, default=None)
        return self._open[day]


def _is_open(state: DayState, calendar: Calendar, moment: datetime) -> bool:
    return not _is_fixed(state) and moment < calendar.over_at(state.day)


def _is_fixed(state: DayState) -> bool:
    return state.complete_at is not None or state.outcome in _NOTHING


def _expected_at(day: date, calendar: Calendar) -> datetime:
    """A list that is announced whole can be had when it is due, any other when the day is over."""
    whole = calendar.announced is not None
    return calendar.due_at(day) if whole else calendar.over_at(day)
