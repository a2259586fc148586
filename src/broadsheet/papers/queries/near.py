"""Pairs of papers that may be one, for a person to decide."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from broadsheet.papers.queries.sql import moment, select


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One of the two papers, as far as telling them apart needs it."""

    key: str
    title: str
    authors: tuple[str, ...]
    published: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NearMiss:
    """Two papers, what speaks for their being one, and when that was found."""

    one: Side
    other: Side
    evidence: str
    found_at: datetime


def near_misses(*, limit: int = 100) -> tuple[NearMiss, ...]:
    """Pairs nobody has decided yet, newest first; papers that have become one are left out."""
    sides = ", ".join(f"{p}.key, {p}.title, {p}.authors, {p}.published" for p in ("p", "q"))
    rows = select(
        f"SELECT {sides}, n.evidence, n.found_at FROM papers_nearmiss n"
        " JOIN papers_paper m ON m.id = n.one_id"
        " JOIN papers_paper p ON p.id = COALESCE(m.merged_into_id, m.id)"
        " JOIN papers_paper o ON o.id = n.other_id"
        " JOIN papers_paper q ON q.id = COALESCE(o.merged_into_id, o.id)"
        " WHERE n.refused_at IS NULL AND p.id <> q.id ORDER BY n.id DESC LIMIT %s",
        limit,
    )
    return tuple(
        NearMiss(
            one=_side(row[:4]), other=_side(row[4:8]), evidence=row[8], found_at=moment(row[9])
        )
        for row in rows
    )


def _side(row: Sequence[str]) -> Side:
    key, title, authors, published = row
    names = tuple(authors.split("\n")) if authors else ()
    return Side(key=key, title=title, authors=names, published=published)
