"""Threads and processes that read while another process writes: whole steps, and no error."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

from tests.fault.search.steps import look, watch

from broadsheet.search.embedding.static import bundled
from broadsheet.search.engines.local.backend import LocalBackend

PROGRAM = [sys.executable, "-m", "tests.fault.search.steps"]
THREADS = PROCESSES = 3


def test_readers_see_whole_steps_from_the_first_on(tmp_path, rounds):
    last = 8 * rounds
    index = tmp_path / "index"
    reading = [
        subprocess.Popen([*PROGRAM, str(index), str(last)], stdout=subprocess.PIPE, text=True)
        for _ in range(PROCESSES)
    ]
    writing = subprocess.Popen([*PROGRAM, str(index)], stdout=subprocess.DEVNULL)
    shared = LocalBackend(index, bundled())
    try:
        with ThreadPoolExecutor(THREADS) as threads:
            for asked in threads.map(lambda _: watch(shared, last), range(THREADS)):
                assert asked > 1
        for process in reading:
            said, _ = process.communicate(timeout=60)
            assert (process.returncode, int(said) > 1) == (0, True)
        assert writing.poll() is None
    finally:
        for process in (*reading, writing):
            process.kill()
            process.communicate()
        shared.close()
    assert look(index) >= last
