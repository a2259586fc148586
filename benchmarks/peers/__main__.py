"""Measure what is missing, then write the section of the page."""

import argparse
import os
import shutil
import signal
import subprocess
import sys
import time

from peers import collection, measure, report
from peers.engines import BARE, ENGINES, OURS

SIZES = (10_000, 100_000, 216_000, 1_000_000)
QUICK = (OURS, *BARE, "fts5")  # those that a million is asked of
_MANY = 1_000_000


def complete(name: str, what: int | str) -> bool:
    """Whether nothing is left to measure; figures of other vectors are none."""
    result = measure.read(name, what)
    if result.get("vectors_mark") != collection.vectors_mark():
        measure.result_file(name, what).unlink(missing_ok=True)
        return False
    if "unfinished" in result:
        return True
    if what == "tasks":
        return len(result.get("ndcg", ())) == len(measure.questions.TASKS)
    return f"asked{measure.CLIENTS}" in result


def run(name: str, what: int | str, minutes: float) -> bool:
    """One engine over one collection, in a process group of its own; False where it failed."""
    print(
        f"{name}, {what if what == 'tasks' else f'{what:,} papers'} ...",
        file=sys.stderr,
        flush=True,
    )
    began = time.monotonic()
    command = [sys.executable, "-m", "peers", "--one", name, str(what)]
    process = subprocess.Popen(command, start_new_session=True)
    try:
        code = process.wait(minutes * 60)
    except subprocess.TimeoutExpired:
        _end(process)
        found = measure.read(name, what) or measure.fresh(name)
        measure.keep(name, what, {**found, "unfinished": minutes})
        shutil.rmtree(measure.index_folder(name, what), ignore_errors=True)
        code = 0
    except BaseException:
        _end(process)
        raise
    print(f"  {time.monotonic() - began:.0f} s", file=sys.stderr, flush=True)
    return code == 0


def _end(process: subprocess.Popen[bytes]) -> None:
    os.killpg(process.pid, signal.SIGTERM)
    try:
        process.wait(30)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def wanted(options: argparse.Namespace) -> list[tuple[str, int | str]]:
    """What to measure, small first, so that the page fills early."""
    names = [name for name in ENGINES if name in (options.peers or ENGINES)]
    many: list[tuple[str, int | str]] = [
        (name, size)
        for size in options.sizes or SIZES
        for name in names
        if size < _MANY or options.peers or name in QUICK
    ]
    return [(name, "tasks") for name in names if not options.sizes] + many


def main() -> None:
    parser = argparse.ArgumentParser(prog="make bench-peers", description=__doc__)
    listed = {"type": lambda text: text.split(",")}
    parser.add_argument("--peers", help=f"of {','.join(ENGINES)}", **listed)
    numbers = {"type": lambda text: [int(size) for size in text.split(",")]}
    parser.add_argument("--sizes", help="numbers of papers, with commas", **numbers)
    parser.add_argument("--again", action="store_true", help="measure anew what is there already")
    parser.add_argument("--minutes", type=float, default=45, help="at most, an engine and size")
    parser.add_argument("--report", action="store_true", help="only write the page")
    parser.add_argument("--one", nargs=2, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if unknown := set(options.peers or ()) - set(ENGINES):
        parser.error(f"there is no {', '.join(unknown)}; choose of {', '.join(ENGINES)}")
    if options.one:
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that a server is stopped too
        name, what = options.one
        measure.quality(name) if what == "tasks" else measure.speed(name, int(what))
        return
    failed = [] if options.report else _all(options)
    report.write()
    if failed:
        sys.exit(f"Failed: {', '.join(failed)}; run the same command to try them again")


def _all(options: argparse.Namespace) -> list[str]:
    """Measure everything wanted; the names of what failed."""
    failed = []
    for name, what in wanted(options):
        if options.again:
            measure.result_file(name, what).unlink(missing_ok=True)
        if complete(name, what):
            continue
        if isinstance(what, int):
            collection.corpus(what).vectors(what)  # once, and in nobody's time
        if not run(name, what, options.minutes):
            failed.append(f"{name} {what}")
    return failed


if __name__ == "__main__":
    main()
