"""The processes of a run take turns where a test wants to be alone."""

import subprocess
import sys
import time
import uuid
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PROGRAM = """
import sys
from pathlib import Path
from tests.turns import Turns

run, log, how = sys.argv[1:]
turns = Turns(run)
print("there", flush=True)
with turns.taken(alone=how == "alone"), Path(log).open("a") as told:
    print("in", file=told, flush=True)
    sys.stdin.read()
    print("out", file=told, flush=True)
turns.close()
"""


@pytest.fixture
def begin(tmp_path):
    """Start a process that takes a turn, and keeps it until it is told to end."""
    run = uuid.uuid4().hex

    def start(how):
        process = subprocess.Popen(
            [sys.executable, "-c", PROGRAM, run, tmp_path / "log", how],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        assert process.stdout.readline() == b"there\n"
        return process

    return start


def told(log, count):
    """The first lines of the log, once there are so many."""
    for _ in range(3_000):
        if log.exists() and len(lines := log.read_text().split()) >= count:
            return lines
        time.sleep(0.01)
    return pytest.fail(f"waited in vain for {count} lines")


AMONG_OTHERS, ALONE = "among others", "alone"


@pytest.mark.parametrize("first", [AMONG_OTHERS, ALONE])
@pytest.mark.parametrize("second", [AMONG_OTHERS, ALONE])
def test_whoever_is_alone_waits_and_is_waited_for(begin, tmp_path, first, second):
    log, together = tmp_path / "log", ALONE not in (first, second)
    with begin(first) as one:
        told(log, 1)
        with begin(second) as two:
            if together:
                told(log, 2)
            else:
                time.sleep(0.2)  # in which it would go in
            one.stdin.close()
            one.wait()
            told(log, 3)
            two.stdin.close()

    expected = ["in", "in", "out", "out"] if together else ["in", "out", "in", "out"]
    assert told(log, 4) == expected
