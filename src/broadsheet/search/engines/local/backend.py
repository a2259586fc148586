"""The embedded backend: one folder, one writer, any number of readers.

Words are tantivy's; meanings are ours beside it (``vectors``, ``scan``, ``nearest``, ``pool``).
"""

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, Final, TypeVar

import numpy as np
import tantivy
from tantivy import Searcher
from threadpoolctl import ThreadpoolController

from broadsheet.kernel.errors import BadQuestion, Unavailable
from broadsheet.search.contract import (
    NO_FILTERS,
    Acronym,
    Document,
    Explanation,
    Filters,
    Found,
    Mode,
    Request,
    Results,
    Status,
    Suggestion,
)
from broadsheet.search.embedding.contract import Embedder, Vectors
from broadsheet.search.engines.local import (
    facets,
    folder,
    joining,
    nearby,
    ordering,
    people,
    pool,
    queries,
    sums,
)
from broadsheet.search.engines.local.commits import Commit, Commits
from broadsheet.search.engines.local.embedded import row_of, text_of
from broadsheet.search.engines.local.nearest import View, exact
from broadsheet.search.engines.local.ordering import Page
from broadsheet.search.engines.local.schema import STATE_KEY
from broadsheet.search.engines.local.suggesting import Suggestions
from broadsheet.search.engines.local.writing import Writing
from broadsheet.search.language import meaning
from broadsheet.search.language.tree import Node
from broadsheet.search.ranking.fusion import EXAMPLE, TYPED, Rule

_T = TypeVar("_T")

DEEPEST: Final = 10_000  # offset + limit
_BESIDE: Final = 4  # threads that count facets and search words while others look for meaning
_HEAP: Final = 24_000_000  # bytes of words not yet written; with more, a commit waits for longer
_DEPTH: Final = 100  # papers of each side that are put in one order
_BLOATED: Final = 10_000  # dead rows that are worth a rebuild at least


