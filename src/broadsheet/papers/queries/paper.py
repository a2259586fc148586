"""One paper with everything held of it, found by key or by any identifier."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from broadsheet.kernel import clock, identifiers
from broadsheet.kernel.identifiers import Identifier as Named
from broadsheet.papers import rules
from broadsheet.papers.cards import Card
from broadsheet.papers.citations import Citation
from broadsheet.papers.models import Paper
from broadsheet.papers.packing import unpacked
from broadsheet.papers.past import Publication
from broadsheet.papers.queries.cards import cards
from broadsheet.papers.queries.citations import citation
from broadsheet.papers.queries.past import publication
from broadsheet.papers.queries.sql import STANDS, moment, places, select
from broadsheet.sources.contract import Record as Said
from broadsheet.sources.registry import SOURCES

_LED = "SELECT p.id, p.key, p.merged_into_id FROM papers_paper p"


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """A version as a source knew it."""

    number: int
    title: str
    abstract: str
    published: str
    seen_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Appearance:
    """A place on an announced list, ``of`` so many papers."""

    feed: str
    day: date
    rank: int | None
    of: int
    kind: str
    seen_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SignalPoint:
    kind: str
    origin: str
    total: int
    true_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordLine:
    source: str
    origin: str
    source_id: str
    seen_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperPage:
    """Everything a paper's page shows. ``redirect_to`` names the key it is kept under."""

    number: int
    card: Card
    authors: tuple[str, ...]
    abstract: str
    identifiers: tuple[Named, ...]
    versions: tuple[Version, ...]
    announcements: tuple[Appearance, ...]
    signals: tuple[SignalPoint, ...]
    records: tuple[RecordLine, ...]
    comment: str
    journal_ref: str
    venue: str
    keywords: tuple[str, ...]
    updated: str
    withdrawn: bool
    url: str
    project_url: str
    code_url: str
    citation: Citation
    publication: Publication | None
    redirect_to: str = ""


def find(name: str) -> tuple[int, str] | None:
    """The paper of a key or of an identifier in any usual form: its number and its key.

    A key that was merged away, and every identifier, lead to the key that stays. A number
    that is such a key and names another paper since a split leads to that one.
    """
    if not name.isprintable():
        return None
    found = select(f"{_LED} WHERE p.key = %s", name)
    if not found or found[0][2] is not None:
        found = _identified(name) or found
    while found and found[0][2] is not None:
        found = select(f"{_LED} WHERE p.id = %s", found[0][2])
    return found[0][:2] if found else None


def former_keys(key: str) -> tuple[str, ...]:
    """The keys that lead to a paper because what bore them was merged into it."""
    found, last = [], [key]
    while last:
        rows = select(
            "SELECT m.key FROM papers_paper m JOIN papers_paper p ON p.id = m.merged_into_id"
            f" WHERE p.key IN {places(last)} ORDER BY m.id",
            *last,
        )
        last = [former for (former,) in rows]
        found += last
    return tuple(found)


def _identified(name: str) -> list[tuple[Any, ...]]:
    named = identifiers.parse(name)
    if named is None:
        return []
    of = "JOIN papers_identifier i ON i.paper_id = p.id WHERE i.scheme = %s AND i.value = %s"
    return select(f"{_LED} {of}", named.scheme, named.value)


def titled(title: str) -> tuple[str, ...]:
    """The keys of the papers that bear, or bore, this title, case and punctuation aside."""
    rows = select(
        "SELECT p.key FROM papers_paper p WHERE p.merged_into_id IS NULL"
        " AND p.id IN (SELECT r.paper_id FROM papers_record r WHERE r.title_hash = %s)"
        " ORDER BY p.published_on IS NULL, p.published_on DESC, p.key LIMIT 10",
        rules.title_hash(title),
    )
    return tuple(key for (key,) in rows)


