"""The doors of the catalogue: everything that changes its tables comes through here."""

import sqlite3
import time
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from pathlib import Path

from django.db import connection, transaction

from broadsheet.kernel import clock
from broadsheet.kernel.errors import BadQuestion, NotFound, Unavailable
from broadsheet.papers import rules
from broadsheet.papers.ingest import Absorption, Batch, free_key
from broadsheet.papers.models import (
    Announcement,
    Identifier,
    Merge,
    Paper,
    Record,
    Rejection,
    Signal,
    Version,
)
from broadsheet.papers.refresh import append_changes, read_again, refresh, said
from broadsheet.sources.contract import Record as Said
from broadsheet.sources.contract import Trouble

BATCH = 500
_SHOWN = 1_000


@dataclass(slots=True)
class Report:
    """What an ingest did. Every record is counted once; ``troubles`` holds the first 1,000."""

    new: int = 0
    updated: int = 0
    unchanged: int = 0
    merged: int = 0
    rejected: int = 0
    seconds: float = 0.0
    troubles: list[Trouble] = field(default_factory=list)

    @property
    def read(self) -> int:
        """Records and troubles met."""
        return self.new + self.updated + self.unchanged + self.merged + self.rejected


def ingest(
    records: Iterable[Said | Trouble], *, progress: Callable[[Report], None] | None = None
) -> Report:
    """Take records into the catalogue, and keep what could not be read with its reason.

    Batches of 500, each one transaction that ends with its Changes: stopped anywhere, it has
    kept whole batches, and running it again counts those as unchanged. Idempotent.

    Args:
        records: in any order; later ones of the same source and id are newer captures.
        progress: called with the running report after each batch.
    """
    report = Report()
    start = time.monotonic()
    for batch in _batches(records):
        said_now = [item for item in batch if isinstance(item, Said)]
        troubles = [item for item in batch if isinstance(item, Trouble)]
        with transaction.atomic():
            counts = _take(said_now)
            _reject(troubles)
        for name, count in counts.items():
            setattr(report, name, getattr(report, name) + count)
        report.rejected += len(troubles)
        report.troubles += troubles[: _SHOWN - len(report.troubles)]
        report.seconds = time.monotonic() - start
        if progress:
            progress(report)
    return report


def _batches(records: Iterable[Said | Trouble]) -> Iterator[list[Said | Trouble]]:
    stream = iter(records)
    while batch := list(islice(stream, BATCH)):
        yield batch


def _take(records: list[Said]) -> dict[str, int]:
    if not records:
        return {}
    now = clock.now()
    batch = Batch(records, now)
    batch.sort()
    batch.write()
    for absorption in batch.absorptions:
        _absorb(absorption, now)
    return dict(batch.counts)


def _reject(troubles: list[Trouble]) -> None:
    Rejection.objects.bulk_create(
        (
            Rejection(
                source=trouble.source,
                source_id=trouble.source_id[:300],
                path=trouble.path,
                line=trouble.line,
                reason=trouble.reason,
                raw=zlib.compress(trouble.raw),
                digest=rules.digest(trouble.raw or f"{trouble.path}:{trouble.line}".encode()),
                at=clock.now(),
            )
            for trouble in troubles
        ),
        ignore_conflicts=True,
    )


def _absorb(absorption: Absorption, now: datetime) -> None:
    """Make two held papers one: the older key stays, the other redirects to it."""
    kept, other = sorted(
        Paper.objects.filter(pk__in=(absorption.one.pk, absorption.other.pk)),
        key=lambda paper: (paper.added_at, paper.pk),
    )
    if kept.merged_into_id or other.merged_into_id or _was_split(absorption, kept, other):
        return
    moved = list(Record.objects.filter(paper=other))
    for table in (Record, Identifier):
        table.objects.filter(paper=other).update(paper=kept)
    _move_history(other, kept, moved)
    Paper.objects.filter(merged_into=other).update(merged_into=kept)
    other.merged_into = kept
    other.save(update_fields=["merged_into"])
    merge = Merge.objects.create(
        paper=kept,
        how="identifier",
        evidence=absorption.evidence,
        other_key=other.key,
        at=now,
    )
    merge.records.set(moved)
    refresh([kept], now)
    append_changes([other.pk, kept.pk], "merged", now)


