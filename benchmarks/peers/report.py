"""The section of docs/performance.md about the engines side by side, and its plot.

Needs what was measured and nothing else, so that any run of the benchmarks can write the page.
"""

import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from statistics import fmean
from typing import Any, Final, NamedTuple

from _measured import ROOT

from peers.engines import ENGINES, OURS
from peers.goals import goals
from peers.plot import plot

KEPT: Final = ROOT / "build" / "benchmarks"
PAGE: Final = ROOT / "docs" / "performance.md"
PLOT: Final = ROOT / "docs" / "peers.svg"
BEGIN: Final = "<!-- Written by `make bench-peers`, from here -->"
END: Final = "<!-- to here. -->"
CORPUS: Final = 216_000  # every real paper
CLIENTS: Final = 8

Result = dict[str, Any]
Results = Mapping[str, Mapping[str, Result]]  # by engine, then by number of papers or "tasks"

ABOUT: Final = """\
## The same searches, side by side

Every engine holds the same papers and, where it takes vectors, the same vectors; every one is asked
the same thousand questions, half of them known items and half scientific claims, first by one
process, then by a new one again, and then by eight at once, each time after a hundred others that
are not counted. What is asked first comes from the disk in part; asked again it is in memory.
Broadsheet does what a search page needs: it parses and embeds the question, searches by words and
by meaning, joins both, counts matches and three facets exactly, reads the ten papers and highlights
them. The others embed the question and find ten keys, which is the least they can be asked. Those
that are "alone" are limits, not engines: one bare call of a library that the local engine stands
on, its query or vector made before.

The figure of a ratio, ×, is that of the engine over that of Broadsheet. Building leaves out reading
the papers; the time of embedding them is added for those that are given vectors. Memory is read
after the searches and counts once what processes share, mapped files and the server's included.
Known items is nDCG@10 of the 500 as found in this very run; tasks is its mean over collections
whose questions people typed ({tasks}), where every engine is built and asked in the same way.
Measured {when} on {cores} cores with the embedder {embedder}, one run of each.
"""


GROWTH: Final = """\
Papers beyond the 216,000 real ones are made of these: the title of one over shuffled sentences of
others of its field. Figures of one column may be of different hours of a machine that others use
too.
"""


class Column(NamedTuple):
    """A column of the main table: its head, and a figure of a result."""

    head: str
    value: Callable[[Result], float]
    unit: str = ""


def _asked(clients: int, figure: str) -> Callable[[Result], float]:
    return lambda result: float(result[f"asked{clients}"][figure])


def build_rate(result: Result) -> float:
    """Papers a second, embedding included where there are vectors."""
    build = result["build"]
    embedding = build["embedding_s"] if result["vectors"] == "given" else 0.0
    return float(build["papers"] / (build["seconds"] + embedding))


def bytes_a_paper(result: Result) -> float:
    return float(result["asked1"]["size_bytes"] / result["build"]["papers"])


COLUMNS: Final = (
    Column("p50", _asked(1, "p50_ms"), " ms"),
    Column("p95", _asked(1, "p95_ms"), " ms"),
    Column("p99", _asked(1, "p99_ms"), " ms"),
    Column("searches a second", _asked(1, "a_second")),
    Column("of 8 clients", _asked(CLIENTS, "a_second")),
    Column("papers built a second", build_rate),
    Column("bytes a paper", bytes_a_paper),
    Column("memory", _asked(1, "memory_mb"), " MB"),
)
OF_CLIENTS: Final = (
    Column("p50", _asked(CLIENTS, "p50_ms"), " ms"),
    Column("p95", _asked(CLIENTS, "p95_ms"), " ms"),
    Column("p99", _asked(CLIENTS, "p99_ms"), " ms"),
    Column("memory of all", _asked(CLIENTS, "memory_mb"), " MB"),
)


def read() -> Results:
    """What was measured so far, in the order of the page."""
    results: dict[str, dict[str, Result]] = {}
    for name in ENGINES:
        for file in (KEPT / "peers" / "results").glob(f"{name}-*.json"):
            what = file.stem.rpartition("-")[2]
            results.setdefault(name, {})[what] = json.loads(file.read_text("utf-8"))
    return results


def number(value: float) -> str:
    """Three telling digits, thousands parted."""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def sizes(results: Results) -> list[int]:
    return sorted({int(what) for by in results.values() for what in by if what != "tasks"})


def _when(days: set[str]) -> str:
    """The day of all runs, or the first and the last: engines may have been asked on others."""
    return " to ".join(sorted({min(days), max(days)}))


def section(results: Results) -> str:
    """What stands in the page between its two marks, them included."""
    held = sizes(results)
    size = max((each for each in held if each <= CORPUS), default=held[0])
    ours = next(iter(results[OURS].values()))
    tasks: Result = next((by["tasks"]["ndcg"] for by in results.values() if "tasks" in by), {})
    about = ABOUT.format(
        tasks=", ".join(tasks) or "not measured yet",
        when=_when({result["measured"] for by in results.values() for result in by.values()}),
        cores=ours["cores"],
        embedder=f"`{ours['embedder']}`",
    )
    parts = [
        BEGIN,
        about,
        "```\nmake bench-peers\n```\n",
        f"### With {size:,} papers\n",
        *_table(results, str(size), COLUMNS, quality=True),
        f"\nEach of {CLIENTS} clients at once:\n",
        *_table(results, str(size), OF_CLIENTS),
        "\n### Goals\n",
        "| | measured | goal |\n| --- | --- | --- |",
        *goals(results, KEPT / "serving.json"),
        "\n### As it grows\n",
        GROWTH,
        "![Median time of a search over the number of papers held](peers.svg)\n",
        *_growth(results, held),
        "\n### What each is, and how it was set\n",
        *_settings(results),
        END,
    ]
    return "\n".join(parts) + "\n"


