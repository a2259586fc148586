"""Pages of results in an order that is the same on every page and however the index is cut up.

tantivy orders equal scores by where a paper happens to lie. Here equal ones are ordered by date,
newest first, then by key; so the group of equals at the edge of a page is read whole.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import tantivy
from tantivy import DocAddress, Order, Query, Searcher

from broadsheet.search.contract import Found, Sort
from broadsheet.search.engines.local import queries
from broadsheet.search.engines.local.documents import key_of

# Scores are 32-bit sums whose last digits depend on the order of adding: equal to four decimals
# is equal.
_DECIMALS: Final = 4
_SLACK: Final = 20
_MOST_EQUALS: Final = 50_000


@dataclass(frozen=True, slots=True)
class Page:
    """One slice of a list, and how many the whole list has."""

    found: tuple[Found, ...]
    total: int


def rounded(score: float) -> float:
    """A score as it is compared and shown."""
    return round(score, _DECIMALS)


def sorted_page(searcher: Searcher, query: Query, sort: Sort, *, offset: int, limit: int) -> Page:
    """One slice in the order asked for; a slice of nothing still counts."""
    if limit <= 0:
        return Page((), _count(searcher.search(query, limit=1)))
    if sort == "relevance":
        return by_words(searcher, query, offset, limit)
    if sort == "newest":
        return by_date(searcher, query, offset, limit)
    return by_count(searcher, query, offset, limit, field=sort)


def by_words(searcher: Searcher, query: Query, offset: int, limit: int) -> Page:
    """Best score first."""
    end = offset + limit
    asked = end + _SLACK
    while True:
        result = searcher.search(query, limit=asked)
        hits = [(rounded(score), address) for score, address in result.hits]
        complete = len(hits) < asked or hits[-1][0] < hits[end - 1][0]
        if complete or asked > _MOST_EQUALS:
            break
        asked *= 4
    found = _sliced(searcher, hits, offset, end)
    return Page(tuple(Found(key=key, words=score) for score, key in found), _count(result))


def by_date(searcher: Searcher, query: Query, offset: int, limit: int) -> Page:
    """Newest first, unknown dates last."""
    result = searcher.search(
        query, limit=limit, offset=offset, order_by_field="order", order=Order.Asc
    )
    found = tuple(Found(key=key_of(order), words=0.0) for order, _ in result.hits)
    return Page(found, _count(result))


def by_count(searcher: Searcher, query: Query, offset: int, limit: int, *, field: str) -> Page:
    """Highest ``field`` (votes, comments) first.

    The lowest count of the page is often shared by most papers (nought), so those of that count
    are asked for again, by date.
    """
    end = offset + limit
    result = searcher.search(query, limit=end, order_by_field=field)
    hits: list[tuple[int, DocAddress]] = result.hits
    if not hits:
        return Page((), _count(result))
    lowest = hits[-1][0]
    above = [hit for hit in hits if hit[0] > lowest]
    found = [Found(key=key, words=0.0) for _, key in _sliced(searcher, above, offset, end)]
    skipped = max(0, offset - len(above))
    level = queries.every(query, queries.equal(field, lowest))
    rest = by_date(searcher, level, skipped, limit - len(found))
    return Page((*found, *rest.found), _count(result))


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


def _count(result: tantivy.SearchResult) -> int:
    return int(result.count)  # type: ignore[attr-defined]  # missing from the package's types
