"""Counts by year, category and organisation."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from tantivy import Query, Searcher

from broadsheet.search.contract import Facet, FacetName

MOST: Final = 100  # values given of one facet

# Each segment counts on its own and sends its highest; with room for every value there is,
# the sums are exact.
_ROOM: Final = 65_000


def counted(
    searcher: Searcher,
    query: Query,
    names: tuple[FacetName, ...],
    label: Callable[[str], str],
) -> Mapping[FacetName, tuple[Facet, ...]]:
    """The facets of what ``query`` matches. ``label`` gives an organisation's name."""
    if not names:
        return {}
    asked = {
        name: {"terms": {"field": name, "size": MOST, "segment_size": _ROOM}} for name in names
    }
    answer = searcher.aggregate(query, asked)
    return {name: _read(name, answer[name]["buckets"], label) for name in names}


def _read(
    name: FacetName, buckets: list[dict[str, Any]], label: Callable[[str], str]
) -> tuple[Facet, ...]:
    if name == "year":
        years = sorted(((int(one["key"]), one["doc_count"]) for one in buckets), reverse=True)
        return tuple(Facet(value=str(y), label=str(y), count=count) for y, count in years[:MOST])
    named = label if name == "organization" else str
    counts = sorted((-one["doc_count"], one["key"]) for one in buckets)
    return tuple(Facet(value=v, label=named(v), count=-count) for count, v in counts[:MOST])
