"""What the harvest decides: which lists are believed, and why a day is empty."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import median
from typing import Final, Literal, get_args

from broadsheet.kernel import identifiers
from broadsheet.sources.contract import AnnouncementKind
from broadsheet.sources.live import Outcome

# A batch of which more than this part stood in the list of the day before is that list again.
_REPEATED: Final = 0.5
_FEWEST_REPEATED: Final = 3
# A list shorter than this part of what is usual may have been caught half made.
_SHORT: Final = 0.6
_FEWEST_KNOWN: Final = 4
SETTLED: Final = timedelta(minutes=30)
"""A short list is believed when the upstream says the same after so long."""

FAILED: Final[tuple[Outcome, ...]] = ("not-asked", "unreadable")

UNDER_WAY: Final = timedelta(hours=1)
"""How long a reader's demand is tried; the queue tries five times in less."""
ANSWERED: Final = timedelta(days=1)
"""How long an upstream's no is taken for an answer."""
_LONGEST_NUMBER: Final = 20

_FIRST_PAUSE: Final = timedelta(minutes=30)
_LONGEST_PAUSE: Final = timedelta(days=7)

Names = Mapping[str, AnnouncementKind]


def written(names: Names) -> str:
    """Names as a column of the ledger: a line each, the kind behind it."""
    return "\n".join(f"{name} {kind}" for name, kind in names.items())


def read(column: str) -> dict[str, AnnouncementKind]:
    """The names of a column of the ledger."""
    found: dict[str, AnnouncementKind] = {}
    for line in column.split("\n") if column else ():
        name, _, kind = line.rpartition(" ")
        if kind in get_args(AnnouncementKind):
            found[name] = kind  # type: ignore[assignment]  # it is one
    return found


def joined(held: Names, said: Names) -> dict[str, AnnouncementKind]:
    """What was said before and what is said now: a good list is never replaced by a worse.

    Those known keep their order; what is new comes behind. A kind is what was said last.
    """
    return {**held, **said}


def repeats(said: Names, before: Names) -> int:
    """How many names of a batch stood in the list of the edition before, 0 if too few to tell.

    Only a name of the same kind counts: a paper may be new one day and replaced the next.
    """
    again = sum(before.get(name) == kind for name, kind in said.items())
    return again if again >= _FEWEST_REPEATED and again > _REPEATED * len(said) else 0


def is_short(count: int, before: Sequence[int]) -> bool:
    """Whether a list is so much shorter than those before it that it may be half of one."""
    return len(before) >= _FEWEST_KNOWN and count < _SHORT * median(before)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What is known of a feed's day: how many it announced, what the last asking gave and when.

    ``has_none``: by its calendar the day has no edition. Its edition can be had from ``due``
    to ``over``.
    """

    announced: int
    said: str
    asked_at: datetime | None
    has_none: bool
    due: datetime
    over: datetime


def outcome_of(day: Standing, now: datetime) -> Outcome:
    """Why a day has no papers, "found" if it has some: each of the five for itself.

    A day of the calendar without edition is a holiday, whatever asking gave. After its day an
    edition that was asked for in time and never came is nothing new; one that nobody asked for
    could have been there.
    """
    if day.announced:
        return "found"
    if day.has_none:
        return "holiday"
    for failed in FAILED:
        if day.said == failed:
            return failed
    if now < day.over:
        return "not-announced"
    in_time = day.asked_at is not None and day.asked_at >= day.due
    return "nothing-new" if in_time else "not-asked"


def arxiv_number(name: str) -> str:
    """The arXiv number that a name of a paper is, without its version; "" if it is none."""
    found = identifiers.arxiv(name)
    return found[0] if found and len(found[0]) <= _LONGEST_NUMBER else ""


def may_exist(number: str, today: date) -> bool:
    """Whether arXiv can have given that number: its month has begun, somewhere."""
    return "/" in number or number[:4] <= f"{today + timedelta(days=1):%y%m}"


def may_seek(times: int, asked_at: datetime, now: datetime) -> bool:
    """Whether a name that did not come is asked for again, having been ``times`` times in vain.

    The pause grows threefold, from half an hour to a week; a clock that is set back ends it.
    """
    pause = min(_FIRST_PAUSE * 3.0 ** min(times - 1, 9), _LONGEST_PAUSE)
    return abs(now - asked_at) >= pause


DemandStanding = Literal["none", "under-way", "answered"]


def demand_standing(
    asked_at: datetime, answered_at: datetime | None, now: datetime
) -> DemandStanding:
    """How a demand stands: over, and free to be made again, after a while.

    A clock that is set back leaves none standing longer.
    """
    if answered_at:
        return "answered" if abs(now - answered_at) < ANSWERED else "none"
    return "under-way" if abs(now - asked_at) < UNDER_WAY else "none"
