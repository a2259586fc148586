"""What rankings are made of, as plain values: announcements and running totals."""

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Total:
    """A running total of one origin, and when it was true."""

    origin: str
    total: int
    true_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One paper in one feed on one day, as last seen, with what filters ask of the paper."""

    paper: int
    feed: str
    day: date
    rank: int | None
    kind: str
    seen_at: datetime
    key: str
    published_on: date | None
    categories: tuple[str, ...]
    organization: str
    organization_name: str
    has_code: bool