def _was_split(absorption: Absorption, kept: Paper, other: Paper) -> bool:
    """Say whether a person took this very record out of one of the two before."""
    undone = Merge.objects.filter(
        paper__in=(kept, other),
        undone_at__isnull=False,
        records__source=absorption.record.source,
        records__source_id=absorption.record.source_id,
    )
    return undone.exists()


def _move_history(source: Paper, target: Paper, records: list[Record]) -> None:
    """Move what these records said; what the target already knows stays told once."""
    pks = [record.pk for record in records]
    for table, same in (
        (Announcement, ("feed", "day", "seen_at")),
        (Signal, ("kind", "origin", "true_at")),
        (Version, ("number",)),
    ):
        known = set(table.objects.filter(paper=target).values_list(*same))
        for row in table.objects.filter(paper=source, record__in=pks):
            if tuple(getattr(row, name) for name in same) not in known:
                row.paper = target
                row.save(update_fields=["paper"])


@transaction.atomic
def split(*, merge: int) -> tuple[str, str]:
    """Undo a merge: its records become a paper of their own, with a new key.

    Gives the key that stayed and the new one. Later captures of the same records stay with
    the new paper. Raises NotFound for an unknown merge and BadQuestion for one undone before
    or one that would leave the paper without records.
    """
    row = Merge.objects.select_related("paper").filter(pk=merge).first()
    if row is None:
        raise NotFound(kind="merge", name=merge)
    if row.undone_at:
        raise BadQuestion(
            what=f"Merge {merge}", reason=f"it was undone on {row.undone_at:%Y-%m-%d}"
        )
    now = clock.now()
    kept = row.paper
    while kept.merged_into is not None:
        kept = kept.merged_into
    names = set(row.records.values_list("source", "source_id"))
    held = list(Record.objects.filter(paper=kept))
    moved = [record for record in held if (record.source, record.source_id) in names]
    if len(moved) == len(held):
        raise BadQuestion(what=f"Merge {merge}", reason="the paper has no other records to keep")
    new = _found_from(moved, kept, now)
    row.undone_at = now
    row.save(update_fields=["undone_at"])
    append_changes([kept.pk, new.pk], "split", now)
    return kept.key, new.key


def _found_from(moved: list[Record], kept: Paper, now: datetime) -> Paper:
    records = [read_again(record) for record in moved]
    wanted = rules.wanted_key(rules.believed_first(records)[0])
    taken = set(Paper.objects.filter(key__startswith=wanted).values_list("key", flat=True))
    key = free_key(wanted, taken)
    new = Paper.objects.create(key=key, added_at=now, changed_at=now, **rules.resolve(records))
    pks = [record.pk for record in moved]
    Record.objects.filter(pk__in=pks).update(paper=new)
    still = {named for record in said([kept.pk])[kept.pk] for named in record.identifiers}
    for named in {named for record in records for named in record.identifiers} - still:
        rows = Identifier.objects.filter(scheme=named.scheme, value=named.value, paper=kept)
        rows.update(paper=new)
    for table in (Announcement, Signal, Version):
        table.objects.filter(paper=kept, record__in=pks).update(paper=new)
    refresh([kept], now)
    return new


def backup(target: Path) -> int:
    """Copy the whole catalogue into one SQLite file, without stopping anybody; gives bytes.

    Written aside, checked, then put in place: the file is whole or not there. Raises
    Unavailable where it cannot be written, BadQuestion where the catalogue is on PostgreSQL.
    """
    if connection.vendor != "sqlite":
        reason = "the catalogue is on PostgreSQL; use pg_dump"
        raise BadQuestion(what="A backup", reason=reason)
    fresh = target.with_name(f".{target.name}.part")
    try:
        fresh.unlink(missing_ok=True)
        connection.ensure_connection()
        with closing(sqlite3.connect(fresh)) as copy:
            connection.connection.backup(copy)
            copy.execute("PRAGMA journal_mode=DELETE")
            verdict = copy.execute("PRAGMA integrity_check").fetchone()[0]
        if verdict != "ok":
            raise Unavailable(what=f"The copy {fresh}", remedy=f"It is damaged: {verdict}.")
        fresh.replace(target)
    except (OSError, sqlite3.Error) as error:
        raise Unavailable(what=f"The file {target}", remedy=f"{error}.") from error
    return target.stat().st_size
