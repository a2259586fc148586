"""Measures of a ranking, by the library that the field reports with, and how sure they are."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import ModuleType
from typing import Final

import numpy as np
from numpy.typing import NDArray

from broadsheet.kernel.errors import Unavailable

# As ir-measures names them: linear gain; success is one relevant paper among the first so many.
MEASURES: Final = ("nDCG@10", "R@100", "AP", "Success@10", "Success@1")
_RESAMPLES: Final = 2_000
_SEED: Final = 20_090  # any number: the same one every time, so that intervals can be compared
_OUTSIDE: Final = (2.5, 97.5)  # percentiles that leave 95 % between them

Values = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Estimate:
    """A mean and its 95 % interval, all in 0..1."""

    value: float
    low: float
    high: float


def library() -> ModuleType:
    """ir-measures. Raises Unavailable where it is not installed: only evaluations need it."""
    try:
        import ir_measures  # noqa: PLC0415  # no search waits for it, few sites have it
    except ImportError:
        remedy = "Install it beside Broadsheet: pip install ir-measures"
        raise Unavailable(what="The library ir-measures", remedy=remedy) from None
    return ir_measures


def measured(
    judged: Mapping[str, Mapping[str, int]], ranked: Mapping[str, Sequence[str]]
) -> dict[str, Values]:
    """Each measure's value a query, in the order of ``ranked``.

    Args:
        judged: for each query its judged papers' scores; above 0 is relevant.
        ranked: for each query the papers found, best first, each once.

    Raises:
        Unavailable: ir-measures is not installed.
        KeyError: a query has no judgement.
    """
    ir_measures = library()
    asked = {query: judged[query] for query in ranked}
    # Scores that fall with the rank: the library would order ties by its own rule.
    run = {
        query: {paper: float(-rank) for rank, paper in enumerate(papers)}
        for query, papers in ranked.items()
    }
    rows = {query: row for row, query in enumerate(ranked)}
    found = {name: np.zeros(len(rows)) for name in MEASURES}
    measures = [ir_measures.parse_measure(name) for name in MEASURES]
    for metric in ir_measures.iter_calc(measures, asked, run):
        found[str(metric.measure)][rows[metric.query_id]] = metric.value
    return found


def estimate(groups: Sequence[Values]) -> Estimate:
    """The mean of the means of one or more groups, with a 95 % bootstrap interval.

    One group is a task; several are tasks that count alike however many queries they have.

    Args:
        groups: G arrays, one value a query each; none is empty.

    Returns:
        The percentile interval over 2,000 resamples, in which each group draws as many of its
        own queries as it has. The seed is fixed: the same values give the same interval.

    Source: Efron and Tibshirani, An Introduction to the Bootstrap, 1993, chapter 13.
    """
    chance = np.random.default_rng(_SEED)
    means = np.zeros(_RESAMPLES)
    for values in groups:
        drawn = chance.integers(len(values), size=(_RESAMPLES, len(values)))
        means += values[drawn].mean(axis=1) / len(groups)
    low, high = np.percentile(means, _OUTSIDE)
    value = sum(float(values.mean()) for values in groups) / len(groups)
    return Estimate(value, float(low), float(high))
