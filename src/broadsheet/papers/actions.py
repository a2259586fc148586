"""The doors of the catalogue: everything that changes its tables comes through here."""

import gc
import itertools
import time
import zlib
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final

from django.db import transaction

from broadsheet.kernel import clock
from broadsheet.kernel.errors import NotFound, Refused
from broadsheet.kernel.text import clean
from broadsheet.papers import bulk, rules
from broadsheet.papers.backup import backup
from broadsheet.papers.ingest import Batch, Name
from broadsheet.papers.joining import absorb, between, join, part, refuse
from broadsheet.papers.likeness import Likeness
from broadsheet.papers.models import Identifier, Paper, Record, Rejection
from broadsheet.papers.queries.paper import find
from broadsheet.papers.refresh import append_changes, refresh, write_alone
from broadsheet.sources.contract import Record as Said
from broadsheet.sources.contract import Trouble

__all__ = ["BATCH", "Report", "backup", "ingest", "merge", "split", "tell_apart"]

BATCH: Final = 500
_SHOWN: Final = 1_000
# After how many batches of an import the catalogue may have become another one. A page of a
# harvest has fewer.
_GROWN: Final = frozenset(4**n for n in range(2, 9))
# A reason is part of an index, whose rows PostgreSQL limits to 2,700 bytes.
_LONGEST_REASON: Final = 300


@dataclass(slots=True)
class Report:
    """What an ingest did. Every record is counted once; ``troubles`` holds the first 1,000.

    ``unread`` counts files, not records: those that were empty, of no known kind, or broken
    off, each with its trouble.
    """

    new: int = 0
    updated: int = 0
    unchanged: int = 0
    merged: int = 0
    rejected: int = 0
    unread: int = 0
    seconds: float = 0.0
    troubles: list[Trouble] = field(default_factory=list)

    @property
    def read(self) -> int:
        """Records met, those that were refused among them."""
        return self.new + self.updated + self.unchanged + self.merged + self.rejected


def ingest(
    records: Iterable[Said | Trouble], *, progress: Callable[[Report], None] | None = None
) -> Report:
    """Take records into the catalogue, and keep what could not be read with its reason.

    Batches of 500, each one transaction that ends with its Changes: stopped anywhere, it has
    kept whole batches, and running it again counts those as unchanged. Idempotent.

    Of several captures of one source and id the one with the latest ``seen_at`` speaks. Among
    those of the same moment, as of sources that note none, the last to arrive does: a word
    that was held, gave way to another and comes again is taken back as an update, unless the
    other follows it in the same import, as it does when all files are read once more.

    Args:
        records: in any order. Read by a thread of their own, while the database writes.
        progress: called with the running report after each batch.
    """
    report = Report()
    start = time.monotonic()
    returned: dict[Name, int] = {}
    stream = iter(records)
    with _undisturbed(), bulk.at_length(), ThreadPoolExecutor(1) as reader:
        coming = reader.submit(_batch, stream)
        for number in itertools.count(1):
            if not (batch := coming.result()):
                break
            said_now = [item for item in batch if isinstance(item, Said)]
            troubles = [item for item in batch if isinstance(item, Trouble)]
            with transaction.atomic():
                write_alone()
                bulk.look_up_by_index()
                counts = _take(said_now, returned)
                _reject(troubles)
                if number in _GROWN:
                    _note_growth()
                # Until the disk has it all this thread has nothing to do. Begun earlier, reading
                # would be in its way after every statement.
                coming = reader.submit(_batch, stream)
            _count(report, counts, troubles)
            report.seconds = time.monotonic() - start
            if progress:
                progress(report)
    count = _take_back(returned)
    report.updated += count
    report.unchanged -= count
    return report


@contextmanager
def _undisturbed() -> Iterator[None]:
    """Let the garbage collector pass over all that there is now: a tenth of a long import."""
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


def _batch(records: Iterator[Said | Trouble]) -> list[Said | Trouble]:
    return list(itertools.islice(records, BATCH))


def _count(report: Report, counts: dict[str, int], troubles: list[Trouble]) -> None:
    for name, count in counts.items():
        setattr(report, name, getattr(report, name) + count)
    unread = sum(trouble.fatal for trouble in troubles)
    report.unread += unread
    report.rejected += len(troubles) - unread
    report.troubles += troubles[: _SHOWN - len(report.troubles)]


