"""A writer killed while it adds, commits or merges: whole steps, every paper with its own vector.

The moment is drawn from all of that stage's time; a kill that came too late is tried again, sooner.
"""

import random
import shutil
import signal
import subprocess
import sys
import time

import pytest
from tests.fault.search.steps import find, look, paper, step

from broadsheet.search.embedding.static import bundled
from broadsheet.search.engines.local.backend import LocalBackend

_ENDS = {"add": "commit", "commit": "done", "compaction": "compacted"}
_TRIES = 20  # a round


class Writer:
    """The program of ``steps`` on an index, and what it said; ends with its block."""

    def __init__(self, index):
        self.said = []
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.fault.search.steps", str(index)],
            stdout=subprocess.PIPE,
            text=True,
        )

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._process.kill()
        self._process.wait()
        self._process.stdout.close()

    def wait_for(self, stage):
        """Read on until it says that a stage begins; gives when it did."""
        for line in self._process.stdout:
            self.said.append(line.split())
            if self.said[-1][0] == stage:
                return time.monotonic()
        return pytest.fail(f"the writer ended before {stage}: {self.said[-3:]}")

    def kill(self):
        """Kill it; gives the last thing it said."""
        self._process.send_signal(signal.SIGKILL)
        self.said += [line.split() for line in self._process.stdout if line.endswith("\n")]
        assert self._process.wait() == -signal.SIGKILL
        return self.said[-1][0]

    @property
    def acknowledged(self):
        return max((int(words[1]) for words in self.said if words[0] == "done"), default=0)


def lasts(index, stage):
    """How long a stage takes here and now."""
    with Writer(index) as writer:
        began = writer.wait_for(stage)
        return writer.wait_for(_ENDS[stage]) - began


def apply(index, *numbers):
    backend = LocalBackend(index, bundled())
    for number in numbers:
        documents, gone = step(number)
        backend.apply(documents, gone, number)
    backend.close()


@pytest.mark.parametrize("stage", _ENDS)
def test_a_writer_killed_in_a_stage_loses_no_acknowledged_paper(tmp_path, rounds, stage):
    moments = random.Random(stage)
    longest = lasts(tmp_path, stage)
    held, killed = look(tmp_path), 0
    for _ in range(rounds * _TRIES):
        with Writer(tmp_path) as writer:
            for _ in range(1 if stage == "compaction" else moments.randint(1, 3)):
                writer.wait_for(stage)
            time.sleep(moments.uniform(0, longest))
            hit = writer.kill() == stage
        killed, longest = killed + hit, longest * (1.1 if hit else 0.7)
        found = look(tmp_path)
        assert found >= max(held, writer.acknowledged)
        held = found
        if killed == rounds:
            break
    assert killed == rounds
    assert look(tmp_path, thoroughly=True) == held
    with Writer(tmp_path) as writer:
        writer.wait_for("compacted")
        assert writer.acknowledged > held


def left_by_a_failed_commit(index, twin, number, *, noted):
    """Put beside an index the lists of deletions that a commit of this step would write.

    The step is made on a copy: a commit that is made again gives its files the same names.
    """
    shutil.copytree(index, twin)
    apply(twin, number)
    left = {path.name for path in twin.glob("*.del")} - {path.name for path in index.iterdir()}
    assert left
    for name in left:
        (index / name).write_bytes(b"half of i")
    if noted:
        (index / ".managed.json").write_bytes((twin / ".managed.json").read_bytes())


@pytest.mark.parametrize("noted", [True, False])
def test_what_a_killed_commit_left_of_its_files_does_not_stop_the_next(tmp_path, noted):
    index = tmp_path / "index"
    apply(index, 1, 2, 3)
    left_by_a_failed_commit(index, tmp_path / "twin", 4, noted=noted)

    apply(index, 4, 5)
    assert look(index, thoroughly=True) == 5


def test_what_a_failed_commit_left_of_its_files_does_not_stop_the_writer(tmp_path):
    """Not even what a full disk kept from being noted."""

    def failing():
        yield from step(4)[0]
        raise RuntimeError

    index = tmp_path / "index"
    apply(index, 1, 2)
    backend, reader = (LocalBackend(index, bundled()) for _ in range(2))
    backend.apply(*step(3), 3)
    reader.upto()
    with pytest.raises(RuntimeError):
        backend.apply(failing(), [], 4)
    left_by_a_failed_commit(index, tmp_path / "twin", 4, noted=False)
    find(reader, paper(3, 7))

    backend.apply(*step(4), 4)
    reader._commits.look_again()
    find(reader, paper(4, 7))
    for one in (backend, reader):
        one.close()
    assert look(index, thoroughly=True) == 4
