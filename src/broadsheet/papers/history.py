"""What records say of days, counts and versions, as rows; made again whenever records move."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from broadsheet.papers import bulk
from broadsheet.papers.models import Announcement, Record, Signal, Version
from broadsheet.papers.refresh import read_again
from broadsheet.sources.contract import Record as Said

_ANNOUNCEMENT = ("paper_id", "feed", "day", "rank", "kind", "seen_at", "record_id")
_SIGNAL = ("paper_id", "kind", "origin", "total", "true_at", "record_id")
_VERSION = ("paper_id", "number", "record_id")

Told = tuple[Said, int, int]
"""A record, the number of its paper, and its own."""

_Row = tuple[object, ...]


def write(told: Iterable[Told], now: datetime) -> None:
    """Insert what these records say: a row a capture. What is known already is left out.

    Nothing is seen or true later than ``now``: a day file may be read before the hour it
    stands for.
    """
    announcements: list[_Row] = []
    signals: list[_Row] = []
    versions: list[_Row] = []
    for said, paper, record in told:
        announcements += [
            (paper, a.feed, a.day, a.rank, a.kind, min(a.seen_at, now), record)
            for a in said.announcements
        ]
        signals += [
            (paper, s.kind, s.origin, s.total, min(s.true_at, now), record) for s in said.signals
        ]
        if said.version is not None:
            versions.append((paper, said.version, record))
    for table, columns, rows in (
        (Announcement, _ANNOUNCEMENT, announcements),
        (Signal, _SIGNAL, signals),
        (Version, _VERSION, versions),
    ):
        bulk.insert(table, columns, rows, ignore_conflicts=True)


def write_again(papers: Sequence[int], now: datetime) -> None:
    """Make the history of these papers anew, each from the records it has now.

    Where two papers told the same fact it is kept once; only their records know whose it is.
    """
    for table in (Announcement, Signal, Version):
        table.objects.filter(paper__in=papers).delete()
    rows = Record.objects.filter(paper__in=papers).order_by("pk")
    write(((read_again(row), row.paper_id, row.pk) for row in rows.iterator()), now)