def _table(
    results: Results, size: str, columns: Sequence[Column], *, quality: bool = False
) -> Iterator[str]:
    heads = ["engine", *(column.head for column in columns)]
    heads += ["known items", "tasks"] if quality else []
    yield f"| {' | '.join(heads)} |"
    yield f"| {' | '.join('---' for _ in heads)} |"
    ours = results[OURS].get(size, {})
    for name, by in results.items():
        if size in by:
            cells = [by[size]["title"]]
            cells += [_cell(column, by[size], ours, name) for column in columns]
            cells += _quality(by, size) if quality else []
            yield f"| {' | '.join(cells)} |"


def _quality(by: Mapping[str, Result], size: str) -> list[str]:
    tasks = by.get("tasks", {}).get("ndcg", {})
    values = by[size].get("asked1", {}).get("ndcg"), fmean(tasks.values()) if tasks else None
    return ["–" if value is None else f"{value:.3f}" for value in values]


def _cell(column: Column, result: Result, ours: Result, name: str) -> str:
    """A figure and its ratio to ours, or how long was waited in vain."""
    try:
        value = column.value(result)
    except KeyError:
        return f"not in {result['unfinished']:g} minutes" if "unfinished" in result else "–"
    said = f"{number(value)}{column.unit}"
    try:
        return said if name == OURS else f"{said} ({number(value / column.value(ours))} ×)"
    except KeyError:
        return said


def _growth(results: Results, held: Sequence[int]) -> Iterator[str]:
    """p50 and p99 of one process at each size, then what grows beside them."""
    yield f"| p50 / p99, ms | {' | '.join(f'{size:,}' for size in held)} |"
    yield f"| --- | {' | '.join('---' for _ in held)} |"
    for by in results.values():
        title = next(iter(by.values()))["title"]
        yield f"| {title} | {' | '.join(_times(by.get(str(size), {})) for size in held)} |"
    ours = results[OURS]
    again = (_times(ours.get(str(size), {}), "again1") for size in held)
    yield f"| Broadsheet, asked again | {' | '.join(again)} |"
    for head, value in (
        ("Broadsheet, papers built a second", build_rate),
        ("Broadsheet, bytes a paper", bytes_a_paper),
        ("Broadsheet, memory in MB", _asked(1, "memory_mb")),
        ("Broadsheet, peak memory of building in MB", lambda one: one["build"]["memory_mb"]),
    ):
        done = [ours.get(str(size), {}) for size in held]
        cells = [number(value(one)) if "asked1" in one else "–" for one in done]
        yield f"| {head} | {' | '.join(cells)} |"


def _times(result: Result, round_: str = "asked1") -> str:
    if round_ not in result:
        return f"not in {result['unfinished']:g} minutes" if "unfinished" in result else "–"
    asked = result[round_]
    few = f" ({asked['searches']:,} asked)" if asked["searches"] < asked["of"] else ""
    return f"{number(asked['p50_ms'])} / {number(asked['p99_ms'])}{few}"


def _settings(results: Results) -> Iterator[str]:
    for by in results.values():
        result = next(iter(by.values()))
        holds = " Holds title and abstract too." if result["texts"] else ""
        yield f"- **{result['title']}** ({result['versions']}). {result['settings']}{holds}"


def drawing(results: Results) -> str:
    """The plot of medians over sizes."""
    lines = {
        by_size[0][2]: [(size, p50) for size, p50, _ in by_size]
        for name in results
        if (by_size := _medians(results[name]))
    }
    title = "Median time of a search over the number of papers held"
    return plot(title, "ms a search, median", lines)


def _medians(by: Mapping[str, Result]) -> list[tuple[int, float, str]]:
    found = [
        (int(what), float(one["asked1"]["p50_ms"]), str(one["title"]))
        for what, one in by.items()
        if "asked1" in one
    ]
    return sorted(found)


def standing(page: str) -> str:
    """The section as it stands in a page, "" where there is none."""
    _, begin, rest = page.partition(BEGIN)
    return f"{begin}{rest.partition(END)[0]}{END}\n" if begin else ""


def write() -> None:
    """Put section and plot in their places; the rest of the page stays as it is."""
    results = read()
    if not sizes(results) or OURS not in results:
        print("The page waits for a measurement of broadsheet", file=sys.stderr)
        return
    page = PAGE.read_text("utf-8")
    old, new = standing(page), section(results)
    page = page.replace(old, new) if old else f"{page}\n{new}"
    PAGE.write_text(page, encoding="utf-8")
    PLOT.write_text(drawing(results), encoding="utf-8")
    print(f"Wrote {PAGE.relative_to(ROOT)} and {PLOT.relative_to(ROOT)}", file=sys.stderr)