def paper(name: str) -> PaperPage | None:
    """A paper's page by key or identifier; None where nothing of that name is held."""
    found = find(name)
    if found is None:
        return None
    number, key = found
    row = Paper.objects.get(pk=number)
    card = cards([number], until=clock.now())[number]
    return PaperPage(
        number=number,
        card=card,
        authors=tuple(row.authors.split("\n")) if row.authors else (),
        abstract=row.abstract,
        identifiers=card.identifiers,
        versions=_versions(number),
        announcements=_appearances(number),
        signals=tuple(
            SignalPoint(kind=kind, origin=origin, total=total, true_at=moment(true_at))
            for kind, origin, total, true_at in select(
                "SELECT s.kind, s.origin, s.total, s.true_at FROM papers_signal s"
                " WHERE s.paper_id = %s ORDER BY s.kind, s.origin, s.true_at",
                number,
            )
        ),
        records=tuple(
            RecordLine(source=source, origin=origin, source_id=source_id, seen_at=moment(seen_at))
            for source, origin, source_id, seen_at in select(
                "SELECT r.source, r.origin, r.source_id, r.seen_at FROM papers_record r"
                " WHERE r.paper_id = %s ORDER BY r.seen_at DESC, r.turn DESC, r.id DESC",
                number,
            )
        ),
        comment=row.comment,
        journal_ref=row.journal_ref,
        venue=row.venue,
        keywords=tuple(row.keywords.split("\n")) if row.keywords else (),
        updated=row.updated,
        withdrawn=row.withdrawn,
        url=row.url,
        project_url=row.project_url,
        code_url=row.code_url,
        citation=citation(row, card.identifiers),
        publication=_publication(row, card),
        redirect_to=key if key != name else "",
    )


def _publication(row: Paper, card: Card) -> Publication | None:
    """Where a preprint was published; its records are read only if they can say so."""
    if not card.arxiv or not (row.venue or row.journal_ref or card.doi):
        return None
    return publication(row.pk)


def _versions(number: int) -> tuple[Version, ...]:
    """Each as the record that told of it first has it."""
    told = select(
        "SELECT v.number, r.source, r.raw, r.seen_at FROM papers_version v"
        " JOIN papers_record r ON r.id = v.record_id WHERE v.paper_id = %s ORDER BY v.number DESC",
        number,
    )
    return tuple(
        _version(n, SOURCES[source].reread(unpacked(raw), moment(seen_at)))
        for n, source, raw, seen_at in told
    )


def _version(number: int, said: Said) -> Version:
    return Version(
        number=number,
        title=said.title,
        abstract=said.abstract,
        published=said.updated or said.published,
        seen_at=said.seen_at,
    )


def _appearances(number: int) -> tuple[Appearance, ...]:
    """Where it was announced, newest day first; of several captures the newest counts."""
    newest: dict[tuple[str, date], Appearance] = {}
    for feed, day, rank, kind, seen_at, of in select(
        "SELECT m.feed, m.day, m.rank, m.kind, m.seen_at, list.papers FROM papers_announcement m"
        " JOIN (SELECT a.feed, a.day, COUNT(DISTINCT a.paper_id) AS papers"
        "  FROM papers_announcement a JOIN (SELECT DISTINCT feed, day FROM papers_announcement"
        f"  WHERE paper_id = %s) b ON b.feed = a.feed AND b.day = a.day WHERE {STANDS}"
        "  GROUP BY a.feed, a.day) list ON list.feed = m.feed AND list.day = m.day"
        " WHERE m.paper_id = %s ORDER BY m.day DESC, m.feed, m.seen_at, m.id",
        number,
        number,
    ):
        newest[feed, day] = Appearance(
            feed=feed, day=day, rank=rank, of=of, kind=kind, seen_at=moment(seen_at)
        )
    return tuple(newest.values())


def numbers(keys: Collection[str]) -> dict[str, tuple[int, date | None]]:
    """The number and the first possible day of each paper of these keys that is held."""
    rows = select(
        "SELECT key, id, published_on FROM papers_paper"
        f" WHERE key IN {places(keys)} AND merged_into_id IS NULL",
        *keys,
    )
    return {key: (number, on) for key, number, on in rows}


def keys() -> tuple[str, ...]:
    """The key of every paper that can be found: neither merged into another nor withdrawn."""
    rows = Paper.objects.filter(merged_into=None, withdrawn=False)
    return tuple(rows.values_list("key", flat=True))
