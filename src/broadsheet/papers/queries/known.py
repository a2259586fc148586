"""What a batch of records looks up: what of it is known already, and what else is of its papers."""

from collections.abc import Collection, Iterator
from datetime import datetime
from typing import NamedTuple

from broadsheet.papers.queries.sql import among, moment, select


class Held(NamedTuple):
    """One word of a source that is held, and the number of the paper it belongs to."""

    source_id: str
    digest: int
    paper: int
    seen_at: datetime
    turn: int


def words(source: str, ids: Collection[str]) -> Iterator[Held]:
    """All that is held of these ids of a source, the newest last."""
    one_of, given = among(ids)
    rows = select(
        "SELECT source_id, digest, paper_id, seen_at, turn FROM papers_record"
        f" WHERE source = %s AND source_id {one_of} ORDER BY seen_at, turn, id",
        source,
        *given,
    )
    for source_id, digest, paper, seen_at, turn in rows:
        yield Held(source_id, digest, paper, moment(seen_at), turn)


def owners(scheme: str, values: Collection[str]) -> dict[str, int]:
    """The numbers of the papers that these values of a scheme name."""
    one_of, given = among(values)
    found = f"SELECT value, paper_id FROM papers_identifier WHERE scheme = %s AND value {one_of}"
    return dict(select(found, scheme, *given))


def taken_keys(wanted: Collection[str]) -> set[str]:
    """Those of these keys that papers have."""
    one_of, given = among(wanted)
    rows = select(f"SELECT key FROM papers_paper WHERE key {one_of}", *given)
    return {key for (key,) in rows}


def newest_words(papers: Collection[int]) -> dict[int, int]:
    """The numbers of the newest record of every source and id of these papers, with its paper."""
    one_of, given = among(papers)
    rows = select(
        "SELECT paper_id, source, source_id, id FROM papers_record"
        f" WHERE paper_id {one_of} ORDER BY seen_at, turn, id",
        *given,
    )
    newest = {(paper, source, source_id): number for paper, source, source_id, number in rows}
    return {number: paper for (paper, _, _), number in newest.items()}


def received(numbers: Collection[int]) -> Iterator[tuple[int, str, datetime, bytes]]:
    """Number, source, moment and raw, as it is held, of these records."""
    one_of, given = among(numbers)
    rows = select(f"SELECT id, source, seen_at, raw FROM papers_record WHERE id {one_of}", *given)
    for number, source, seen_at, raw in rows:
        yield number, source, moment(seen_at), raw
