"""Pages of results in an order that is the same on every page and however the index is cut up.

tantivy orders equal scores by where a paper happens to lie. Here equal ones are ordered by date,
newest first, then by key; so the group of equals at the edge of a page is read whole.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

import numpy as np
import tantivy
from numpy.typing import NDArray
from tantivy import DocAddress, Order, Query, Searcher

from broadsheet.search.contract import Found, Sort
from broadsheet.search.engines.local import queries
from broadsheet.search.engines.local.documents import key_of

# Scores are 32-bit sums whose last digits depend on the order of adding: equal to four decimals
# is equal.
DECIMALS: Final = 4
_SLACK: Final = 20
_MOST_EQUALS: Final = 50_000

Numbers = NDArray[np.float64]
Days = NDArray[np.int64]
Places = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Page:
    """One slice of a list, and how many the whole list has."""

    found: tuple[Found, ...]
    total: int
    by_meaning: int = 0


@dataclass(frozen=True, slots=True)
class Hits:
    """Papers an engine found, aligned."""

    scores: Numbers
    addresses: list[DocAddress]


def rounded(score: float) -> float:
    """A score as it is compared and shown."""
    return round(score, DECIMALS)


def sorted_page(searcher: Searcher, query: Query, sort: Sort, *, offset: int, limit: int) -> Page:
    """One slice in the order asked for; a slice of nothing still counts."""
    if limit <= 0:
        return Page((), count(searcher.search(query, limit=1)))
    if sort == "relevance":
        return by_words(searcher, query, offset, limit)
    if sort == "newest":
        return by_date(searcher, query, offset, limit)
    return by_count(searcher, query, offset, limit, field=sort)


def by_words(searcher: Searcher, query: Query, offset: int, limit: int) -> Page:
    """Best score first."""
    end = offset + limit
    hits, total = _with_equals(searcher, query, end)
    found = _sliced(searcher, hits, offset, end)
    return Page(tuple(Found(key=key, words=score, score=score) for score, key in found), total)


def best(searcher: Searcher, query: Query, limit: int) -> tuple[Hits, int]:
    """The first ``limit`` papers as ``by_words`` would give them, and how many match in all."""
    found, total = _with_equals(searcher, query, limit)
    scores = np.array([score for score, _ in found], np.float64)
    addresses = [address for _, address in found]
    order = best_first(searcher, Hits(scores, addresses), limit)[:limit]
    return Hits(scores[order], [addresses[place] for place in order]), total


def best_first(searcher: Searcher, hits: Hits, limit: int | None = None) -> Places:
    """The places of hits from the highest score down, equals in their order.

    With a ``limit`` what comes after it is in no order.
    """
    order = np.argsort(-hits.scores, kind="stable")
    same = np.flatnonzero(np.diff(hits.scores[order]) == 0)
    if not len(same):
        return order
    tied = np.zeros(len(order), np.bool_)
    tied[same] = tied[same + 1] = True
    places = order[tied]
    days = np.zeros(len(order), np.int64)
    days[places] = days_at(searcher, [hits.addresses[place] for place in places.tolist()])
    order = np.lexsort((-days, -hits.scores))
    differs = (np.diff(hits.scores[order]) != 0) | (np.diff(days[order]) != 0)
    if differs.all():
        return order
    starts = np.concatenate(([0], np.flatnonzero(differs) + 1, [len(order)]))
    for low, high in pairwise(starts.tolist()):
        if high - low > 1 and (limit is None or low < limit):
            order[low:high] = _by_key(searcher, hits.addresses, order[low:high])
    return order


def days_at(searcher: Searcher, addresses: Sequence[DocAddress]) -> Days:
    """The first day of each paper, 0 where unknown."""
    days = searcher.fast_field_values("first", list(addresses))
    return np.array([day or 0 for day in days], np.int64)


def _by_key(searcher: Searcher, addresses: Sequence[DocAddress], places: Places) -> list[int]:
    return sorted(places, key=lambda place: key_at(searcher, addresses[place]))


def _with_equals(
    searcher: Searcher, query: Query, end: int
) -> tuple[list[tuple[float, DocAddress]], int]:
    """The first ``end`` hits and those that equal the last, and how many match in all."""
    asked = end + _SLACK
    while True:
        result = searcher.search(query, limit=asked)
        hits = [(rounded(score), address) for score, address in result.hits]
        complete = len(hits) < asked or hits[-1][0] < hits[end - 1][0]
        if complete or asked > _MOST_EQUALS:
            return hits, count(result)
        asked *= 4


def by_date(searcher: Searcher, query: Query, offset: int, limit: int) -> Page:
    """Newest first, unknown dates last."""
    result = searcher.search(
        query, limit=limit, offset=offset, order_by_field="order", order=Order.Asc
    )
    found = tuple(Found(key=key_of(order), words=0.0) for order, _ in result.hits)
    return Page(found, count(result))


def by_count(searcher: Searcher, query: Query, offset: int, limit: int, *, field: str) -> Page:
    """Highest ``field`` (votes, comments) first.

    The lowest count of the page is often shared by most papers (nought), so those of that count
    are asked for again, by date.
    """
    end = offset + limit
    result = searcher.search(query, limit=end, order_by_field=field)
    hits: list[tuple[int, DocAddress]] = result.hits
    if not hits:
        return Page((), count(result))
    lowest = hits[-1][0]
    above = [hit for hit in hits if hit[0] > lowest]
    found = [Found(key=key, words=0.0) for _, key in _sliced(searcher, above, offset, end)]
    skipped = max(0, offset - len(above))
    level = queries.every(query, queries.equal(field, lowest))
    rest = by_date(searcher, level, skipped, limit - len(found))
    return Page((*found, *rest.found), count(result))


def _sliced(
    searcher: Searcher, hits: Sequence[tuple[float, DocAddress]], start: int, end: int
) -> list[tuple[float, str]]:
    """Hits from ``start`` to ``end`` as (value, key), equals in their order; values descend."""
    first, last = _widened(hits, start, end, lambda hit: hit[0])
    window = hits[first:last]
    days = searcher.fast_field_values("first", [address for _, address in window])
    dated = [
        (-value, -(day or 0), address) for (value, address), day in zip(window, days, strict=True)
    ]
    dated.sort(key=lambda row: row[:2])
    low, high = _widened(dated, start - first, end - first, lambda row: row[:2])
    keyed = sorted((*row[:2], key_at(searcher, row[2])) for row in dated[low:high])
    return [(-value, key) for value, _, key in keyed[start - first - low : end - first - low]]


def _widened(
    rows: Sequence[Any], start: int, end: int, level: Callable[[Any], object]
) -> tuple[int, int]:
    """The slice, made longer at both ends until it cuts no group of equal rows."""
    end = min(end, len(rows))
    if start >= end:
        return end, end
    while start and level(rows[start - 1]) == level(rows[start]):
        start -= 1
    while end < len(rows) and level(rows[end]) == level(rows[end - 1]):
        end += 1
    return start, end


def key_at(searcher: Searcher, address: DocAddress) -> str:
    return str(searcher.doc(address).get_first("key"))


def count(result: tantivy.SearchResult) -> int:
    return int(result.count)  # type: ignore[attr-defined]  # missing from the package's types
