"""What a letter is to hold: from a list, and from what its reader was sent before, to a Choice."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import islice
from typing import Final

from broadsheet.digest import matching
from broadsheet.digest.issues.days import Days
from broadsheet.digest.issues.lists import List, Listed
from broadsheet.digest.issues.picking import Reader, chosen, is_daily, label, news, period_of
from broadsheet.digest.models import Cadence
from broadsheet.digest.subscriptions import wishes
from broadsheet.digest.types import Choice
from broadsheet.editions.answer import filled
from broadsheet.fields import field as field_named
from broadsheet.kernel.dates import Kind, Period
from broadsheet.kernel.errors import Unavailable
from broadsheet.search.contract import Filters

LATELY: Final = timedelta(days=30)
"""How long a paper that was mailed is not mailed again by the same subscription."""

OLDEST: Final = timedelta(days=4)
"""Nothing is mailed for a day, a week or a month later than so: mail was down then."""

_FURTHEST: Final = 30  # days that are looked through for one of which a paper passes the filters
_LONGEST_WAIT: Final = timedelta(days=1)  # for a week or a month that is not closed yet
_DAY: Final = timedelta(days=1)
_EVER: Final = date(1900, 1, 1)


def newest(
    edition: str, *, cadence: str = Cadence.ANNOUNCED, size: int = 10, moment: datetime
) -> Choice:
    """The newest edition there is, as somebody gets it who was sent nothing yet.

    However old it is, and of a search all that matches; without picks where there is nothing.
    Raises as ``Editions``.
    """
    reader = Reader(cadence=cadence, size=size, due_at=moment, day=moment.date())
    return Editions(edition, moment).newest(reader)


class Editions:
    """The editions of one address at one moment: each is asked for once, whoever wants it.

    Raises BadQuestion or NotFound for an address that means nothing (any more), and Unavailable
    where a search has no index to ask.
    """

    def __init__(self, edition: str, moment: datetime) -> None:
        asked = wishes.question(edition).but(as_of=None, period=None)
        self._question = asked.but(recipe="new") if asked.place == "search" else asked
        self._edition, self._moment = edition, moment
        self._days = Days(field_named(asked.field), moment)
        self._lists: dict[Period | None, List] = {}
        self._clipped: Mapping[str, datetime] | None = None

    def choose(self, reader: Reader) -> Choice | None:
        """What this reader is to be sent now, if anything.

        A choice without picks is for a reader who wants to hear even that there is nothing; its
        edition says why.
        """
        if self._question.place != "front":
            choice = self._as_it_stands(reader)
        elif is_daily(reader):
            choice = self._of_newest_day(reader)
        else:
            is_old = self._moment - reader.due_at > OLDEST
            choice = None if is_old or self.awaits(reader) else self._of_whole(reader)
        if choice and not choice.picks:
            choice = replace(choice, label=label("nothing", reader))
            return choice if reader.even_empty else None
        return choice

    def awaits(self, reader: Reader) -> bool:
        """Whether an edition that this reader should have by now may still come."""
        if self._question.place != "front":
            return False
        if not is_daily(reader):
            is_early = self._moment < reader.due_at + _LONGEST_WAIT
            return is_early and not self._days.is_whole(period_of(reader.cadence, reader.day))
        return self._days.awaited(self._after(reader), reader.due_at)

    def newest(self, reader: Reader) -> Choice:
        """The newest edition however old it is, of a search all that matches now."""
        if self._question.place != "front":
            return self._chosen_now(reader, self._list(None))
        if not is_daily(reader):
            choice = self._of_whole(reader)
            return choice if choice.picks else self._of_latest(reader)
        newest = next(self._with_papers(_EVER), None)
        return self._of_day(newest, reader) if newest else self._nothing(reader)

    def _of_newest_day(self, reader: Reader) -> Choice | None:
        days = list(self._with_papers(self._after(reader)))
        if days:
            earlier = tuple(sorted(days[1:])) if reader.after else ()
            return replace(self._of_day(days[0], reader), earlier=earlier)
        if self.awaits(reader) or not reader.even_empty:
            return None
        return self._nothing(reader)

    def _after(self, reader: Reader) -> date:
        """The last day that is not mailed any more."""
        oldest = self._moment.date() - OLDEST - _DAY
        return max(reader.after, oldest) if reader.after else oldest

    def _with_papers(self, after: date) -> Iterator[date]:
        """The complete days after one, newest first, of which a paper passes the filters."""
        days = islice(self._days.complete(after), _FURTHEST)
        if self._question.filters == Filters():
            return days
        return (day for day in days if self._list(Period.day(day)).edition.total)

    def _of_day(self, day: date, reader: Reader) -> Choice:
        period = Period.day(day)
        return chosen(self._list(period), reader, label=str(period), day=day)

    def _nothing(self, reader: Reader) -> Choice:
        """That there is no edition, told of the newest day of which that is known."""
        day = self._days.settled(reader.day, reader.day - OLDEST)
        edition = self._list(Period.day(day)).edition
        return Choice(edition=edition, label=label("nothing", reader), day=day, picks=())

    def _of_whole(self, reader: Reader) -> Choice:
        """The week or the month that is mailed when this reader is due."""
        return self._of_period(period_of(reader.cadence, reader.day), reader)

    def _of_latest(self, reader: Reader) -> Choice:
        """The newest week or month that has any paper of the field."""
        kind: Kind = "week" if reader.cadence == Cadence.WEEKLY else "month"
        return self._of_period(filled(self._question, kind)[0].period, reader)

    def _of_period(self, period: Period | None, reader: Reader) -> Choice:
        day = min(period.last, reader.day) if period else reader.day
        return chosen(self._list(period), reader, label=str(period), day=day)

    def _as_it_stands(self, reader: Reader) -> Choice | None:
        """Trending as it is; of a search what is new since its reader wants to hear of it."""
        if reader.cadence == Cadence.AT_ONCE and not self._has_clippings(reader):
            return None
        listed = self._list(None)
        if self._question.place == "trending" or reader.since is None:
            return self._chosen_now(reader, listed)
        return self._chosen_now(reader, news(listed, _since(reader)))

    def _has_clippings(self, reader: Reader) -> bool:
        """Whether anything matched that was not sent yet: looking costs less than searching."""
        if self._clipped is None:
            self._clipped = matching.matched(self._edition, self._moment - LATELY)
        since = _since(reader)
        clipped = self._clipped.items()
        return any(held_at > since and key not in reader.sent for key, held_at in clipped)

    def _chosen_now(self, reader: Reader, among: Iterable[Listed]) -> Choice:
        listed = self._list(None)
        named = label(self._question.place, reader)
        return chosen(listed, reader, label=named, day=reader.day, among=among)

    def _list(self, period: Period | None) -> List:
        if period not in self._lists:
            listed = List(self._question.but(period=period))
            if listed.edition.from_catalogue:
                raise Unavailable(what="The search index", remedy="The letter waits until it is.")
            self._lists[period] = listed
        return self._lists[period]


def _since(reader: Reader) -> datetime:
    """What was held before is no news to this reader."""
    oldest = reader.due_at - LATELY
    return max(reader.since, oldest) if reader.since else oldest
