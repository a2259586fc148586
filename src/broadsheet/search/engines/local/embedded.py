"""Which row holds a document's vector: the one it had if its text is the same, else a new one."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from tantivy import Searcher

from broadsheet.search.contract import Document
from broadsheet.search.embedding.contract import Embedder, TokenIds, Tokens, Vectors
from broadsheet.search.engines.local import folder, queries
from broadsheet.search.engines.local.documents import State
from broadsheet.search.engines.local.vectors import (
    RowWriter,
    Shape,
    fingerprint,
    new_name,
    token_width,
)


def label(embedder: Embedder | None) -> str:
    """What an index remembers of the embedder that made it; "" of none."""
    if embedder is None:
        return ""
    tokens = f", {embedder.vocabulary} tokens" if isinstance(embedder, Tokens) else ""
    return f"{embedder.name}, {embedder.dimensions} dimensions{tokens}"


def shape_of(embedder: Embedder) -> Shape:
    width = token_width(embedder.vocabulary) if isinstance(embedder, Tokens) else 0
    return Shape(embedder.dimensions, width)


def text_of(document: Document) -> str:
    """What is embedded of a document."""
    return f"{document.title}. {document.abstract}" if document.abstract else document.title


def row_of(searcher: Searcher, key: str) -> int | None:
    """Where the vector of a held paper stands."""
    if not searcher.doc_freq("key", key):
        return None
    hits = searcher.search(queries.named("key", key), limit=1, count=False).hits
    found = searcher.fast_field_values("row", [address for _, address in hits])
    return int(found[0]) if found and found[0] is not None else None


class Embedded:
    """The rows of an index that is being written to."""

    def __init__(self, embedder: Embedder, path: Path, state: State) -> None:
        self._embedder = embedder
        self._path = path
        self._given: dict[str, tuple[int, int]] = {}
        name = state.vectors or new_name()
        self._rows = RowWriter(path, name, state.rows, shape_of(embedder))

    @property
    def name(self) -> str:
        return self._rows.name

    @property
    def count(self) -> int:
        return self._rows.count

    def rows(self, documents: Sequence[Document], searcher: Searcher) -> list[int]:
        """The row of each document; what no row holds yet is embedded, all at once."""
        texts = [text_of(document) for document in documents]
        prints = [fingerprint(text) for text in texts]
        with folder.guarded(self._path):
            rows = [
                self._standing(document.key, mark, searcher)
                for document, mark in zip(documents, prints, strict=True)
            ]
        new = [place for place, row in enumerate(rows) if row is None]
        appended = iter(self._append([texts[n] for n in new], [prints[n] for n in new]))
        found = [next(appended) if row is None else row for row in rows]
        for document, mark, row in zip(documents, prints, found, strict=True):
            self._given[document.key] = mark, row
        return found

    def _standing(self, key: str, mark: int, searcher: Searcher) -> int | None:
        if key in self._given:
            given, row = self._given[key]
            return row if given == mark else None
        held = row_of(searcher, key)
        return held if held is not None and self._rows.text(held) == mark else None

    def _append(self, texts: list[str], prints: list[int]) -> range:
        if not texts:
            return range(0)
        vectors, tokens = self._embedded(texts)  # its errors stay its own
        with folder.guarded(self._path):
            return self._rows.append(np.asarray(vectors, np.float32), prints, tokens)

    def _embedded(self, texts: list[str]) -> tuple[Vectors, Sequence[TokenIds]]:
        if isinstance(self._embedder, Tokens):
            return self._embedder.with_tokens(texts)
        return self._embedder.vectors(texts), ()

    def sync(self) -> None:
        """Have the rows on the disk, before tantivy's commit names them."""
        self._rows.sync()

    def committed(self) -> None:
        self._given.clear()

    def close(self) -> None:
        self._rows.close()
