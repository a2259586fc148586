"""What was aimed at, beside what was measured."""

import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from peers.engines import BARE, BARE_WITH_FACETS, OURS

_CORPUS, _MILLION = "216000", "1000000"

Result = dict[str, Any]
Results = Mapping[str, Mapping[str, Result]]


class Goal(NamedTuple):
    """A figure of ours, found in the results (KeyError where it was not measured), its bound."""

    what: str
    measured: Callable[[Results], float]
    bound: float
    unit: str
    at_least: bool = False


def _ours(size: str, figure: str, asked: str = "asked1") -> Callable[[Results], float]:
    return lambda results: float(results[OURS][size][asked][figure])


def _bare_sum(
    size: str, bare: tuple[str, ...], asked: str = "asked1"
) -> Callable[[Results], float]:
    """Our median over the sum of the medians of the bare calls."""

    def ratio(results: Results) -> float:
        least = sum(results[name][size][asked]["p50_ms"] for name in bare)
        return float(results[OURS][size][asked]["p50_ms"] / least)

    return ratio


def _build_rate(results: Results) -> float:
    build = results[OURS][_CORPUS]["build"]
    return float(build["papers"] / build["seconds"])


def _bytes(results: Results) -> float:
    result = results[OURS][_MILLION]
    return float(result["asked1"]["size_bytes"] / result["build"]["papers"])


GOALS = (
    Goal("hybrid search, 216,000 papers, p50", _ours(_CORPUS, "p50_ms"), 8, "ms"),
    Goal("hybrid search, 216,000 papers, p99", _ours(_CORPUS, "p99_ms"), 25, "ms"),
    Goal("the same, p50 over the bare calls", _bare_sum(_CORPUS, BARE), 1.5, "×"),
    Goal("over the bare calls with facets", _bare_sum(_CORPUS, BARE_WITH_FACETS), 1.5, "×"),
    Goal("both asked again", _bare_sum(_CORPUS, BARE_WITH_FACETS, "again1"), 1.5, "×"),
    Goal("embed and index, 216,000 papers", _build_rate, 5_000, "papers/s", at_least=True),
    Goal("hybrid search, 1,000,000 papers, p50", _ours(_MILLION, "p50_ms"), 25, "ms"),
    Goal("hybrid search, 1,000,000 papers, p99", _ours(_MILLION, "p99_ms"), 80, "ms"),
    Goal("the same, asked again", _ours(_MILLION, "p99_ms", "again1"), 80, "ms"),
    Goal("the same, p50 over the bare calls", _bare_sum(_MILLION, BARE), 1.5, "×"),
    Goal("over the bare calls with facets", _bare_sum(_MILLION, BARE_WITH_FACETS), 1.5, "×"),
    Goal("both asked again", _bare_sum(_MILLION, BARE_WITH_FACETS, "again1"), 1.5, "×"),
    Goal("memory, 1,000,000 papers", _ours(_MILLION, "memory_mb"), 1_500, "MB"),
    Goal("index, 1,000,000 papers", _bytes, 1_900, "bytes a paper"),
)
_SERVED = "search as JSON, 16 connections"


def goals(results: Results, serving: Path) -> Iterator[str]:
    """Lines of a table; ``serving`` is what the benchmark of the whole site measured last."""
    for goal in GOALS:
        try:
            yield line(goal, goal.measured(results))
        except KeyError:
            yield line(goal, None)
    served = Goal(f"{_SERVED} (`make bench ARGS=serving`)", _bytes, 100, "a second", at_least=True)
    yield line(served, _served(serving))


def _served(serving: Path) -> float | None:
    """The median over the rounds."""
    if not serving.exists():
        return None
    lines = json.loads(serving.read_text("utf-8"))["lines"]
    values = sorted(line["value"] for line in lines if line["figure"] == _SERVED)
    return float(values[len(values) // 2])


def line(goal: Goal, measured: float | None) -> str:
    sign, bound = ("≥" if goal.at_least else "≤"), f"{goal.bound:,g}"
    if measured is None:
        return f"| {goal.what} | not measured yet | {sign} {bound} {goal.unit} |"
    held = measured >= goal.bound if goal.at_least else measured <= goal.bound
    said = f"{measured:,.0f}" if measured >= 100 else f"{measured:.3g}"
    missed = "" if held else " (missed)"
    return f"| {goal.what} | {said} {goal.unit} | {sign} {bound} {goal.unit}{missed} |"
