"""The papers among which the order of a search is decided: the best by words and by meaning.

Both sides look at the same time. A paper that only one of them found gets its exact value on the
other as well, so that whatever joins the two has both numbers of every paper.
"""

from concurrent.futures import Executor, Future
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from tantivy import DocAddress, Query

from broadsheet.search.contract import Found
from broadsheet.search.embedding.contract import Vectors
from broadsheet.search.engines.local import ordering, queries
from broadsheet.search.engines.local.nearest import (
    DECIMALS,
    Near,
    View,
    exact,
    listed,
    nearest,
    numbers,
)
from broadsheet.search.engines.local.ordering import Hits, Numbers, Page
from broadsheet.search.engines.local.vectors import Rows


@dataclass(frozen=True, slots=True)
class Asked:
    """One search on both sides.

    ``words`` is the whole query, ``bound`` its conditions and filters alone (None: no paper is
    left out), ``vector`` the unit vector of the question.
    """

    view: View
    words: Query
    bound: Query | None
    vector: Vectors


@dataclass(frozen=True, slots=True)
class Pool:
    """The union of what both sides found first; arrays are aligned, in no order.

    ``words`` is BM25, 0 where ``matched`` says that the words do not match; ``meaning`` the
    cosine. ``floor`` is the lowest cosine that was found by meaning, ``total`` counts what
    matches by words in the whole index.
    """

    asked: Asked
    rows: Rows
    addresses: list[DocAddress]
    words: Numbers
    matched: NDArray[np.bool_]
    meaning: Numbers
    floor: float
    total: int


@dataclass(frozen=True, slots=True)
class Matching:
    """The best by words, best first; aligned. ``total`` counts all that match."""

    rows: Rows
    hits: Hits
    total: int


@dataclass(frozen=True, slots=True)
class Begun:
    """A search that has found what is near, and still looks for words beside."""

    asked: Asked
    depth: int
    near: Near
    searching: Future[Matching]


def matching(view: View, words: Query, depth: int) -> Matching:
    """The side of words: the first ``depth`` papers."""
    hits, total = ordering.best(view.searcher, words, depth)
    return Matching(_rows(view, hits.addresses), hits, total)


def begin(asked: Asked, depth: int, searching: Future[Matching]) -> Begun:
    """Look for the first ``depth`` papers by meaning, while as many are looked for by words."""
    near = nearest(asked.view, asked.vector, depth, asked.bound)
    return Begun(asked, depth, near, searching)


def united(begun: Begun) -> Pool:
    """The papers of both sides, each with its value on the other."""
    asked, near, words = begun.asked, begun.near, begun.searching.result()
    passing = _passing(asked, near, words, begun.depth)
    if len(passing.near) < begun.depth and not near.certain:
        near = listed(asked.view, asked.vector, begun.depth, asked.bound)
        passing = _passing(asked, near, words, begun.depth)
    alone, scores = passing.alone, passing.scores
    cosines = exact(asked.view.held, words.rows, asked.vector)
    return Pool(
        asked=asked,
        rows=np.concatenate((words.rows, near.rows[alone])),
        addresses=[*words.hits.addresses, *passing.addresses],
        words=np.concatenate((words.hits.scores, np.round(scores, ordering.DECIMALS))),
        matched=np.concatenate((np.ones(len(words.rows), np.bool_), scores > 0)),
        meaning=np.concatenate((cosines, near.cosines[alone])),
        floor=float(near.cosines[passing.near].min(initial=1.0)),
        total=words.total,
    )


def candidates(asked: Asked, depth: int, beside: Executor) -> Pool:
    """The union of the first ``depth`` papers by words and the first ``depth`` by meaning."""
    searching = beside.submit(matching, asked.view, asked.words, depth)
    return united(begin(asked, depth, searching))


@dataclass(frozen=True, slots=True)
class _Passing:
    """What is near and passes, as places among what was found near.

    ``alone`` are those that are not among the best by words, with ``scores`` for their words,
    above 0 where these match at all, and ``addresses``.
    """

    near: Rows
    alone: Rows
    scores: Numbers
    addresses: list[DocAddress]


def _passing(asked: Asked, near: Near, words: Matching, depth: int) -> _Passing:
    """The first ``depth`` of what is near that are papers which pass."""
    found = {*words.rows.tolist()}
    alone = np.array([n for n, row in enumerate(near.rows.tolist()) if row not in found], np.int64)
    hits = _hits(asked, near.rows[alone])
    addresses = [address for _, address in hits]
    order = np.argsort(near.rows[alone])
    rows = _rows(asked.view, addresses)
    at = alone[order[np.searchsorted(near.rows[alone][order], rows)]]
    passes = np.ones(len(near.rows), np.bool_)
    passes[alone] = False
    passes[at] = True
    first = np.flatnonzero(passes)[:depth]
    kept = np.argsort(at)[: np.count_nonzero(at <= first.max(initial=-1))]
    scores = np.array([score for score, _ in hits], np.float64)
    return _Passing(first, at[kept], scores[kept], [addresses[place] for place in kept.tolist()])


def _hits(asked: Asked, rows: Rows) -> list[tuple[float, DocAddress]]:
    """Those of the rows that are papers which pass, scored by their words."""
    if not len(rows):
        return []
    query = queries.scored(queries.any_row(rows.tolist()), asked.bound, asked.words)
    found: list[tuple[float, DocAddress]] = asked.view.searcher.search(
        query, limit=len(rows), count=False
    ).hits
    return found


def _rows(view: View, addresses: list[DocAddress]) -> Rows:
    return numbers(view.searcher.fast_field_values("row", addresses))


@dataclass(frozen=True, slots=True)
class Points:
    """What each member of a pool is ordered by, and its parts; aligned with the pool."""

    score: Numbers
    drawn: Numbers
    late: Numbers


def page(pool: Pool, points: Points, offset: int, limit: int) -> Page:
    """One slice of the list: the pool by its points, then what else matches, by words."""
    searcher = pool.asked.view.searcher
    scores = np.round(points.score, DECIMALS)
    order = ordering.best_first(searcher, Hits(scores, pool.addresses))
    found = [
        Found(
            key=ordering.key_at(searcher, pool.addresses[place]),
            words=float(pool.words[place]),
            meaning=float(pool.meaning[place]),
            drawn=float(points.drawn[place]),
            late=float(points.late[place]),
            score=float(scores[place]),
            by_meaning=not pool.matched[place],
        )
        for place in order[offset : offset + limit]
    ]
    if len(found) < limit and pool.matched.sum() < pool.total:
        others = queries.but_rows(pool.asked.words, pool.rows.tolist())
        behind = max(0, offset - len(order))
        rest = ordering.by_words(searcher, others, behind, limit - len(found)).found
        best = pool.words.max(initial=0.0)
        found += [_behind(one, best) for one in rest]
    return Page(tuple(found), pool.total, int((~pool.matched).sum()))


def _behind(one: Found, best: float) -> Found:
    """A paper beyond the pool, found by words: below every member."""
    drawn = round(one.words / best, DECIMALS) - 2 if best else -2.0
    return replace(one, drawn=drawn, score=drawn)
