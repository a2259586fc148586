"""What a letter is to hold: from a list, and from what its reader was sent before, to a Choice."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from dataclasses import field as defaulting
from datetime import date, datetime, timedelta
from itertools import islice
from typing import Final

from broadsheet.digest import matching, wishes
from broadsheet.digest.days import Days
from broadsheet.digest.lists import List, Listed
from broadsheet.digest.models import Cadence
from broadsheet.digest.types import Choice, Pick
from broadsheet.fields import field as field_named
from broadsheet.kernel.dates import Period
from broadsheet.kernel.errors import Unavailable
from broadsheet.search.contract import Filters

LATELY: Final = timedelta(days=30)
"""How long a paper that was mailed is not mailed again by the same subscription."""

OLDEST: Final = timedelta(days=4)
"""Nothing is mailed for a day, a week or a month later than so: mail was down then."""

_DEEP: Final = 200
"""So many of the newest papers that match a search are looked through for new ones."""

_GATHERED: Final = timedelta(minutes=30)  # twice the time between two alerts
_DAY: Final = timedelta(days=1)
_EVER: Final = date(1900, 1, 1)
_FRIDAY: Final = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """What choosing asks of one subscription.

    ``due_at`` is when it is due, ``day`` the date then by its reader's clock. ``after`` is the
    last day it was sent (None: nothing yet), ``since`` when it began. ``sent`` are the papers it
    was sent in the last 30 days, each with its version.
    """

    cadence: str
    size: int
    due_at: datetime
    day: date
    even_empty: bool = False
    after: date | None = None
    since: datetime | None = None
    sent: Mapping[str, int] = defaulting(default_factory=dict)


def newest(
    edition: str, *, cadence: str = Cadence.ANNOUNCED, size: int = 10, moment: datetime
) -> Choice:
    """The newest edition there is, as somebody gets it who was sent nothing yet.

    However old it is, and of a search all that matches; without picks where there is nothing.
    Raises as ``Editions``.
    """
    day = moment.date()
    return Editions(edition, moment).newest(
        Reader(cadence=cadence, size=size, due_at=moment, day=day)
    )


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
        self._clipped: dict[datetime, bool] = {}

    def choose(self, reader: Reader) -> Choice | None:
        """What this reader is to be sent now, if anything.

        A choice without picks is for a reader who wants to hear even that there is nothing; its
        edition says why.
        """
        if self._question.place != "front":
            choice = self._as_it_stands(reader)
        elif _is_daily(reader):
            choice = self._of_newest_day(reader)
        else:
            is_old = self._moment - reader.due_at > OLDEST
            choice = None if is_old else self._of_whole(reader)
        if choice and not choice.picks:
            choice = replace(choice, label=_label("nothing", reader))
            return choice if reader.even_empty else None
        return choice

    def awaits(self, reader: Reader) -> bool:
        """Whether an edition that this reader should have by now may still come."""
        if self._question.place != "front" or not _is_daily(reader):
            return False
        return self._days.awaited(self._after(reader), reader.due_at)

    def newest(self, reader: Reader) -> Choice:
        """The newest edition however old it is, of a search all that matches now."""
        if self._question.place != "front":
            return self._chosen_now(reader, self._list(None))
        if not _is_daily(reader):
            return self._of_whole(reader)
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
        days = self._days.complete(after)
        if self._question.filters == Filters():
            return days
        return (day for day in days if self._list(Period.day(day)).edition.total)

    def _of_day(self, day: date, reader: Reader) -> Choice:
        period = Period.day(day)
        return _chosen(self._list(period), reader, label=str(period), day=day)

    def _nothing(self, reader: Reader) -> Choice:
        """That there is no edition, told of the newest day of which that is known."""
        day = self._days.settled(reader.day, reader.day - OLDEST)
        edition = self._list(Period.day(day)).edition
        return Choice(edition=edition, label=_label("nothing", reader), day=day, picks=())

    def _of_whole(self, reader: Reader) -> Choice:
        """The week or the month that is mailed when this reader is due."""
        period = period_of(reader.cadence, reader.day)
        day = min(period.last, reader.day)
        return _chosen(self._list(period), reader, label=str(period), day=day)

    def _as_it_stands(self, reader: Reader) -> Choice | None:
        """Trending as it is; of a search what is new since its reader wants to hear of it."""
        if reader.cadence == Cadence.AT_ONCE and not self._has_clippings(reader.due_at):
            return None
        listed = self._list(None)
        if self._question.place == "trending" or reader.since is None:
            return self._chosen_now(reader, listed)
        since = max(reader.since, reader.due_at - LATELY)
        return self._chosen_now(
            reader, (one for one in islice(listed, _DEEP) if _is_news(one, since))
        )

    def _has_clippings(self, due_at: datetime) -> bool:
        """Whether anything was found to match lately: to look there costs less than to search."""
        since = due_at - _GATHERED
        if since not in self._clipped:
            self._clipped[since] = bool(matching.matched(self._edition, since))
        return self._clipped[since]

    def _chosen_now(self, reader: Reader, among: Iterable[Listed]) -> Choice:
        listed = self._list(None)
        label = _label(self._question.place, reader)
        return _chosen(listed, reader, label=label, day=reader.day, among=among)

    def _list(self, period: Period | None) -> List:
        if period not in self._lists:
            listed = List(self._question.but(period=period))
            if listed.edition.from_catalogue:
                raise Unavailable(what="The search index", remedy="The letter waits until it is.")
            self._lists[period] = listed
        return self._lists[period]


def _is_daily(reader: Reader) -> bool:
    return reader.cadence not in (Cadence.WEEKLY, Cadence.MONTHLY)


def period_of(cadence: str, day: date) -> Period:
    """The week or the month that is mailed on a day.

    From Friday on it is the week that the day is in, before that the last whole one; of months
    always the last whole one.
    """
    if cadence == Cadence.MONTHLY:
        return Period.month(day.replace(day=1) - _DAY)
    return Period.week(day if day.isoweekday() >= _FRIDAY else day - 7 * _DAY)


def _label(what: str, reader: Reader) -> str:
    return f"{what} {reader.due_at:%Y-%m-%d %H:%M}"


def _is_news(one: Listed, since: datetime) -> bool:
    """Whether a paper came to be held since then, and was not long published by that time."""
    added_at, published = one.standing.added_at, one.hit.card.published_on
    return added_at > since and (not published or published >= added_at.date() - matching.NEWS)


def _chosen(
    listed: List,
    reader: Reader,
    *,
    label: str,
    day: date,
    among: Iterable[Listed] | None = None,
) -> Choice:
    """The first papers that are new to the reader, or have changed since."""
    picks: list[Pick] = []
    sent_before = 0
    for one in listed if among is None else among:
        if len(picks) == reader.size:
            break
        again = ""
        sent = _sent(one, reader.sent)
        if sent is not None and not (again := listed.changed(one, sent)):
            sent_before += 1
            continue
        picks.append(Pick(hit=one.hit, version=one.standing.version, again=again))
    return Choice(
        edition=listed.edition,
        label=label,
        day=day,
        picks=tuple(picks),
        sent_before=sent_before,
    )


def _sent(one: Listed, sent: Mapping[str, int]) -> int | None:
    """The version of a paper that was sent, under this key or one that was merged into it."""
    if not sent:
        return None
    names = (one.hit.card.key, *one.standing.former)
    return max((sent[name] for name in names if name in sent), default=None)