class LocalBackend:
    """See ``contract.Backend`` for the promises.

    Opening is lazy and cheap; threads may share one. The first ``apply`` takes the writer and
    keeps it until ``close``, so that a process that follows the catalogue stays the only one.

    With an ``embedder`` papers are found by meaning too. An index made with another one, or
    without, is Unavailable.
    """

    name = "local"

    def __init__(
        self, path: Path, embedder: Embedder | None = None, *, heap_bytes: int = _HEAP
    ) -> None:
        self.path = path
        self._embedder = embedder
        self._commits = Commits(path, embedder)
        self._writing = Writing(self._commits, heap_bytes)
        self._beside = ThreadPoolExecutor(_BESIDE, "search")
        self._suggestions = Suggestions(path)
        if embedder is not None:
            _small_products()

    # Writing

    def hold(self) -> None:
        """Become the writer now. Raises Busy where another process is, Unavailable if damaged."""
        self._writing.hold()

    def apply(
        self, documents: Iterable[Document], deletions: Sequence[str], upto: int, mark: str = ""
    ) -> None:
        self._writing.apply(documents, deletions, upto, mark)

    def clear(self) -> None:
        self.close()
        folder.wipe(self.path)

    def close(self) -> None:
        try:
            self._writing.close()
        finally:
            self._commits.close()

    # Reading

    def upto(self) -> int:
        with folder.guarded(self.path):
            return self._newest().state.upto

    def mark(self) -> str:
        with folder.guarded(self.path):
            return self._newest().state.mark

    def search(self, request: Request) -> Results:
        if request.offset < 0 or request.offset + request.limit > DEEPEST:
            reason = f"results are shown up to number {DEEPEST:,}; add a word or a filter"
            raise BadQuestion(what=f"Result {request.offset + 1:,}", reason=reason)
        with folder.guarded(self.path):
            commit = self._newest()
            query, request = _asked_for(commit.searcher, request)
            pinned = _pinned(commit.searcher, request, query)
            keys = [found.key for found in pinned]
            rest = queries.without(query, keys)
            counted = partial(
                facets.counted,
                commit.searcher,
                queries.either(query, queries.any_key(keys)) if pinned else query,
                request.facets,
                commit.organization,
            )
            searching = self._searching(commit, request, rest)  # while the question is embedded
            # Not sooner: on two cores they would hold up what the order waits for.
            counting = _then(searching, counted) if searching else self._beside.submit(counted)
            asked = self._asked(commit, request, rest, keys)
            begun = pool.begin(asked, _DEPTH, searching) if asked and searching else None
            first = pinned[request.offset : request.offset + request.limit]
            offset, limit = max(0, request.offset - len(pinned)), request.limit - len(first)
            request = replace(request, offset=offset, limit=limit)
            page = self._page(request, begun) if begun else _by_words(commit, rest, request)
            return Results(
                found=(*first, *page.found),
                total=page.total + len(pinned),
                by_meaning=page.by_meaning,
                facets=counting.result(),
            )

    def similar(
        self,
        document: Document,
        *,
        query: Node | None = None,
        filters: Filters = NO_FILTERS,
        mode: Mode = "hybrid",
        limit: int = 10,
    ) -> tuple[Found, ...]:
        with folder.guarded(self.path):
            commit = self._newest()
            searcher = commit.searcher
            like = nearby.like(searcher, document)
            allowed = queries.silent(queries.asked(query, filters))
            if like is not None and (query is not None or filters != NO_FILTERS):
                like = queries.every(like, allowed)
            view = commit.view if mode != "words" else None
            if view and (vector := self._vector_of(view, document)).any():
                others = queries.without(allowed, [document.key])
                asked = pool.Asked(view, like or tantivy.Query.empty_query(), others, vector)
                found = pool.candidates(asked, _DEPTH, self._beside)
                points = self._points(found, mode, EXAMPLE, "")
                return pool.page(found, points, 0, limit).found
            return ordering.by_words(searcher, like, 0, limit).found if like else ()

    def suggest(self, prefix: str, *, limit: int = 10) -> tuple[Suggestion, ...]:
        with folder.guarded(self.path):
            return self._suggestions.suggest(self._newest().searcher, prefix, limit)

    def corrected(self, query: Node) -> Node | None:
        with folder.guarded(self.path):
            return self._suggestions.corrected(self._newest().searcher, query)

    def acronyms(self, word: str) -> tuple[Acronym, ...]:
        return self._suggestions.acronyms(word)

    def learn(self, documents: Iterable[Document], upto: int) -> None:
        self._suggestions.learn(documents, upto)

    def learned(self) -> int:
        return self._suggestions.learned()

    def keys(self) -> tuple[str, ...]:
        """See ``contract.Backend``; a second for 200,000 papers."""
        with folder.guarded(self.path):
            commit = self._newest()
            sums.verify(self.path)
            if commit.view:
                commit.view.held.verify()
            alive = tantivy.Query.all_query()
            terms = commit.searcher.terms_with_prefix("key", "", alive)
            return tuple(sorted(key for key, held in terms if held and key != STATE_KEY))

    def explain(self, request: Request, key: str) -> Explanation:
        with folder.guarded(self.path):
            commit = self._newest()
            query, request = _asked_for(commit.searcher, request)
            told = nearby.explained(commit.searcher, request, query, key)
            asked = self._asked(commit, request, query, ())
            row = row_of(commit.searcher, key) if asked else None
            if asked is None or row is None:
                return replace(told, score=told.words)
            found = pool.candidates(asked, _DEPTH, self._beside)
            points = self._points(found, request.mode, TYPED, meaning.question(request.query))
            near = float(exact(asked.view.held, np.array([row]), asked.vector)[0])
            told = replace(told, meaning=near)
            for place in np.flatnonzero(found.rows == row):
                told = replace(
                    told,
                    drawn=float(points.drawn[place]),
                    late=float(points.late[place]),
                    score=float(points.score[place]),
                )
            return told

    def status(self) -> Status:
        size = folder.size_bytes(self.path)
        try:
            with folder.guarded(self.path):
                state = self._newest().state
            held = self.search(Request(limit=1)).total
        except Unavailable as error:
            return Status(
                backend=self.name,
                documents=0,
                upto=0,
                size_bytes=size,
                healthy=False,
                trouble=str(error.facts["reason"]),
            )
        return Status(
            backend=self.name,
            documents=held,
            upto=state.upto,
            size_bytes=size,
            healthy=True,
            bloated=state.rows - held > max(held, _BLOATED),
        )

    def _newest(self) -> Commit:
        return self._commits.newest(writing=self._writing.begun)

    def _page(self, request: Request, begun: pool.Begun) -> Page:
        found = pool.united(begun)
        points = self._points(found, request.mode, TYPED, meaning.question(request.query))
        return pool.page(found, points, request.offset, request.limit)

    def _searching(
        self, commit: Commit, request: Request, words: tantivy.Query
    ) -> Future[pool.Matching] | None:
        """The side of words, begun; None where words alone decide."""
        if commit.view is None or not self._question(request):
            return None
        return self._beside.submit(pool.matching, commit.view, words, _DEPTH)

    def _question(self, request: Request) -> str:
        """The text whose meaning is looked for; "" where words alone decide."""
        if request.mode == "words" or request.sort != "relevance" or not request.limit:
            return ""
        return meaning.question(request.query) if self._embedder else ""

    def _asked(
        self, commit: Commit, request: Request, words: tantivy.Query, away: Sequence[str]
    ) -> pool.Asked | None:
        """The search on both sides, papers ``away`` left out; None where words alone decide."""
        text = self._question(request)
        if commit.view is None or self._embedder is None or not text:
            return None
        vector = _unit(self._embedder, text)
        if not vector.any():
            return None
        bound = queries.bound(request.query, request.filters)
        if away:
            bound = queries.without(bound or queries.asked(None, NO_FILTERS), away)
        return pool.Asked(commit.view, words, bound, vector)

    def _points(self, found: pool.Pool, mode: Mode, rule: Rule, question: str) -> pool.Points:
        if mode == "meaning" or self._embedder is None:
            return joining.by_meaning(found)
        return joining.by_rule(found, rule, self._embedder, question)

    def _vector_of(self, view: View, document: Document) -> Vectors:
        """The vector of a paper, held or not."""
        row = row_of(view.searcher, document.key)
        if row is not None or self._embedder is None:
            return view.held.vector(row or 0)
        return _unit(self._embedder, text_of(document))


