"""The local engine, the whole way of a search page: parse, embed, rank, count, highlight."""

from collections.abc import Sequence
from typing import ClassVar

from broadsheet.search.contract import Document, Request
from broadsheet.search.embedding.contract import Vectors
from broadsheet.search.engines.local.backend import LocalBackend
from broadsheet.search.highlight import marks
from broadsheet.search.language.parse import parse
from peers.collection import embedder
from peers.contract import FIRST, Peer


class Broadsheet(Peer):
    title = "Broadsheet"
    settings = (
        "Local backend as `broadsheet serve` opens it, mode hybrid; three facets, exact total,"
        " titles and abstracts of the ten read by key from SQLite and highlighted."
    )
    packages: ClassVar[tuple[str, ...]] = ("broadsheet", "tantivy", "numpy")
    vectors = "own"

    _backend: LocalBackend | None = None
    _added = 0

    @property
    def backend(self) -> LocalBackend:
        if self._backend is None:
            self._backend = LocalBackend(self.folder / "index", embedder=embedder())
        return self._backend

    def add(self, papers: Sequence[Document], vectors: Vectors) -> None:  # noqa: ARG002  # embeds
        self._added += len(papers)
        self.backend.apply(papers, (), upto=self._added)

    def finish(self) -> None:
        self.close()

    def open(self) -> None:
        self.backend.upto()

    def search(self, asked: str) -> list[str]:
        tree = parse(asked).tree
        facets = ("year", "category", "organization")
        found = self.backend.search(Request(query=tree, limit=FIRST, facets=facets)).found
        keys = [hit.key for hit in found]
        for title, abstract in self.collection.texts(keys):
            marks(title, tree, "title")
            marks(abstract, tree, "abs")
        return keys

    def close(self) -> None:
        if self._backend is not None:
            self._backend.close()  # waits for merges
            self._backend = None
