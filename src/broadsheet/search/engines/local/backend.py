"""The embedded backend: one folder, one writer, any number of readers, on tantivy."""

import itertools
import time
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Lock
from typing import Final

import tantivy
from tantivy import Searcher

from broadsheet.kernel.errors import BadQuestion, Unavailable
from broadsheet.search.contract import (
    NO_FILTERS,
    Document,
    Filters,
    Found,
    Request,
    Results,
    Status,
)
from broadsheet.search.engines.local import documents as written
from broadsheet.search.engines.local import facets, folder, nearby, ordering, queries
from broadsheet.search.engines.local.schema import STATE_KEY
from broadsheet.search.language.tree import Node

DEEPEST: Final = 10_000  # offset + limit
_LOOK_EVERY_S: Final = 0.2
_CHUNK: Final = 500
_COUNTING: Final = 4  # threads that count facets while others rank
_NOTHING: Final = (0, "")


class LocalBackend:
    """See ``contract.Backend`` for the promises.

    Opening is lazy and cheap; threads may share one. The first ``apply`` takes the writer and
    keeps it until ``close``, so that a process that follows the catalogue stays the only one.
    """

    name = "local"

    def __init__(self, path: Path, *, heap_bytes: int = 64_000_000) -> None:
        self.path = path
        self._heap_bytes = heap_bytes
        self._lock = Lock()
        self._index: tantivy.Index | None = None
        self._seen: folder.Signature | None = None
        self._looked = 0.0
        self._writer: tantivy.IndexWriter | None = None
        self._labels: dict[str, str] = {}
        self._beside = ThreadPoolExecutor(_COUNTING, "facets")
        self._state = _NOTHING

    # Writing

    def hold(self) -> None:
        """Become the writer now. Raises Busy where another process is, Unavailable if damaged."""
        if folder.signature(self.path) is None:
            self._writer = None  # thrown away meanwhile: it would go on from files that are gone
        if self._writer is None:
            index = self._index = folder.open_index(self.path, making=True)
            self._writer = folder.open_writer(index, self.path, self._heap_bytes)
            self._looked = 0.0

    def apply(
        self, documents: Iterable[Document], deletions: Sequence[str], upto: int, mark: str = ""
    ) -> None:
        self.hold()
        writer = self._writer
        assert writer is not None  # noqa: S101  # hold() sets it or raises
        try:
            with folder.guarded(self.path):
                for key in (STATE_KEY, *deletions):
                    writer.delete_documents_by_term("key", key)
            self._write(writer, documents)
            with folder.guarded(self.path):
                writer.add_document(written.state(upto, mark))
                writer.commit()
        except BaseException:
            writer.rollback()
            raise
        self._looked = 0.0

    def _write(self, writer: tantivy.IndexWriter, documents: Iterable[Document]) -> None:
        """Add documents; only what is held already has to be deleted first."""
        held = self._fresh().doc_freq
        added: set[str] = set()
        papers = iter(documents)
        while chunk := list(itertools.islice(papers, _CHUNK)):  # its own errors stay its own
            with folder.guarded(self.path):
                for document in chunk:
                    if document.key in added or held("key", document.key):
                        writer.delete_documents_by_term("key", document.key)
                    added.add(document.key)
                    writer.add_document(written.written(document))

    def clear(self) -> None:
        self.close()
        folder.wipe(self.path)

    def close(self) -> None:
        writer, self._writer = self._writer, None
        if writer is not None:
            with folder.guarded(self.path):
                writer.wait_merging_threads()
        with self._lock:
            self._index = self._seen = None
            self._state, self._labels = _NOTHING, {}

    # Reading

    def upto(self) -> int:
        return self._followed()[0]

    def mark(self) -> str:
        return self._followed()[1]

    def _followed(self) -> tuple[int, str]:
        """How far the index has come; read once a commit, for every page asks."""
        with folder.guarded(self.path):
            self._fresh()
        return self._state

    def search(self, request: Request) -> Results:
        if request.offset < 0 or request.offset + request.limit > DEEPEST:
            reason = f"results are shown up to number {DEEPEST:,}; add a word or a filter"
            raise BadQuestion(what=f"Result {request.offset + 1:,}", reason=reason)
        with folder.guarded(self.path):
            searcher = self._fresh()
            query = queries.asked(request.query, request.filters)
            pinned = self._pinned(searcher, request, query)
            keys = queries.any_key(found.key for found in pinned)
            counting = self._beside.submit(
                facets.counted,
                searcher,
                queries.either(query, keys) if pinned else query,
                request.facets,
                lambda slug: self._label(searcher, slug),
            )
            page = self._page(searcher, request, query, pinned)
            return Results(found=page.found, total=page.total, facets=counting.result())

    def similar(
        self,
        document: Document,
        *,
        query: Node | None = None,
        filters: Filters = NO_FILTERS,
        limit: int = 10,
    ) -> tuple[Found, ...]:
        with folder.guarded(self.path):
            searcher = self._fresh()
            like = nearby.like(searcher, document)
            if like is None:
                return ()
            if query is not None or filters != NO_FILTERS:
                like = queries.every(like, queries.silent(queries.asked(query, filters)))
            return ordering.by_words(searcher, like, 0, limit).found

    def suggest(self, prefix: str, *, limit: int = 10) -> tuple[str, ...]:
        with folder.guarded(self.path):
            return nearby.completions(self._fresh(), prefix, limit)

    def keys(self) -> tuple[str, ...]:
        """Every key held, in order: what a check compares with the catalogue."""
        with folder.guarded(self.path):
            alive = tantivy.Query.all_query()
            terms = self._fresh().terms_with_prefix("key", "", alive)
            return tuple(sorted(key for key, held in terms if held and key != STATE_KEY))

    def explain(self, request: Request, key: str) -> Mapping[str, float]:
        with folder.guarded(self.path):
            return nearby.explained(self._fresh(), request, key)

    def status(self) -> Status:
        size = folder.size_bytes(self.path)
        try:
            upto, held = self.upto(), self.search(Request(limit=1)).total
        except Unavailable as error:
            return Status(
                backend=self.name,
                documents=0,
                upto=0,
                size_bytes=size,
                healthy=False,
                trouble=str(error.facts["reason"]),
            )
        return Status(backend=self.name, documents=held, upto=upto, size_bytes=size, healthy=True)

    def _pinned(
        self, searcher: Searcher, request: Request, query: tantivy.Query
    ) -> tuple[Found, ...]:
        """Those of the pinned keys that pass the filters, in their order, with their scores."""
        if not request.pinned:
            return ()
        pinned = []
        allowed = queries.asked(None, request.filters)
        for key in dict.fromkeys(request.pinned):
            one = queries.named("key", key)
            if searcher.search(queries.every(allowed, one), limit=1).hits:
                hits = searcher.search(queries.every(query, one), limit=1).hits
                words = ordering.rounded(hits[0][0]) if hits else 0.0
                pinned.append(Found(key=key, words=words, pinned=True))
        return tuple(pinned)

    def _page(
        self,
        searcher: Searcher,
        request: Request,
        query: tantivy.Query,
        pinned: tuple[Found, ...],
    ) -> ordering.Page:
        rest = queries.without(query, [found.key for found in pinned])
        first = pinned[request.offset : request.offset + request.limit]
        by_words = request.sort != "relevance" or queries.scores(request.query)
        page = ordering.sorted_page(
            searcher,
            rest,
            request.sort if by_words else "newest",
            offset=max(0, request.offset - len(pinned)),
            limit=request.limit - len(first),
        )
        return ordering.Page((*first, *page.found), page.total + len(pinned))

    def _label(self, searcher: Searcher, slug: str) -> str:
        """The name of an organisation, from the first paper that bears it; its slug if none."""
        if slug not in self._labels:
            hits = searcher.search(queries.named("organization", slug.lower()), limit=1).hits
            name = searcher.doc(hits[0][1]).get_first("organization_name") if hits else None
            self._labels[slug] = str(name or slug)
        return self._labels[slug]

    def _fresh(self) -> Searcher:
        """A view of the newest commit, at most a fifth of a second late."""
        with self._lock:
            now = time.monotonic()
            if self._index is None or now - self._looked >= _LOOK_EVERY_S:
                self._looked = now
                found = folder.signature(self.path)
                if found is None and self._seen and self._writer is None:
                    self._index = None
                    raise FileNotFoundError("the index that was there is gone")
                if self._index is None or found is None or self._seen is None:
                    self._index = folder.open_index(self.path)
                if found != self._seen:
                    self._index.reload()
                    self._state, self._labels = _state(self._index.searcher()), {}
                    self._seen = found
            return self._index.searcher()


def _state(searcher: Searcher) -> tuple[int, str]:
    hits = searcher.search(queries.named("key", STATE_KEY), limit=1).hits
    if not hits:
        return _NOTHING
    held = searcher.doc(hits[0][1])
    return int(held.get_first("upto") or 0), str(held.get_first("mark") or "")
