"""What the catalogue decides: which record is believed, what is the same work, which key."""

import hashlib
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple

from broadsheet.kernel.dates import first_day
from broadsheet.kernel.identifiers import Identifier
from broadsheet.kernel.text import slug
from broadsheet.papers import authors, likeness
from broadsheet.sources.contract import Record

# Who is believed first. The authors' own archive, then proceedings, then lists made from
# them, then this project's own summaries, which give way to any real abstract.
PRECEDENCE: Final = ("arxiv", "anthology", "conferences", "huggingface", "broadsheet")

# Schemes that never give one paper two values: two values, two papers.
_OWN: Final = ("arxiv", "acl", "openreview")

# What identifiers lead to, best first: the order in which they are shown and linked.
IDENTIFIER_ORDER: Final = ("arxiv", "doi", "acl", "openreview", "openalex", "s2", "url")

_LONGEST_KEY: Final = 110

# A title or a list of authors that more papers than this share says of none which it is.
MOST_ALIKE: Final = 50


def believed_first(records: Iterable[Record]) -> list[Record]:
    """The newest record of each (source, id), best origin first, newer before older.

    An origin nobody ranked comes after those of PRECEDENCE. Ties go by source and id.
    """
    newest: dict[tuple[str, str], Record] = {}
    for record in records:
        name = (record.source, record.source_id)
        if name not in newest or newest[name].seen_at <= record.seen_at:
            newest[name] = record
    if len(newest) == 1:
        return list(newest.values())
    rank = {origin: place for place, origin in enumerate(PRECEDENCE)}
    return sorted(
        newest.values(),
        key=lambda r: (
            rank.get(r.origin, len(rank)),
            -r.seen_at.timestamp(),
            r.source,
            r.source_id,
        ),
    )


def _first(records: Sequence[Record], name: str) -> Any:
    """A fact of the best record that has it; of the first, "" or its like, where none has."""
    for record in records:
        if value := getattr(record, name):
            return value
    return getattr(records[0], name)


def _published(records: Sequence[Record]) -> str:
    """The most precise date; among equally precise ones the best record's."""
    return max((record.published for record in records), key=len, default="")


def resolve(records: Iterable[Record]) -> dict[str, object]:
    """The shown fields of a paper, each from the best record that has one.

    Returns the columns of ``models.Paper`` but for key, times and merging.
    """
    ranked = believed_first(records)
    named = _first(ranked, "authors")
    published = _published(ranked)
    organization = _first(ranked, "organization")
    return {
        "title": ranked[0].title,
        "abstract": _first(ranked, "abstract"),
        "authors": "\n".join(named),
        "n_authors": len(named) or max(r.n_authors or 0 for r in ranked),
        "organization": organization.slug[:200] if organization else "",
        "organization_name": organization.name[:300] if organization else "",
        "published": published,
        "published_on": first_day(published),
        "updated": _first(ranked, "updated"),
        "categories": "\n".join(_first(ranked, "categories")),
        "keywords": "\n".join(_first(ranked, "keywords")),
        "comment": _first(ranked, "comment"),
        "journal_ref": _first(ranked, "journal_ref"),
        "venue": _first(ranked, "venue"),
        "url": _first(ranked, "url"),
        "code_url": _first(ranked, "code_url"),
        "project_url": _first(ranked, "project_url"),
        "withdrawn": is_withdrawn(ranked),
    }


def is_withdrawn(ranked: Iterable[Record]) -> bool:
    """Say whether the newest word of any origin says so; of one moment, any of its words."""
    newest: dict[str, tuple[datetime, bool]] = {}
    for record in ranked:
        word = (record.seen_at, record.withdrawn)
        newest[record.origin] = max(newest.get(record.origin, word), word)
    return any(withdrawn for _, withdrawn in newest.values())


def digest(data: bytes) -> int:
    """64 bits of BLAKE2b as a signed integer, which every database can index."""
    return int.from_bytes(hashlib.blake2b(data, digest_size=8).digest(), "big", signed=True)


def title_hash(title: str) -> int:
    """The digest of a title's key: equal for titles that differ in case and punctuation."""
    return digest(likeness.key(title).encode())


class Marks(NamedTuple):
    """What records that may speak of one work are looked up by: indexed columns."""

    title: int
    authors: int | None


def marks(record: Record) -> Marks:
    """The digests of a record's title and of its list of authors; None where nobody is named."""
    named = authors.key(record.authors)
    return Marks(title_hash(record.title), digest(named.encode()) if named else None)


def wanted_key(record: Record) -> str:
    """The key a new paper asks for: its own number, else words of its title and a mark.

    The mark is made from the source's id, so that importing again elsewhere gives the same.
    """
    for scheme in _OWN:
        for identifier in record.identifiers:
            if identifier.scheme == scheme and len(identifier.value) <= _LONGEST_KEY:
                return identifier.value
    mark = hashlib.blake2b(f"{record.source}\0{record.source_id}".encode(), digest_size=5)
    words = slug(record.title, longest=48)
    return f"{words}-{mark.hexdigest()}" if words else mark.hexdigest()


def contradict(ours: Collection[Identifier], theirs: Collection[Identifier]) -> bool:
    """Say whether two sets of identifiers hold different numbers of one archive: two papers.

    A DOI is no such number: errata, parts and preprints share them, and authors copy them.
    """
    for scheme in _OWN:
        one = {i.value for i in ours if i.scheme == scheme}
        other = {i.value for i in theirs if i.scheme == scheme}
        if one and other and one.isdisjoint(other):
            return True
    return False


def is_own(identifier: Identifier, record: Record) -> bool:
    """Say whether a record is the archive's own word on this number, not a mention of it."""
    return identifier.scheme in _OWN and record.source_id.rpartition(":")[2] == identifier.value
