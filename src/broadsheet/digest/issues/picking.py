"""Picking papers from a list for one reader: what is new to them, or has changed since."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from dataclasses import field as defaulting
from datetime import date, datetime, timedelta
from itertools import islice
from typing import Final

from broadsheet.digest.issues.lists import PAGE, List, Listed
from broadsheet.digest.matching import NEWS
from broadsheet.digest.models import Cadence
from broadsheet.digest.types import Choice, Pick
from broadsheet.kernel.dates import Period, last_day

_DEEP: Final = 200
_DAY: Final = timedelta(days=1)


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


def is_daily(reader: Reader) -> bool:
    """Whether days are mailed, and no weeks or months."""
    return reader.cadence not in (Cadence.WEEKLY, Cadence.MONTHLY)


def period_of(cadence: str, day: date) -> Period:
    """The week or the month that is mailed on a day: always the last whole one.

    So every day is in one letter, on whatever weekday letters come.
    """
    if cadence == Cadence.MONTHLY:
        return Period.month(day.replace(day=1) - _DAY)
    return Period.week(day - 7 * _DAY)


def label(what: str, reader: Reader) -> str:
    """What names a letter that is of no day, week or month: when it was due."""
    return f"{what} {reader.due_at:%Y-%m-%d %H:%M}"


def news(listed: Iterable[Listed], since: datetime) -> Iterator[Listed]:
    """Of papers of which the newest stand first those that came to be held since a moment.

    What was long published when it came is no news. Papers are looked through until a page of
    them was dated before anything that can be, but no more than some hundred.
    """
    oldest, too_old = since.date() - NEWS, 0
    for one in islice(listed, _DEEP):
        added_at, dated = one.standing.added_at, last_day(one.hit.card.published)
        too_old = too_old + 1 if dated and dated < oldest else 0
        if too_old == PAGE:
            return
        if added_at > since and (not dated or dated >= added_at.date() - NEWS):
            yield one


def chosen(
    listed: List,
    reader: Reader,
    *,
    label: str,
    day: date,
    among: Iterable[Listed] | None = None,
) -> Choice:
    """The first papers, of the list or ``among`` some of it, that are to be sent."""
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
