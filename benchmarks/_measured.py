"""What several benchmarks share: the figure line, the catalogue under measure, process trees."""

import json
import math
import os
import socket
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

ROOT = Path(__file__).parents[1]
SHARED = Path(os.environ.get("BROADSHEET_SHARED") or ROOT.parent / "shared")
DATA = ROOT / "build" / "benchmarks" / "data"  # importing.py makes it, the others use it
_CANNOT = 75
_TICK_S = 1 / os.sysconf("SC_CLK_TCK")
_QUIET = 10  # % of a core


def figure(name: str, value: float, unit: str, target: str = "") -> None:
    """One line for run.py."""
    line = {"figure": name, "value": round(value, 3), "unit": unit, "target": target}
    print(json.dumps(line), flush=True)


def cannot(why: str) -> NoReturn:
    """Leave, because this cannot run here."""
    print(why, file=sys.stderr)
    sys.exit(_CANNOT)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def need_catalogue() -> None:
    """Leave unless importing.py has made the catalogue."""
    if not (DATA / "finished").exists():
        cannot("There is no catalogue to measure; run: make bench ARGS=importing")


def read_once() -> None:
    """Read catalogue and index from the disk, so that what follows does not measure the disk."""
    for path in DATA.rglob("*"):
        if path.is_file():
            with path.open("rb", buffering=0) as file:
                while file.read(1 << 20):
                    pass


def environment(**more: str) -> dict[str, str]:
    """The environment of a command that works on the catalogue under measure."""
    return {**os.environ, "BROADSHEET_DATA": str(DATA), **more}


def queries() -> list[str]:
    """Real questions: known-item and scientific claims, some 1,500 different ones."""
    texts = []
    for task in ("known_item", "scifact"):
        file = SHARED / "bench" / task / "queries.jsonl"
        if not file.exists():
            cannot(f"The queries are not there: {file}")
        texts += [json.loads(line)["text"] for line in file.read_text("utf-8").splitlines()]
    return list(dict.fromkeys(texts))


def tree(root: int) -> list[int]:
    """A process and everything it started that still runs."""
    parents: dict[int, int] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            stat = (folder / "stat").read_text()
        except OSError:
            continue
        parents[int(folder.name)] = int(stat.rpartition(")")[2].split()[1])
    found = [root]
    for process in found:
        found += [child for child, parent in parents.items() if parent == process]
    return found


def used(processes: Sequence[int], seconds: float, one: int = 0) -> tuple[float, float]:
    """What these processes use of a core while so much time passes, and one of them, in %."""
    before = {process: cpu_s(process) for process in processes}
    time.sleep(seconds)
    spent = {process: (cpu_s(process) - before[process]) / seconds * 100 for process in processes}
    return sum(spent.values()), spent.get(one, 0.0)


def cpu_s(process: int) -> float:
    """The processor time that a process has used; no number of one that has ended."""
    try:
        fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    except FileNotFoundError:
        return math.nan
    return (int(fields[11]) + int(fields[12])) * _TICK_S


def rest(root: int) -> None:
    """Wait until a process and all it started have nothing more to do, five minutes at most."""
    end = time.monotonic() + 300
    while not used(tree(root), 5)[0] < _QUIET:
        if time.monotonic() > end:
            sys.exit("The server does not come to rest")


def memory(root: int) -> tuple[float, float]:
    """Resident and proportional memory of a process tree, in MB.

    Resident counts what processes share (programs, mapped files) once for each of them;
    proportional counts it once.
    """
    resident = proportional = 0
    for process in tree(root):
        try:
            lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
        except OSError:
            continue
        sizes = {line.split(":")[0]: int(line.split()[1]) for line in lines[1:]}
        resident += sizes["Rss"]
        proportional += sizes["Pss"]
    return resident / 1024, proportional / 1024


class Peak:
    """Watches a process tree; ``resident`` and ``proportional`` are its highest, in MB."""

    def __init__(self, root: int) -> None:
        self.resident = self.proportional = 0.0
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._watch, args=(root,), daemon=True)
        self._thread.start()

    def _watch(self, root: int) -> None:
        while not self._done.wait(0.5):
            resident, proportional = memory(root)
            self.resident = max(self.resident, resident)
            self.proportional = max(self.proportional, proportional)

    def stop(self) -> None:
        self._done.set()
        self._thread.join()


def percentiles(milliseconds: list[float]) -> tuple[float, float]:
    """The middle and the 99th of a hundred."""
    ordered = sorted(milliseconds)
    return ordered[len(ordered) // 2], ordered[int(len(ordered) * 0.99)]


def timed(begun: float) -> float:
    """Milliseconds since a reading of the clock."""
    return (time.perf_counter() - begun) * 1e3