def _note_growth() -> None:
    """What PostgreSQL must know to look up a batch's names and marks by the right index."""
    bulk.analyze(Record, "source", "source_id", "title_hash", "authors_hash", "origin")
    bulk.analyze(Identifier, "scheme", "value")
    bulk.analyze(Paper, "key")


def _take(records: list[Said], returned: dict[Name, int]) -> dict[str, int]:
    if not records:
        return {}
    now = clock.now()
    batch = Batch(records, now, returned)
    batch.sort()
    batch.write()
    for absorption in batch.absorptions:
        absorb(absorption, now)
    return dict(batch.counts)


def _take_back(returned: dict[Name, int]) -> int:
    """Let the words that their sources returned to speak again; gives how many."""
    names = iter(returned.items())
    while batch := list(itertools.islice(names, BATCH)):
        with transaction.atomic():
            write_alone()
            now = clock.now()
            papers = {_speak_again(name, digest).paper for name, digest in batch}
            changed = refresh(list(papers), now)
            append_changes(sorted(changed), "paper", now)
    return len(returned)


def _reject(troubles: list[Trouble]) -> None:
    Rejection.objects.bulk_create(
        (
            Rejection(
                source=trouble.source,
                source_id=clean(trouble.source_id)[:300],
                path=trouble.path,
                line=trouble.line,
                reason=clean(trouble.reason)[:_LONGEST_REASON],
                raw=zlib.compress(trouble.raw),
                digest=rules.digest(trouble.raw or _place_of(trouble)),
                at=clock.now(),
            )
            for trouble in troubles
        ),
        ignore_conflicts=True,
    )


def _place_of(trouble: Trouble) -> bytes:
    """Where it was met: what tells it from others of which nothing was received."""
    return f"{trouble.path}:{trouble.line}:{trouble.source_id}".encode()


def _speak_again(name: Name, digest: int) -> Record:
    """Give a held word the turn after the newest of its moment."""
    source, source_id = name
    words = Record.objects.filter(source=source, source_id=source_id)
    word = words.select_related("paper").get(digest=digest)
    same = words.filter(seen_at=word.seen_at)
    word.turn = 1 + max(same.values_list("turn", flat=True))
    word.save(update_fields=["turn"])
    return word


def split(*, merge: int) -> tuple[str, str]:
    """Undo a merge: its records become a paper of their own, with a new key.

    Gives the key that stayed and the new one. The new paper takes along what its records
    told and named, and the keys of papers merged away here lead to it. Later captures of the
    same records stay with it, and no shared identifier joins the two again.

    Raises NotFound for an unknown merge and Refused for one undone before, one whose
    records have left the paper, or one that would leave the paper without records.
    """
    with transaction.atomic():
        write_alone()
        kept, new = part(merge, clock.now())
    return kept.key, new.key


def merge(one: str, other: str) -> tuple[str, str]:
    """Make two papers one by the word of a person; gives the key that stays and the other.

    Keys or identifiers in any usual form. The older key stays, the other redirects to it. Two
    that are one already stay so, and both keys are the same. ``split`` undoes it. A person is
    believed against everything the rules say, and against an earlier no.

    Raises NotFound for a paper that is not held.
    """
    with transaction.atomic():
        write_alone()
        first, second = _held(one), _held(other)
        if first == second:
            return first.key, first.key
        between(first, second).update(refused_at=None)
        kept = join(first, second, Likeness("one", "person", "a person says so"), clock.now())
    return kept.key, (second if kept == first else first).key


def tell_apart(one: str, other: str) -> tuple[str, str]:
    """Note that two papers are two, whatever speaks for one; gives their keys. Idempotent.

    Raises NotFound for a paper that is not held, and Refused where the two are one already.
    """
    with transaction.atomic():
        write_alone()
        first, second = _held(one), _held(other)
        if first == second:
            reason = f"both are {first.key}. See which merge made them one: broadsheet show"
            raise Refused(what=f"{one} and {other}", done="told apart", reason=reason)
        refuse(first, second, "a person says so", clock.now())
    return first.key, second.key


def _held(name: str) -> Paper:
    found = find(name)
    if found is None:
        raise NotFound(kind="paper", name=name)
    return Paper.objects.get(pk=found[0])