def _then(first: Future[Any], work: Callable[[], _T]) -> Future[_T]:
    """Have the thread that does the first go on with this: no other has to be woken."""
    found: Future[_T] = Future()

    def go_on(_: object) -> None:
        try:
            found.set_result(work())
        except BaseException as error:  # noqa: BLE001  # it is whoever waits that is to have it
            found.set_exception(error)

    first.add_done_callback(go_on)
    return found


def _small_products() -> None:
    """Have numpy multiply on one thread.

    The matrices of a search are small: sharing one out takes longer than the product, and takes
    the cores from what is done beside it (10.4 ms a search against 15.7, two cores).
    """
    ThreadpoolController().select(internal_api="openblas").limit(limits=1)


def _asked_for(searcher: Searcher, request: Request) -> tuple[tantivy.Query, Request]:
    """What matches by words; where the question names a person, words alone decide."""
    query = queries.asked(request.query, request.filters)
    if name := people.person(searcher, request.query):
        query = people.with_papers_of(query, name, request)
        request = replace(request, mode="words")
    return query, request


def _unit(embedder: Embedder, text: str) -> Vectors:
    return np.asarray(embedder.vectors([text])[0], np.float32)


def _by_words(commit: Commit, query: tantivy.Query, request: Request) -> Page:
    by_words = request.sort != "relevance" or queries.scores(request.query)
    sort = request.sort if by_words else "newest"
    offset, limit = request.offset, request.limit
    return ordering.sorted_page(commit.searcher, query, sort, offset=offset, limit=limit)


def _pinned(searcher: Searcher, request: Request, query: tantivy.Query) -> tuple[Found, ...]:
    """Those of the pinned keys that pass the filters, in their order, with their scores."""
    pinned = []
    allowed = queries.asked(None, request.filters)
    for key in dict.fromkeys(request.pinned):
        one = queries.named("key", key)
        if searcher.search(queries.every(allowed, one), limit=1).hits:
            hits = searcher.search(queries.every(query, one), limit=1).hits
            words = ordering.rounded(hits[0][0]) if hits else 0.0
            pinned.append(Found(key=key, words=words, score=words, pinned=True))
    return tuple(pinned)
