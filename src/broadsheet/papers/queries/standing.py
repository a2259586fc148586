"""How papers stand for whoever was told of them before: since when held, in which version."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from broadsheet.papers.packing import unpacked
from broadsheet.papers.queries.sql import among, moment, select
from broadsheet.sources.registry import SOURCES


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """``version`` is the newest that is known, 0 where none is.

    ``former`` are the keys that were merged into this one.
    """

    added_at: datetime
    version: int
    former: tuple[str, ...] = ()


def standings(keys: Collection[str]) -> dict[str, Standing]:
    """How the papers of these keys stand; those that are gone are left out. Two queries."""
    of, given = among(keys)
    rows = select(
        "SELECT p.id, p.key, p.added_at,"
        " (SELECT MAX(v.number) FROM papers_version v WHERE v.paper_id = p.id)"
        f" FROM papers_paper p WHERE p.key {of} AND p.merged_into_id IS NULL",
        *given,
    )
    former = _former([number for number, *_ in rows])
    return {
        key: Standing(
            added_at=moment(added_at), version=version or 0, former=tuple(former.get(number, ()))
        )
        for number, key, added_at, version in rows
    }


def _former(papers: Collection[int]) -> dict[int, list[str]]:
    """The keys of what was merged into each of these papers, itself."""
    of, given = among(papers)
    found: dict[int, list[str]] = {}
    for paper, key in select(
        f"SELECT m.merged_into_id, m.key FROM papers_paper m WHERE m.merged_into_id {of}", *given
    ):
        found.setdefault(paper, []).append(key)
    return found


def worded(key: str, versions: Iterable[int]) -> dict[int, tuple[str, str]]:
    """Title and abstract of these versions of a paper, as far as they are known."""
    of, given = among([*versions])
    rows = select(
        "SELECT v.number, r.source, r.raw, r.seen_at FROM papers_version v"
        " JOIN papers_record r ON r.id = v.record_id JOIN papers_paper p ON p.id = v.paper_id"
        f" WHERE p.key = %s AND v.number {of}",
        key,
        *given,
    )
    said = {n: SOURCES[source].reread(unpacked(raw), moment(at)) for n, source, raw, at in rows}
    return {number: (record.title, record.abstract) for number, record in said.items()}
