"""How a paper became what it is: what was said of it before, and where it was then published."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from broadsheet.papers import rules
from broadsheet.sources.contract import Record

_TOLD: Final = ("title", "abstract", "authors", "venue", "journal_ref", "doi", "withdrawn")
# Of a venue that lists what it was sent, too: this paper was not published there.
_DECLINED: Final = re.compile(r"reject|withdr", re.IGNORECASE)
# A DOI that names the preprint itself.
_OF_PREPRINTS: Final = "10.48550/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """A shown field changed by the word of a source, true at ``at``; lists stand one a line."""

    at: datetime
    source: str
    field: str
    before: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """Where a preprint was published: in words, by DOI, or both.

    ``since`` is the moment at which a source first said so; None where the first one did.
    """

    where: str
    doi: str
    since: datetime | None


def events(said: Iterable[Record]) -> tuple[Event, ...]:
    """What changed as these records came, oldest first; the first of them changes nothing.

    Each record replaces the earlier one of its source and id, as the catalogue takes them.
    """
    newest: dict[tuple[str, str], Record] = {}
    shown: dict[str, str] = {}
    found: list[Event] = []
    for record in said:
        newest[record.source, record.source_id] = record
        now = _shown(newest.values())
        found += [
            Event(
                at=record.seen_at,
                source=record.origin,
                field=name,
                before=shown[name],
                after=now[name],
            )
            for name in _TOLD
            if shown and shown[name] != now[name]
        ]
        shown = now
    return tuple(found)


def _shown(records: Iterable[Record]) -> dict[str, str]:
    ranked = rules.believed_first(records)
    fields = rules.resolve(ranked)
    told = {name: str(fields[name]) for name in _TOLD if name not in ("doi", "withdrawn")}
    return told | {"doi": _doi(ranked), "withdrawn": "yes" if fields["withdrawn"] else ""}


def _doi(ranked: Iterable[Record]) -> str:
    """The DOI of the published version, of the record believed first."""
    values = (i.value for record in ranked for i in record.identifiers if i.scheme == "doi")
    return next((value for value in values if not value.startswith(_OF_PREPRINTS)), "")


def publication(said: Iterable[Record]) -> Publication | None:
    """Where a preprint of arXiv was published, and since when that is known.

    None for what is no preprint, or was not published as far as its records say. Records come
    oldest first.
    """
    newest: dict[tuple[str, str], Record] = {}
    found: Publication | None = None
    for place, record in enumerate(said):
        newest[record.source, record.source_id] = record
        where, doi = _published(rules.believed_first(newest.values()))
        if not where and not doi:
            found = None
        elif found is None:
            since = record.seen_at if place else None
            found = Publication(where=where, doi=doi, since=since)
        else:
            found = Publication(where=where, doi=doi, since=found.since)
    is_preprint = any(i.scheme == "arxiv" for r in newest.values() for i in r.identifiers)
    return found if is_preprint else None


def _published(ranked: list[Record]) -> tuple[str, str]:
    accepted = [record for record in ranked if not _DECLINED.search(record.comment)]
    words = (record.venue or record.journal_ref for record in accepted)
    return next((where for where in words if where), ""), _doi(accepted)
