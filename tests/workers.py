"""Workers as real processes, with jobs of the tests' own, on a data folder or a PostgreSQL."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from tests.servers import broadsheet, environ, until

ROOT = Path(__file__).parents[1]
# Quick where a moment is waited for, and slow to take another for dead: machines are busy.
PACE = {"tick_s": 0.05, "look_s": 0.2, "silence_s": 6.0, "retry_s": 0.02, "patience_s": 2.0}


@dataclass(frozen=True, slots=True)
class Line:
    """What a job noted: when (by the clock nobody sets), in which process, and what."""

    at_s: float
    pid: int
    what: str
    subject: str
    attempt: int


class Site:
    """A catalogue with workers on it. ``ask`` and ``missed`` go with the next one started."""

    def __init__(self, data: Path, **options: str) -> None:
        self.data, self.options = data, options
        self.log = data.with_name(f"{data.name}-jobs.log")
        self.stderr = data.with_name(f"{data.name}-workers.log")
        self.workers: list[subprocess.Popen[bytes]] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for worker in self.workers:
            if worker.poll() is None:
                worker.kill()
            worker.wait()

    def start(self, *ask: tuple[str, str], **more: Any) -> "subprocess.Popen[bytes]":
        """Start a worker that asks for these jobs (name, subject) first; more in working.py."""
        pace = PACE | more.pop("pace", {})
        told = json.dumps({"log": str(self.log), "ask": ask, "pace": pace} | more)
        before = len(self.lines("ready"))
        path = os.pathsep.join([str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])])
        with self.stderr.open("ab") as stderr:
            worker = subprocess.Popen(
                [sys.executable, str(Path(__file__).with_name("working.py")), told],
                env=environ(self.data, **self.options, PYTHONPATH=path),
                stderr=stderr,
            )
        self.workers.append(worker)
        until(lambda: len(self.lines("ready")) > before, within_s=60)
        return worker

    def lines(self, what: str, subject: str = "") -> list[Line]:
        """What jobs noted so far under this word, of one subject or all."""
        if not self.log.exists():
            return []
        found = [line.split() for line in self.log.read_text().splitlines()]
        lines = [Line(float(at), int(pid), w, s, int(n)) for at, pid, w, s, n in found]
        return [line for line in lines if line.what == what and subject in ("", line.subject)]

    def wait(self, what: str, subject: str, count: int = 1) -> Line:
        """The last of so many such lines, once they are there."""
        enough = until(
            lambda: len(self.lines(what, subject)) >= count and self.lines(what, subject),
            within_s=90,
        )
        return enough[count - 1]

    def jobs(self) -> dict[str, dict[str, Any]]:
        """Every job by its subject, as the command tells it."""
        return {job["subject"]: job for job in self.said()["jobs"]}

    def said(self) -> dict[str, Any]:
        """What ``broadsheet jobs list`` tells."""
        env = environ(self.data, **self.options)
        done = broadsheet(self.data, "jobs", "list", "--all", "--json", "-n", 1_000, env=env)
        assert (done.returncode, done.stderr) == (0, "")
        return json.loads(done.stdout)

    def ended(self, *subjects: str, state: str = "done") -> dict[str, dict[str, Any]]:
        """All jobs, once these have come to that state."""

        def found() -> dict[str, dict[str, Any]]:
            jobs = self.jobs()
            return jobs if {jobs[one]["state"] for one in subjects} == {state} else {}

        if state == "done":  # to ask by the command sooner would cost a start of it
            self._all_done(subjects)
        return until(found, within_s=90, every_s=0.5)

    def _all_done(self, subjects: tuple[str, ...]) -> None:
        wanted = {*subjects}
        until(lambda: wanted <= {line.subject for line in self.lines("end")}, within_s=90)


def overlaps(site: Site) -> list[tuple[Line, Line]]:
    """Pairs of runs of one subject of which the second began before the first was over.

    A run is over with its last line: a killed one writes none after its death.
    """
    runs: dict[tuple[str, int, int], list[Line]] = {}
    for what in ("begin", "step", "end"):
        for line in site.lines(what):
            runs.setdefault((line.subject, line.pid, line.attempt), []).append(line)
    spans = sorted(
        ((min(r, key=_at), max(r, key=_at)) for r in runs.values()), key=lambda span: span[0].at_s
    )
    return [
        (one[1], two[0])
        for place, one in enumerate(spans)
        for two in spans[place + 1 :]
        if one[0].subject == two[0].subject and two[0].at_s < one[1].at_s
    ]


def _at(line: Line) -> float:
    return line.at_s
