"""Records by what they may be recognised by: the digests of their titles and of their authors."""

from collections.abc import Collection, Iterator
from typing import Literal, NamedTuple

from broadsheet.papers.queries.sql import among, places, select

Mark = Literal["title_hash", "authors_hash"]


class Bearer(NamedTuple):
    """The newest record of one source and id that bears a mark."""

    mark: int
    paper: int
    number: int
    title: str
    origin: str


def counted(mark: Mark, digests: Collection[int], but: Collection[str]) -> dict[int, int]:
    """Of how many papers records bear each of these digests, origins of ``but`` aside.

    A digest that none bears is left out.
    """
    one_of, given = among(digests)
    rows = select(
        f"SELECT {mark}, COUNT(DISTINCT paper_id) FROM papers_record"
        f" WHERE {mark} {one_of} {_others(but)} GROUP BY {mark}",
        *given,
        *but,
    )
    return dict(rows)


def bearers(mark: Mark, digests: Collection[int], but: Collection[str]) -> Iterator[Bearer]:
    """The records that bear one of these digests, but for those of the origins of ``but``."""
    one_of, given = among(digests)
    rows = select(
        f"SELECT {mark}, paper_id, MAX(id), MAX(title), origin FROM papers_record"
        f" WHERE {mark} {one_of} {_others(but)}"
        f" GROUP BY {mark}, paper_id, source, source_id, origin",
        *given,
        *but,
    )
    return map(Bearer._make, rows)


def _others(but: Collection[str]) -> str:
    return f"AND origin NOT IN {places(but)}" if but else ""
