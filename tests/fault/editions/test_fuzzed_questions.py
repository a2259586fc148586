"""Questions of every odd kind: each is answered in time or refused with a reason."""

import subprocess
import sys

import pytest
from tests.fault.search.fuzzed import LIMIT_MS
from tests.servers import Server, broadsheet, environ

ASKING = [sys.executable, "-m", "tests.fault.editions.asking"]
SEED = 8
AT_ONCE = 5_000  # questions of one process
MEMORY_KB = 300_000


@pytest.fixture(scope="module")
def site(real_lines, tmp_path_factory):
    """The starter edition and some thousands of real papers, indexed and learned from."""
    data = tmp_path_factory.mktemp("site") / "data"
    with Server(data, "demo"):
        assert broadsheet(data, "import", real_lines(5_000)).returncode == 0
    return data


def asked(site, first, count):
    """What a process says of so many questions; what it died of, if it did."""
    command = [*ASKING, *map(str, (SEED, first, count))]
    done = subprocess.run(command, env=environ(site), capture_output=True, text=True, check=False)
    lines = done.stdout.splitlines()
    assert done.returncode == 0, (lines[-1:], done.stderr[-2_000:])
    assert int(lines.pop()) < MEMORY_KB
    assert len(lines) == count
    return lines


def test_every_question_is_answered_in_time_or_refused_with_a_reason(site, soaking):
    everything = 100_000 if soaking else 500
    slow = []
    for first in range(0, everything, AT_ONCE):
        for line in asked(site, first, min(AT_ONCE, everything - first)):
            _, searched, completed, *refused = line.split(maxsplit=3)
            assert all("cannot be read: " in reason for reason in refused)
            if max(float(searched), float(completed)) > LIMIT_MS:
                slow.append(line)
    assert slow == []
