"""Computing papers anew from their records, and noting what changed in the change log."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from operator import attrgetter
from types import MappingProxyType

from django.db import connection

from broadsheet.papers import bulk, rules
from broadsheet.papers.models import Change, Paper, Record
from broadsheet.papers.packing import unpacked
from broadsheet.papers.queries import known
from broadsheet.sources.contract import Record as Said
from broadsheet.sources.registry import SOURCES

# Any number nobody else takes.
_WRITER = 7_273_001


def write_alone() -> None:
    """Wait for other writers of the catalogue; keep them waiting until this transaction ends.

    The first act of a door that reads what it then changes: two imports would otherwise each
    found the same paper. Appending to the change log takes it too, so that numbers become
    visible in order. SQLite has one writer anyway, from the beginning of its transaction.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_WRITER])


def said(
    papers: Collection[int], at_hand: Mapping[int, Said] = MappingProxyType({})
) -> dict[int, list[Said]]:
    """The newest record of every source and id, read again from what was received.

    Of captures of one moment the last to arrive is the newest, or the one returned to since.
    Those ``at_hand``, by the numbers of their rows, are taken as they are.
    """
    newest = known.newest_words(papers)
    records = {number: at_hand[number] for number in newest if number in at_hand}
    for number, source, seen_at, raw in known.received(set(newest) - set(records)):
        records[number] = SOURCES[source].reread(unpacked(raw), seen_at)
    told: dict[int, list[Said]] = {paper: [] for paper in papers}
    for number, paper in newest.items():
        told[paper].append(records[number])
    return told


def read_again(record: Record) -> Said:
    """What a stored record says, parsed again by its source from what was received."""
    return SOURCES[record.source].reread(unpacked(record.raw), record.seen_at)


def refresh(
    papers: Sequence[Paper], now: datetime, at_hand: Mapping[int, Said] = MappingProxyType({})
) -> set[int]:
    """Resolve these papers from their records again; gives the numbers of those that changed.

    ``at_hand`` is as for ``said``.
    """
    records = said([paper.pk for paper in papers], at_hand)
    changed: list[Paper] = []
    columns: set[str] = set()
    for paper in papers:
        if not records[paper.pk]:
            continue
        fields = rules.resolve(records[paper.pk])
        news = {name for name, value in fields.items() if getattr(paper, name) != value}
        if news:
            for name in news:
                setattr(paper, name, fields[name])
            paper.changed_at = now
            changed.append(paper)
            columns |= news
    names = [*sorted(columns), "changed_at"]
    values = attrgetter(*names, "pk")
    bulk.update(Paper, names, (values(paper) for paper in changed))
    return {paper.pk for paper in changed}


def append_changes(papers: Sequence[int], what: str, now: datetime) -> None:
    """Append a Change for each paper: the last act of a transaction that others follow."""
    if not papers:
        return
    write_alone()
    bulk.insert(Change, ("paper_id", "what", "at"), ((paper, what, now) for paper in papers))
