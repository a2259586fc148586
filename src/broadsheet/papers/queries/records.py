"""What the operator asks of the catalogue: sizes, records, merges, what was refused."""

import zlib
from dataclasses import dataclass
from datetime import datetime

from broadsheet.papers.models import Announcement, Change, Merge, Paper, Record, Rejection, Signal


@dataclass(frozen=True, slots=True, kw_only=True)
class Sizes:
    """How many rows of each kind are held."""

    papers: int
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
    return tuple(
        (source, zlib.decompress(raw)) for source, raw in rows.values_list("source", "raw")
    )


def merges(number: int) -> tuple[MergeLine, ...]:
    """The merges that made a paper what it is, and those it absorbed; oldest first."""
    absorbed = Paper.objects.filter(merged_into=number).values_list("pk", flat=True)
    rows = Merge.objects.filter(paper__in=[number, *absorbed])
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
