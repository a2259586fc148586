"""Run the benchmarks and write docs/performance.md.

    python benchmarks/run.py [NAME...] [--rounds N]

Every other file of this folder is a benchmark: a script that prints JSON lines, one a figure,

    {"figure": "search, top 10, p50", "value": 4.1, "unit": "ms", "target": "<= 6"}

and whatever else it likes on stderr. ``target`` may be left out. A benchmark that cannot run here
exits with 75 and a sentence on stderr. Each runs N times (3 unless said) in a process of its own;
the page gives the median and the range. Results are kept in build/benchmarks, so that one can be
run again alone; the section of one that has none there stays as it stands. The folder ``peers`` is
a benchmark with a command of its own (``make bench-peers``), whose section stays as well.
"""

import argparse
import ast
import json
import os
import platform
import sqlite3
import statistics
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from peers import report

HERE = Path(__file__).parent
ROOT = HERE.parent
KEPT = ROOT / "build" / "benchmarks"
PAGE = ROOT / "docs" / "performance.md"
BESIDE = ROOT / ".venv-bench" / "bin" / "python"  # what others are measured with
CANNOT = 75

Rounds = list[dict[str, Any]]

HEAD = """\
# Performance

<!-- Written by `make bench`. -->

Each figure is the median of {rounds} runs, each in a process of its own, with the range beside it.
Other work on the machine makes figures worse, never better, and so does that of its neighbours:
the last line of each table is a plain loop of Python, which takes 0.13 s when nobody disturbs it.

| | |
| --- | --- |
{machine}

"""


def scripts() -> list[Path]:
    """The benchmarks, by name; what several share begins with an underscore."""
    return sorted(path for path in HERE.glob("[a-z]*.py") if path.name != "run.py")


def measure(script: Path, rounds: int) -> Rounds | None:
    """Run a benchmark; every line of every round, or None where it cannot run here."""
    lines: Rounds = []
    for number in range(1, rounds + 1):
        print(f"{script.stem}: round {number} of {rounds}", file=sys.stderr, flush=True)
        beside = script.stem == "vectors" and BESIDE.exists()
        command = [str(BESIDE) if beside else sys.executable, str(script)]
        done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False, cwd=ROOT)
        if done.returncode == CANNOT:
            return None
        if done.returncode:
            sys.exit(f"{script.name} ended with {done.returncode}; nothing was written")
        lines += [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
        lines.append({"figure": "a plain loop, right behind it", "value": loop(), "unit": "s"})
    return lines


def loop() -> float:
    """Seconds for three million steps of Python: what the machine's own speed was just now."""
    began, total = time.perf_counter(), 0
    for number in range(3_000_000):
        total += number * number
    return time.perf_counter() - began


def machine() -> Iterator[tuple[str, str]]:
    """What the figures were measured on."""
    cpu = Path("/proc/cpuinfo").read_text(encoding="utf-8").split("model name")
    model = cpu[1].split("\n")[0].strip("\t: ") if len(cpu) > 1 else platform.machine()
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    yield "processor", f"{model}, {len(os.sched_getaffinity(0))} cores"
    yield "memory", f"{memory:.0f} GiB"
    yield (
        "system",
        f"{platform.freedesktop_os_release()['PRETTY_NAME']}, Linux {platform.release()}",
    )
    yield "Python", platform.python_version()
    yield "SQLite", sqlite3.sqlite_version
    for name in ("broadsheet", "django", "granian", "tantivy"):
        yield name, version(name)
    yield "measured", f"{datetime.now(UTC):%Y-%m-%d}, load {os.getloadavg()[0]:.1f} at the end"


def number(value: float) -> str:
    """Three telling digits, thousands parted."""
    if abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.3g}"


def row(figure: str, lines: Rounds) -> str:
    """One figure as a line of the table."""
    values = [line["value"] for line in lines]
    unit, target = lines[0]["unit"], lines[0].get("target", "")
    middle = statistics.median(values)
    aim = ""
    if target:
        sign, bound = target.split()
        held = middle >= float(bound) if sign == ">=" else middle <= float(bound)
        shown = "≥" if sign == ">=" else "≤"
        aim = f"{shown} {number(float(bound))}{'' if held else ' (missed)'}"
    spread = f"{number(min(values))} – {number(max(values))}"
    return f"| {figure} | {number(middle)} {unit} | {spread} | {aim} |"


def section(script: Path, lines: Iterable[dict[str, Any]]) -> str:
    """What a benchmark measures, its command, and its figures."""
    about = ast.get_docstring(ast.parse(script.read_text(encoding="utf-8"))) or script.stem
    figures: dict[str, Rounds] = {}
    for line in lines:
        figures.setdefault(line["figure"], []).append(line)
    table = "\n".join(row(figure, found) for figure, found in figures.items())
    title, _, more = about.partition("\n")
    more = f"\n\n{more.strip()}" if more.strip() else ""
    return (
        f"## {title.rstrip('.')}{more}\n\n```\nmake bench ARGS={script.stem}\n```\n\n"
        f"| figure | median | range | target |\n| --- | --- | --- | --- |\n{table}\n"
    )


def standing(script: Path, page: str) -> str:
    """The section of a benchmark as it stands in a page, "" where there is none."""
    command = f"\n```\nmake bench ARGS={script.stem}\n```\n"
    sections = page.partition(report.BEGIN)[0].split("\n## ")[1:]
    return next((f"## {one.rstrip()}\n" for one in sections if command in one), "")


def write() -> None:
    """Write the page from the kept results, and what stands there of benchmarks without.

    Unless of some there is neither.
    """
    page = PAGE.read_text("utf-8") if PAGE.exists() else ""
    kept = {script: KEPT / f"{script.stem}.json" for script in scripts()}
    measured = {script: path for script, path in kept.items() if path.exists()}
    results = {script: json.loads(path.read_text("utf-8")) for script, path in measured.items()}
    parts = {
        script: section(script, results[script]["lines"])
        if script in results
        else standing(script, page)
        for script in kept
    }
    if missing := [script.stem for script, part in parts.items() if not part]:
        print(f"The page waits for: {', '.join(missing)}", file=sys.stderr)
        return
    rounds = " or ".join(sorted({str(result["rounds"]) for result in results.values()}))
    table = "\n".join(f"| {name} | {value} |" for name, value in machine())
    head = HEAD.format(rounds=rounds, machine=table)
    written = [*parts.values(), *filter(None, [report.standing(page)])]
    PAGE.write_text(head + "\n".join(written), encoding="utf-8")
    print(f"Wrote {PAGE.relative_to(ROOT)}", file=sys.stderr)


def main() -> None:
    """Measure what was named, or everything."""
    parser = argparse.ArgumentParser(description="Run benchmarks and write docs/performance.md")
    names = [script.stem for script in scripts()]
    parser.add_argument("name", nargs="*", help=f"of {', '.join(names)}")
    parser.add_argument("--rounds", type=int, default=3)
    asked = parser.parse_args()
    if unknown := set(asked.name) - set(names):
        parser.error(f"there is no {', '.join(sorted(unknown))}; choose of {', '.join(names)}")
    KEPT.mkdir(parents=True, exist_ok=True)
    for script in scripts():
        if script.stem in (asked.name or names):
            lines = measure(script, asked.rounds)
            if lines is None:
                continue
            for figure in dict.fromkeys(line["figure"] for line in lines):
                print(row(figure, [line for line in lines if line["figure"] == figure]))
            result = {"rounds": asked.rounds, "lines": lines}
            (KEPT / f"{script.stem}.json").write_text(json.dumps(result), encoding="utf-8")
    write()


if __name__ == "__main__":
    main()
