"""The bulk file of arXiv into an empty catalogue, on SQLite and on PostgreSQL.

A file as arXiv gives it is made of the corpus: its papers over and over, each time with another
number, title and DOI, so that none merge, and with lines broken as arXiv breaks them. Making it is
not counted. What is measured is the catalogue; the search index follows in a process of its own,
and is measured with it by `make bench ARGS=importing`. PostgreSQL is the server that
`BROADSHEET_TEST_DATABASE_URL` names, or else one started as it comes, on the same two cores. Memory
is that of the importing process and of the one that reads for it.
`python benchmarks/snapshot.py --papers 1000000` takes a million.
"""

import argparse
import functools
import itertools
import json
import os
import shutil
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import orjson
from _measured import ROOT, SHARED, cannot, environment, figure
from _postgres import database

from broadsheet.sources import streams

FILES = ("arxiv-01", "arxiv-02")
_FOLDER = ROOT / "build" / "benchmarks"
_A_DAY = 500  # papers: a month has fewer than the 99,999 that its numbers reach
_FIRST = date(2015, 1, 1)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--papers", type=int, default=200_000)
    parser.add_argument("--take", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.take:
        take(options.take, options.papers)
        return
    file = made(options.papers)
    figure("papers in the file", options.papers, "papers")
    measure("SQLite", file, options.papers, ">= 4000", DATABASE_URL="")
    with database() as url:
        if url:
            measure("PostgreSQL", file, options.papers, ">= 3000", DATABASE_URL=url)
        else:
            note = "Without PostgreSQL: install a server, or name one"
            print(f"{note} by BROADSHEET_TEST_DATABASE_URL", file=sys.stderr)


def measure(name: str, file: Path, papers: int, target: str, **options: str) -> None:
    """Import the file in a process of its own, and print what came of it."""
    folder = _FOLDER / "snapshot"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    command = [sys.executable, __file__, "--take", str(file), "--papers", str(papers)]
    own = environment(BROADSHEET_DATA=str(folder), **options)
    told = json.loads(subprocess.check_output(command, env=own))
    shutil.rmtree(folder)
    if told["new"] != papers or told["held"] != papers:
        sys.exit(f"Of {papers} papers {told['new']} are new, and {told['held']} are held")
    figure(f"{name}: papers", papers / told["seconds"], "papers/s", target)
    figure(f"{name}: the second half of them", papers / 2 / told["late_s"], "papers/s")
    figure(f"{name}: processor time of the import", told["cpu_s"] / papers * 1e6, "µs a paper")
    figure(f"{name}: peak memory up to the middle", told["middle_mb"], "MB")
    figure(f"{name}: peak memory up to the end", told["end_mb"], "MB", "<= 400")


def take(file: Path, papers: int) -> None:
    """Import the file here, and print what came of it and what it cost."""
    from broadsheet.cli.ready import ready  # noqa: PLC0415  # of this process only

    ready()
    from broadsheet.papers import actions, queries  # noqa: PLC0415  # wants Django
    from broadsheet.sources import beside  # noqa: PLC0415

    middle_s = middle_mb = end_mb = 0.0

    def note(report: actions.Report) -> None:
        nonlocal middle_s, middle_mb, end_mb
        end_mb = max(end_mb, _peak_mb())
        if report.read * 2 <= papers:
            middle_s, middle_mb = report.seconds, end_mb

    begun = _spent_s()
    report = actions.ingest(beside.read([file]), progress=note)
    told = {"new": report.new, "held": queries.sizes().papers, "seconds": report.seconds}
    told |= {"cpu_s": _spent_s() - begun, "late_s": report.seconds - middle_s}
    print(json.dumps(told | {"middle_mb": middle_mb, "end_mb": end_mb}))


def _spent_s() -> float:
    """Processor time of this process and of those it waited for."""
    return sum(os.times()[:4])


def _peak_mb() -> float:
    """The most that each process held, added up.

    Not by getrusage: what that tells begins with what a process's parent held.
    """
    pids = [str(os.getpid()), *Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()]
    held = (Path(f"/proc/{pid}/status").read_text().partition("VmHWM:")[2] for pid in pids)
    return sum(int(size.split()[0]) for size in held) / 1024


def made(papers: int) -> Path:
    """The file of so many papers; made once."""
    file = _FOLDER / f"snapshot-{papers}.jsonl"
    if not file.exists():
        _FOLDER.mkdir(parents=True, exist_ok=True)
        fresh = file.with_suffix(".new")
        with fresh.open("wb") as lines:
            for number, row in enumerate(itertools.islice(_rows(), papers)):
                lines.write(orjson.dumps(_line(row, number)) + b"\n")
        fresh.rename(file)
    return file


def _rows() -> Iterator[dict[str, Any]]:
    """The papers of the corpus, over and over."""
    parts = [SHARED / "corpus" / f"{name}.jsonl.zst" for name in FILES]
    for part in parts:
        if not part.exists():
            cannot(f"The corpus is not there: {part}")
    for part in itertools.cycle(parts):
        for _, line in streams.lines(part):
            yield orjson.loads(line or b"{}")


def _line(row: dict[str, Any], number: int) -> dict[str, Any]:
    """One line of the file, with the names and the form that arXiv gives them."""
    day = _FIRST + timedelta(days=number // _A_DAY)
    name = f"{day:%y%m}.{number % 99_999 + 1:05}"
    authors = row.get("authors", [])
    created = f"{day:%a, {day.day} %b %Y} 18:00:00 GMT"
    return {
        "id": name,
        "submitter": authors[0] if authors else None,
        "authors": ", ".join(authors),
        "title": "\n  ".join(textwrap.wrap(f"{row['title']} {name}", 72)),
        "comments": row.get("comment"),
        "journal-ref": row.get("journal_ref"),
        "doi": f"{row['doi']}.{name}" if "doi" in row else None,
        "report-no": None,
        "categories": " ".join(row.get("categories", ())),
        "license": None,
        "abstract": _broken(row.get("abstract", "")),
        "versions": [
            {"version": f"v{n}", "created": created} for n in range(1, row.get("version", 1) + 1)
        ],
        "update_date": day.isoformat(),
        "authors_parsed": [[*reversed(_parted(author)), ""] for author in authors],
    }


@functools.cache  # the same ones come again and again, and this takes longest
def _broken(abstract: str) -> str:
    return "  " + "\n".join(textwrap.wrap(abstract, 78)) + "\n"


def _parted(name: str) -> tuple[str, str]:
    """Given names and family name."""
    given, _, family = name.rpartition(" ")
    return given, family


if __name__ == "__main__":
    main()
