"""What was asked, by whom, when, and how many at once: for tests of good manners."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise


@dataclass(slots=True, kw_only=True)
class Seen:
    """One request; ``began`` and ``ended`` on the clock that only goes on, in seconds.

    ``at_once`` is how many were being answered when this one came, itself included, and
    ``connections`` how many were open.
    """

    service: str
    what: str  # the verb, where there is one
    path: str
    query: str
    host: str
    agent: str
    headers: Mapping[str, str] = field(repr=False)
    moment: datetime  # by the upstream's own clock
    began: float
    ended: float = 0
    status: int = 0
    fault: str = ""
    at_once: int = 1
    connections: int = 1


def shortest_gap(requests: Iterable[Seen]) -> float:
    """The shortest time in seconds from the beginning of one request to that of the next."""
    began = sorted(one.began for one in requests)
    return min((after - before for before, after in pairwise(began)), default=float("inf"))


def most_at_once(requests: Iterable[Seen]) -> int:
    """How many requests were under way at the same time, at the worst moment.

    One that stalls or drips is under way here until its time is over, also when its client
    has long gone: leave those out.
    """
    events = [(one.began, 1) for one in requests] + [(one.ended, -1) for one in requests]
    most = now = 0
    for _, step in sorted(events):
        now += step
        most = max(most, now)
    return most
