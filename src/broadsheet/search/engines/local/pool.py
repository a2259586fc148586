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
from broadsheet.search.engines.local.nearest import DECIMALS, Near, View, exact, nearest, numbers
from broadsheet.search.engines.local.ordering import Days, Hits, Numbers, Page
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
    cosine; ``days`` are 0 where unknown. ``floor`` is the lowest cosine that was found by
    meaning, ``total`` counts what matches by words in the whole index.
    """

    asked: Asked
    rows: Rows
    addresses: list[DocAddress]
    words: Numbers
    matched: NDArray[np.bool_]
    meaning: Numbers
    days: Days
    floor: float
    total: int


@dataclass(frozen=True, slots=True)
class Begun:
    """A search that has found what is near, and still looks for words beside."""

    asked: Asked
    near: Near
    searching: Future[tuple[Hits, int]]


def begin(asked: Asked, depth: int, beside: Executor) -> Begun:
    """Look for the first ``depth`` papers by words, and for as many by meaning."""
    searching = beside.submit(ordering.best, asked.view.searcher, asked.words, depth)
    return Begun(asked, nearest(asked.view, asked.vector, depth, asked.bound), searching)


def united(begun: Begun) -> Pool:
    """The papers of both sides, each with its value on the other."""
    asked, near = begun.asked, begun.near
    view = asked.view
    words, total = begun.searching.result()
    found = _rows(view, words.addresses)
    only = ~np.isin(near.rows, found)
    further = [address for address, alone in zip(near.addresses, only, strict=True) if alone]
    scores = _scores(view, asked.words, near.rows[only])
    return Pool(
        asked=asked,
        rows=np.concatenate((found, near.rows[only])),
        addresses=[*words.addresses, *further],
        words=np.concatenate((words.scores, np.nan_to_num(scores))),
        matched=np.concatenate((np.ones(len(found), np.bool_), ~np.isnan(scores))),
        meaning=np.concatenate((exact(view.held, found, asked.vector), near.cosines[only])),
        days=np.concatenate((words.days, ordering.days_at(view.searcher, further))),
        floor=float(near.cosines.min(initial=1.0)),
        total=total,
    )


def candidates(asked: Asked, depth: int, beside: Executor) -> Pool:
    """The union of the first ``depth`` papers by words and the first ``depth`` by meaning."""
    return united(begin(asked, depth, beside))


def _rows(view: View, addresses: list[DocAddress]) -> Rows:
    return numbers(view.searcher.fast_field_values("row", addresses))


def _scores(view: View, words: Query, rows: Rows) -> Numbers:
    """What these papers get for their words; no number where they do not match."""
    found = np.full(len(rows), np.nan)
    if not len(rows):
        return found
    query = queries.every(queries.any_row(rows.tolist()), words)
    hits = view.searcher.search(query, limit=len(rows), count=False).hits
    order = np.argsort(rows)
    places = order[np.searchsorted(rows[order], _rows(view, [address for _, address in hits]))]
    found[places] = [ordering.rounded(score) for score, _ in hits]
    return found


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
    order = ordering.best_first(searcher, Hits(scores, pool.days, pool.addresses))
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
