"""The papers nearest a question in meaning, of those that filters let through.

Filters bind before the nearest are chosen. Where they let few through, tantivy lists the rows of
those and only these are compared; else the scan gives more than are wanted, and tantivy says
which of them pass (and which rows are still some paper's). Whatever was found is put in order by
its exact cosine.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from tantivy import DocAddress, Order, Query, Searcher

from broadsheet.search.contract import NO_FILTERS
from broadsheet.search.embedding.contract import Vectors
from broadsheet.search.engines.local import queries
from broadsheet.search.engines.local.ordering import Numbers, count
from broadsheet.search.engines.local.scan import Scan
from broadsheet.search.engines.local.vectors import Held, Rows

# Equal cosines of equal texts must be equal numbers, in whatever block they were worked out.
DECIMALS: Final = 6

# Listing costs so much for each paper that passes, trying so much for each row of the scan, and
# of those the more are needed the fewer pass: equal where passing² is this x wanted x rows.
_LISTED: Final = 36
_EXACT: Final = 4_000  # listed rows up to which comparing all is faster than scanning
_SPARE: Final = 100  # found by codes beyond what is wanted: their order is not exact
_MARGIN: Final = 1.2


@dataclass(frozen=True, slots=True)
class View:
    """One commit: its words and its vectors."""

    searcher: Searcher
    held: Held
    scan: Scan


@dataclass(frozen=True, slots=True)
class Near:
    """Papers by meaning, nearest first; aligned."""

    rows: Rows
    cosines: Numbers
    addresses: list[DocAddress]


def nearest(view: View, question: Vectors, limit: int, bound: Query | None) -> Near:
    """The ``limit`` papers of highest cosine among those of ``bound`` (None: all).

    ``question`` is a unit vector. Papers without a word the embedder knows are near nothing.
    """
    searcher, rows = view.searcher, len(view.held)
    passing = searcher.num_docs - 1 if bound is None else count(searcher.search(bound, limit=1))
    if passing <= 0 or limit <= 0 or not rows:
        return _exactly(view, question, limit, ([], np.empty(0, np.int64)))
    if passing * passing > _LISTED * limit * rows:
        found = _tried(view, question, int(limit * rows / passing * _MARGIN), bound)
        if len(found[0]) >= limit:
            return _exactly(view, question, limit, found)
    listed = _listed(view, queries.asked(None, NO_FILTERS) if bound is None else bound, passing)
    return _exactly(view, question, limit, _sifted(view, question, limit + _SPARE, listed))


_Found = tuple[list[DocAddress], Rows]


def _tried(view: View, question: Vectors, wanted: int, bound: Query | None) -> _Found:
    """What passes among the ``wanted`` rows that are nearest."""
    view.scan.extend(view.held.vectors)
    rows = view.scan.nearest(question, wanted + _SPARE)
    rows = rows[rows < len(view.held)]  # it may have grown by a commit this view does not see
    if len(rows) > wanted:
        cosines = exact(view.held, rows, question)
        rows = rows[np.argpartition(-cosines, wanted)[:wanted]]
    query = queries.any_row(rows.tolist())
    return _listed(view, queries.every(query, bound) if bound else query, wanted)


def _sifted(view: View, question: Vectors, wanted: int, listed: _Found) -> _Found:
    """Of many rows only what the scan finds nearest."""
    addresses, rows = listed
    if len(rows) <= max(_EXACT, wanted):
        return listed
    view.scan.extend(view.held.vectors)
    places = np.searchsorted(rows, view.scan.nearest(question, wanted, rows))
    return [addresses[place] for place in places], rows[places]


def _listed(view: View, query: Query, limit: int) -> _Found:
    """The papers of a query and their rows, lowest first."""
    hits = view.searcher.search(
        query, limit=limit, order_by_field="row", order=Order.Asc, count=False
    ).hits
    return [address for _, address in hits], numbers([row for row, _ in hits])


def numbers(rows: Sequence[float | None]) -> Rows:
    """Rows as tantivy gives them. Raises ValueError where a paper of a damaged index has none."""
    try:
        return np.fromiter(rows, np.int64, len(rows))
    except TypeError as error:
        raise ValueError("a paper has lost the number of its row") from error


def _exactly(view: View, question: Vectors, limit: int, found: _Found) -> Near:
    addresses, rows = found
    cosines = exact(view.held, rows, question)
    order = np.lexsort((rows, -cosines))[:limit]
    order = order[cosines[order] != 0]
    return Near(rows[order], cosines[order], [addresses[place] for place in order])


def exact(held: Held, rows: Rows, question: Vectors) -> Numbers:
    """The cosine of each row to the question, as it is compared and shown."""
    return np.asarray(np.round(np.float64(held.cosines(rows, question)), DECIMALS))
