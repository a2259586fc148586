"""Running totals as they were known at a moment."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from broadsheet.papers.facts import Total
from broadsheet.papers.queries.sql import moment, places, select
from broadsheet.sources.contract import SignalKind

_COLUMNS = "s.paper_id, s.kind, s.origin, s.total, s.true_at"


Totals = Mapping[tuple[int, str], tuple[Total, ...]]
"""By paper and kind: the totals of each origin, oldest first."""


def totals(papers: Sequence[int], kinds: Collection[SignalKind], *, until: datetime) -> Totals:
    """Every total of these papers that was true at or before ``until``.

    What was measured later is left out: it was not yet true.
    """
    rows = select(
        f"SELECT {_COLUMNS} FROM papers_signal s WHERE s.paper_id IN {places(papers)}"
        f" AND s.kind IN {places(kinds)} AND s.true_at <= %s ORDER BY s.true_at, s.id",
        *papers,
        *kinds,
        until,
    )
    return _grouped(rows)


def totals_between(
    feeds: Sequence[str],
    first: date,
    last: date,
    kinds: Collection[SignalKind],
    *,
    until: datetime,
) -> Totals:
    """The totals of every paper that these feeds (none named: any) announced on these days."""
    of = f"AND a.feed IN {places(feeds)}" if feeds else ""
    rows = select(
        f"SELECT {_COLUMNS} FROM papers_signal s WHERE s.paper_id IN"
        f" (SELECT a.paper_id FROM papers_announcement a WHERE a.day BETWEEN %s AND %s {of})"
        f" AND s.kind IN {places(kinds)} AND s.true_at <= %s ORDER BY s.true_at, s.id",
        first,
        last,
        *feeds,
        *kinds,
        until,
    )
    return _grouped(rows)


def ends_between(
    feeds: Sequence[str],
    first: date,
    last: date,
    kind: SignalKind,
    *,
    since: datetime,
    to: datetime,
) -> Totals:
    """As ``totals_between``, of one kind, only what growth is reckoned from.

    Of each origin the newest total before ``to`` and the newest before ``since``, or else the
    first: two rows, however often it was counted.
    """
    of = f"AND a.feed IN {places(feeds)}" if feeds else ""
    rows = select(
        f"SELECT {_COLUMNS} FROM ("
        "SELECT paper_id, origin, MAX(true_at) AS newest, MIN(true_at) AS oldest,"
        " MAX(CASE WHEN true_at < %s THEN true_at END) AS before FROM papers_signal"
        " WHERE paper_id IN"
        f" (SELECT a.paper_id FROM papers_announcement a WHERE a.day BETWEEN %s AND %s {of})"
        " AND kind = %s AND true_at < %s GROUP BY paper_id, origin) g"
        " JOIN papers_signal s ON s.paper_id = g.paper_id AND s.kind = %s"
        " AND s.origin = g.origin AND s.true_at IN (g.newest, COALESCE(g.before, g.oldest))"
        " ORDER BY s.true_at, s.id",
        since,
        first,
        last,
        *feeds,
        kind,
        to,
        kind,
    )
    return _grouped(rows)


def _grouped(rows: Iterable[tuple[Any, ...]]) -> Totals:
    found: dict[tuple[int, str], list[Total]] = {}
    for paper, kind, origin, total, true_at in rows:
        entry = Total(origin=origin, total=total, true_at=moment(true_at))
        found.setdefault((paper, kind), []).append(entry)
    return {name: tuple(entries) for name, entries in found.items()}


def latest(entries: tuple[Total, ...]) -> int | None:
    """The sum over origins of the newest total; None where nobody counted."""
    if not entries:
        return None
    return sum({entry.origin: entry.total for entry in entries}.values())
