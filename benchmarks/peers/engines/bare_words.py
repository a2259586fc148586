"""tantivy alone, for the least that words can cost: the local engine's own tree, nothing else."""

from collections.abc import Sequence
from typing import ClassVar

import tantivy

from broadsheet.search.contract import NO_FILTERS, Document
from broadsheet.search.embedding.contract import Vectors
from broadsheet.search.engines.local import facets, folder, queries
from broadsheet.search.engines.local.backend import LocalBackend
from broadsheet.search.language.parse import parse
from peers.contract import FIRST, Peer


class BareWords(Peer):
    title = "tantivy alone"
    settings = (
        "The local backend's index without vectors; timed is one `search` call with a query that"
        " was built before, top 10 with count, and reading ten keys."
    )
    packages: ClassVar[tuple[str, ...]] = ("tantivy",)
    vectors = "none"

    _writer: LocalBackend | None = None
    _added = 0

    def add(self, papers: Sequence[Document], vectors: Vectors) -> None:  # noqa: ARG002  # has none
        if self._writer is None:
            self._writer = LocalBackend(self.folder)
        self._added += len(papers)
        self._writer.apply(papers, (), upto=self._added)

    def finish(self) -> None:
        if self._writer is not None:
            self._writer.close()

    def open(self) -> None:
        index = folder.open_index(self.folder)
        index.reload()
        self.searcher = index.searcher()

    def prepared(self, text: str) -> tantivy.Query:
        return queries.asked(parse(text).tree, NO_FILTERS)

    def search(self, asked: tantivy.Query) -> list[str]:
        hits = self.searcher.search(asked, limit=FIRST).hits
        return [self.searcher.doc(address).get_first("key") for _, address in hits]


class BareFacets(BareWords):
    title = "tantivy alone, with facets"
    settings = (
        "The same, and behind it one `aggregate` call with the same query: the counts by year,"
        " category and organisation that every search of Broadsheet gives."
    )

    def search(self, asked: tantivy.Query) -> list[str]:
        found = super().search(asked)
        facets.counted(self.searcher, asked, ("year", "category", "organization"), str)
        return found
