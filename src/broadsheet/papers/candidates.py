"""Records that may speak of the same work as those of a batch: of an equal title, or by the same
authors under a title that is much alike.

Read in a few queries, by indexed digests, before anything is decided. What a batch adds is kept
in memory beside what is held.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Generic, NamedTuple, TypeVar

from broadsheet.papers.likeness import titles_near
from broadsheet.papers.models import Record
from broadsheet.papers.queries.likely import Bearer, Mark, bearers, counted
from broadsheet.papers.refresh import read_again
from broadsheet.papers.rules import MOST_ALIKE, Marks
from broadsheet.sources.contract import Record as Said

W = TypeVar("W")


class Asked(NamedTuple):
    """A record to find others for. Those of its ``own`` papers need no finding."""

    said: Said
    marks: Marks
    own: frozenset[int]


class Candidates(Generic[W]):
    """Finds records by their marks; each stands with its paper, as the batch knows it (W)."""

    def __init__(self, asked: Collection[Asked]) -> None:
        self._common: set[int] = set()
        self._titled: defaultdict[int, list[tuple[Said, W]]] = defaultdict(list)
        self._by: defaultdict[int, list[tuple[Said, W]]] = defaultdict(list)
        wanted = self._equal_titles(asked) | self._equal_authors(asked)
        rows = Record.objects.filter(pk__in=wanted)
        self._held = [
            (row.paper_id, Marks(row.title_hash, row.authors_hash), read_again(row))
            for row in rows.order_by("pk")
        ]

    def papers(self) -> set[int]:
        """The papers of all records found."""
        return {paper for paper, _, _ in self._held}

    def take(self, works: Mapping[int, W]) -> None:
        """Learn how the batch knows these papers. Before anything is asked for."""
        for paper, marks, said in self._held:
            self.add(said, marks, works[paper])

    def add(self, said: Said, marks: Marks, work: W) -> None:
        """Let a record be found by those that come after it."""
        self._titled[marks.title].append((said, work))
        if marks.authors is not None:
            self._by[marks.authors].append((said, work))

    def of(self, said: Said, marks: Marks) -> Iterator[tuple[Said, W]]:
        """Records of an equal title, and those of other origins by the same authors.

        An archive knows its own: it does not hold one paper under two titles.
        """
        yield from self._few(self._titled, marks.title)
        if marks.authors is None:
            return
        for other, work in self._few(self._by, marks.authors):
            if other.origin != said.origin and titles_near(said.title, other.title):
                yield other, work

    def _few(
        self, table: defaultdict[int, list[tuple[Said, W]]], mark: int
    ) -> list[tuple[Said, W]]:
        found = table.get(mark, [])
        return [] if mark in self._common or len(found) > MOST_ALIKE else found

    # Reading

    def _equal_titles(self, asked: Collection[Asked]) -> set[int]:
        """The numbers of held records that bear the title of one that is asked for."""
        by_mark = _grouped((one.marks.title, one) for one in asked)
        rows = self._newest("title_hash", by_mark)
        return {
            row.number for row in rows if any(row.paper not in one.own for one in by_mark[row.mark])
        }

    def _equal_authors(self, asked: Collection[Asked]) -> set[int]:
        """The numbers of held records by the authors of one asked for, of a title much alike."""
        by_mark = _grouped((one.marks.authors, one) for one in asked if one.marks.authors)
        origins = {one.said.origin for one in asked}
        rows = self._newest("authors_hash", by_mark, *(origins if len(origins) == 1 else ()))
        return {
            row.number
            for row in rows
            if any(
                row.paper not in one.own
                and row.origin != one.said.origin
                and titles_near(one.said.title, row.title)
                for one in by_mark[row.mark]
            )
        }

    def _newest(self, mark: Mark, asked: Collection[int], *but: str) -> Iterator[Bearer]:
        """The records that bear these marks, but for marks that too many papers share."""
        papers = counted(mark, asked, but)
        self._common |= {one for one, count in papers.items() if count > MOST_ALIKE}
        few = [one for one in papers if one not in self._common]
        return bearers(mark, few, but) if few else iter(())


def _grouped(marked: Iterable[tuple[int | None, Asked]]) -> dict[int, list[Asked]]:
    groups: dict[int, list[Asked]] = {}
    for mark, one in marked:
        if mark is not None:
            groups.setdefault(mark, []).append(one)
    return groups
