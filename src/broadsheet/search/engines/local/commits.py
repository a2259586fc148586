"""The newest commit of an index folder, as everything that reads sees it."""

import time
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from typing import Final

import tantivy
from tantivy import Searcher

from broadsheet.kernel.errors import Unavailable
from broadsheet.search.embedding.contract import Embedder
from broadsheet.search.engines.local import documents, folder, queries, vectors
from broadsheet.search.engines.local.documents import State
from broadsheet.search.engines.local.embedded import label, shape_of
from broadsheet.search.engines.local.nearest import View
from broadsheet.search.engines.local.scan import Scan

_LOOK_EVERY_S: Final = 0.2


@dataclass(frozen=True, slots=True)
class Commit:
    """What one commit holds; ``view`` is None where nothing is found by meaning."""

    searcher: Searcher
    state: State
    view: View | None
    _names: dict[str, str] = field(default_factory=dict)

    def organization(self, slug: str) -> str:
        """The name of an organisation, from the first paper that bears it; its slug if none."""
        if slug not in self._names:
            query = queries.named("organization", slug.lower())
            hits = self.searcher.search(query, limit=1).hits
            first = self.searcher.doc(hits[0][1]) if hits else None
            name = first.get_first("organization_name") if first else None
            self._names[slug] = str(name or slug)
        return self._names[slug]


class Commits:
    """Opens an index and keeps up with it; threads may share one.

    Its errors are those of tantivy and of the disk (see ``folder.guarded``), and Unavailable for
    an index of another embedder.
    """

    def __init__(self, path: Path, embedder: Embedder | None) -> None:
        self.path = path
        self.embedder = embedder
        self._lock = Lock()
        self._index: tantivy.Index | None = None
        self._seen: folder.Signature | None = None
        self._looked = 0.0
        self._newest: Commit | None = None

    def newest(self, *, writing: bool = False) -> Commit:
        """The newest commit, at most a fifth of a second late.

        Only who is writing takes an index that vanished for an empty one.
        """
        with self._lock:
            now = time.monotonic()
            if self._newest is None or now - self._looked >= _LOOK_EVERY_S:
                self._looked = now
                self._newest = self._look(writing=writing)
            return self._newest

    def look_again(self) -> None:
        """Have the next question look for a newer commit, however soon it comes."""
        self._looked = 0.0

    def writable(self) -> tantivy.Index:
        """The index itself, made where there is none."""
        with self._lock:
            self._index, self._newest = folder.open_index(self.path, making=True), None
            return self._index

    def close(self) -> None:
        with self._lock:
            self._index = self._seen = self._newest = None

    def _look(self, *, writing: bool) -> Commit:
        found, before = folder.signature(self.path), self._newest
        if found is None and self._seen and not writing:
            self._index = self._newest = None
            raise FileNotFoundError("the index that was there is gone")
        if self._index is None or found is None or self._seen is None:
            self._index, before = folder.open_index(self.path), None
        if before is None or found != self._seen:
            self._index.reload()
            before = self._read(self._index.searcher(), before)
            self._seen = found
        return before

    def _read(self, searcher: Searcher, before: Commit | None) -> Commit:
        state = documents.state_of(searcher)
        if state is None:
            return Commit(searcher, State(), None)
        if state.embedder != label(self.embedder):
            self._refuse(state)
        if self.embedder is None or not state.rows:
            return Commit(searcher, state, None)
        shape = shape_of(self.embedder)
        held = vectors.mapped(self.path, state.vectors, state.rows, shape)
        same = before and before.view and before.state.vectors == state.vectors
        scan = before.view.scan if before and before.view and same else Scan(shape.dimensions)
        return Commit(searcher, state, View(searcher, held, scan))

    def _refuse(self, state: State) -> None:
        wanted = label(self.embedder) or "none"
        raise Unavailable(
            what=folder.WHAT,
            remedy="It was made with another embedder."
            " Embed its papers with this one: broadsheet index rebuild",
            folder=str(self.path),
            reason=f"its embedder is {state.embedder or 'none'}, not {wanted}",
        )
