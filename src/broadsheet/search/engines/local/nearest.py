"""The papers nearest a question in meaning, of those that filters let through.

Filters bind before the nearest are chosen. Where they let few through, tantivy lists the rows of
those and only these are compared; else the scan gives more than are wanted, and whoever asks has
still to see which of them pass (and which rows are some paper's at all), as ``pool`` does with
one query. Whatever was found is put in order by its exact cosine.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from tantivy import Order, Query, Searcher

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
_SPARE: Final = 120  # found by codes beyond what is wanted: their order is not exact
_MARGIN: Final = 1.2  # what is near may pass more rarely than others


@dataclass(frozen=True, slots=True)
class View:
    """One commit: its words and its vectors."""

    searcher: Searcher
    held: Held
    scan: Scan


@dataclass(frozen=True, slots=True)
class Near:
    """Rows by meaning, nearest first; aligned.

    ``certain``: each is that of a paper that passes. Else there are some more than are wanted.
    """

    rows: Rows
    cosines: Numbers
    certain: bool


def nearest(view: View, question: Vectors, limit: int, bound: Query | None) -> Near:
    """Where to find the ``limit`` papers of highest cosine among those of ``bound`` (None: all).

    ``question`` is a unit vector. Papers without a word the embedder knows are near nothing.
    Where too few of what is not certain pass, ``listed`` has them all.
    """
    rows = len(view.held)
    passing = _passing(view, bound)
    if passing <= 0 or limit <= 0 or not rows:
        return Near(np.empty(0, np.int64), np.empty(0), certain=True)
    if passing * passing > _LISTED * limit * rows:
        wanted = limit if passing == rows else int(limit * rows / passing * _MARGIN)
        return _tried(view, question, wanted)
    return _sifted(view, question, limit, _rows(view, bound, passing))


def listed(view: View, question: Vectors, limit: int, bound: Query | None) -> Near:
    """The same papers, for certain: all that pass are listed first."""
    return _sifted(view, question, limit, _rows(view, bound, _passing(view, bound)))


def _passing(view: View, bound: Query | None) -> int:
    if bound is None:
        return view.searcher.num_docs - 1  # less the index's own state
    return count(view.searcher.search(bound, limit=1))


def _tried(view: View, question: Vectors, wanted: int) -> Near:
    """The ``wanted`` rows that are nearest, whoever's."""
    view.scan.extend(view.held.vectors)
    rows = view.scan.nearest(question, wanted + _SPARE)
    rows = rows[rows < len(view.held)]  # it may have grown by a commit this view does not see
    return _ordered(view, question, wanted, rows, certain=False)


def _sifted(view: View, question: Vectors, limit: int, passing: Rows) -> Near:
    """Of the rows that pass those that are nearest; of many only what the scan finds nearest."""
    wanted = limit + _SPARE
    if len(passing) > max(_EXACT, wanted):
        view.scan.extend(view.held.vectors)
        passing = view.scan.nearest(question, wanted, passing)
    return _ordered(view, question, limit, passing, certain=True)


def _rows(view: View, bound: Query | None, papers: int) -> Rows:
    """The rows of so many ``papers`` that pass, lowest first."""
    if papers <= 0:
        return np.empty(0, np.int64)
    query = queries.asked(None, NO_FILTERS) if bound is None else bound
    hits = view.searcher.search(
        query, limit=papers, order_by_field="row", order=Order.Asc, count=False
    ).hits
    return numbers([row for row, _ in hits])


def _ordered(view: View, question: Vectors, limit: int, rows: Rows, *, certain: bool) -> Near:
    cosines = exact(view.held, rows, question)
    order = np.lexsort((rows, -cosines))[:limit]
    order = order[cosines[order] != 0]
    return Near(rows[order], cosines[order], certain=certain)


def numbers(rows: Sequence[float | None]) -> Rows:
    """Rows as tantivy gives them. Raises ValueError where a paper of a damaged index has none."""
    try:
        return np.fromiter(rows, np.int64, len(rows))
    except TypeError as error:
        raise ValueError("a paper has lost the number of its row") from error


def exact(held: Held, rows: Rows, question: Vectors) -> Numbers:
    """The cosine of each row to the question, as it is compared and shown."""
    return np.asarray(np.round(np.float64(held.cosines(rows, question)), DECIMALS))
