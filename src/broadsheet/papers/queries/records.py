"""What the operator asks of the catalogue: sizes, records, merges, what was refused."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from broadsheet.papers.models import Announcement, Change, Merge, Paper, Record, Rejection, Signal
from broadsheet.papers.packing import unpacked
from broadsheet.papers.queries.sql import places, select


@dataclass(frozen=True, slots=True, kw_only=True)
class Sizes:
    """How many rows of each kind are held; ``withdrawn`` are among the papers."""

    papers: int
    withdrawn: int
    records: int
    announcements: int
    signals: int
    merges: int
    rejections: int
    changes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MergeLine:
    number: int
    how: str
    evidence: str
    weak: bool
    other_key: str
    at: datetime
    undone_at: datetime | None
    records: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RejectionLine:
    source: str
    source_id: str
    path: str
    line: int
    reason: str
    at: datetime


def sizes() -> Sizes:
    """Exact counts. Costs a scan of each table's index: for status, not for pages."""
    return Sizes(
        papers=Paper.objects.count() - Paper.objects.filter(merged_into__isnull=False).count(),
        withdrawn=Paper.objects.filter(withdrawn=True, merged_into=None).count(),
        records=Record.objects.count(),
        announcements=Announcement.objects.count(),
        signals=Signal.objects.count(),
        merges=Merge.objects.filter(undone_at=None).count(),
        rejections=Rejection.objects.count(),
        changes=Change.objects.count(),
    )


def records(number: int) -> tuple[tuple[str, bytes], ...]:
    """The stored records of a paper, newest first: source and the text as received."""
    rows = Record.objects.filter(paper=number).order_by("-seen_at", "-turn", "-pk")
    return tuple((source, unpacked(raw)) for source, raw in rows.values_list("source", "raw"))


def received(source: str, papers: Sequence[int]) -> dict[int, bytes]:
    """The newest text received of each of these papers from one source, of those it spoke of."""
    rows = select(
        "SELECT r.paper_id, r.raw FROM papers_record r JOIN (SELECT paper_id, MAX(seen_at) AS last"
        f" FROM papers_record WHERE source = %s AND paper_id IN {places(papers)}"
        " GROUP BY paper_id) n ON n.paper_id = r.paper_id AND n.last = r.seen_at"
        " WHERE r.source = %s ORDER BY r.turn, r.id",
        source,
        *papers,
        source,
    )
    return {paper: unpacked(raw) for paper, raw in dict(rows).items()}


def merges(number: int) -> tuple[MergeLine, ...]:
    """The merges that made a paper what it is, and those it absorbed; oldest first."""
    which = select(
        "SELECT m.id FROM papers_merge m WHERE m.paper_id = %s OR m.paper_id IN"
        " (SELECT p.id FROM papers_paper p WHERE p.merged_into_id = %s)",
        number,
        number,
    )
    rows = Merge.objects.filter(pk__in=[one for (one,) in which])
    rows = rows.order_by("pk").prefetch_related("records")
    return tuple(
        MergeLine(
            number=row.pk,
            how=row.how,
            evidence=row.evidence,
            weak=row.weak,
            other_key=row.other_key,
            at=row.at,
            undone_at=row.undone_at,
            records=tuple(f"{r.source} {r.source_id}" for r in row.records.all()),
        )
        for row in rows
    )


def rejections(*, limit: int = 100) -> tuple[RejectionLine, ...]:
    """What was refused, newest first."""
    rows = Rejection.objects.order_by("-at", "-pk")[:limit]
    return tuple(
        RejectionLine(
            source=row.source,
            source_id=row.source_id,
            path=row.path,
            line=row.line,
            reason=row.reason,
            at=row.at,
        )
        for row in rows
    )
