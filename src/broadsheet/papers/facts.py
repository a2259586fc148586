"""What rankings are made of, as plain values: announcements and running totals."""

from datetime import date, datetime
from typing import NamedTuple


class Total(NamedTuple):
    """A running total of one origin, and when it was true."""

    origin: str
    total: int
    true_at: datetime


class Said(NamedTuple):
    """What only some filters ask of a paper: the last day its date can mean, who speaks of it."""

    last: date | None = None
    sources: frozenset[str] = frozenset()


class Entry(NamedTuple):
    """One paper in one feed on one day, as last seen, with what filters ask of the paper."""

    paper: int
    feed: str
    day: date
    rank: int | None
    kind: str
    key: str
    published_on: date | None
    categories: tuple[str, ...]
    organization: str
    organization_name: str
    has_code: bool
