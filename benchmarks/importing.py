"""Importing everything: catalogue and search index together.

`broadsheet import` of the whole corpus and all 575 day files into an empty data folder, until
the index is current and the command has ended. Memory is that of the whole process tree, read
twice a second. The processor's time tells more than the clock where other work runs beside.
The catalogue it makes is kept for the benchmarks of pages and server.
"""

import json
import os
import shutil
import subprocess
import sys
import time
from typing import Any

from _measured import DATA, SHARED, Peak, cannot, environment, figure

_CORPUS = ("arxiv-01", "arxiv-02", "anthology", "conferences")


def main() -> None:
    files = [SHARED / "corpus" / f"{name}.jsonl.zst" for name in _CORPUS]
    files.append(SHARED / "formats" / "hf_daily" / "days.tar.zst")
    for file in files:
        if not file.exists():
            cannot(f"The corpus is not there: {file}")
    shutil.rmtree(DATA, ignore_errors=True)
    DATA.mkdir(parents=True)
    command = [sys.executable, "-m", "broadsheet", "import", *map(str, files), "--json"]
    begun = time.perf_counter()
    process = subprocess.Popen(command, env=environment(), stdout=subprocess.PIPE)
    peak = Peak(process.pid)
    printed, _ = process.communicate()
    seconds = time.perf_counter() - begun
    peak.stop()
    if process.returncode:
        sys.exit(f"The import ended with {process.returncode}")
    used = os.times()
    report(json.loads(printed), seconds, used.children_user + used.children_system, peak)
    (DATA / "finished").touch()


def report(told: dict[str, Any], seconds: float, processor: float, peak: Peak) -> None:
    records = sum(told[name] for name in ("new", "updated", "unchanged", "merged", "rejected"))
    ask = [sys.executable, "-m", "broadsheet", "status", "--json"]
    status = json.loads(subprocess.check_output(ask, env=environment()))
    papers, index = status["sizes"]["papers"], status["index"]
    if status["lag"] or index["documents"] != papers - status["sizes"]["withdrawn"]:
        sys.exit(f"The index is not current: {index}, {status['lag']} changes to come")
    catalogue = sum(file.stat().st_size for file in DATA.glob("catalogue.sqlite3*"))
    figure("papers read", records, "papers")
    figure("papers held, after merging", papers, "papers")
    figure("import and index together", records / seconds, "papers/s", ">= 2000")
    figure("processor time, all processes", processor / records * 1e6, "µs a paper")
    figure("peak memory, resident, all processes", peak.resident, "MB", "<= 1024")
    figure("peak memory, shared parts counted once", peak.proportional, "MB")
    figure("index", index["size_bytes"] / papers, "bytes a paper", "<= 1900")
    figure("catalogue", catalogue / papers, "bytes a paper")


if __name__ == "__main__":
    main()
