"""What an index survives, and what it says when it cannot."""

import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from broadsheet.kernel.errors import Busy, Unavailable
from broadsheet.search.contract import Request
from broadsheet.search.engines.local import folder, schema
from broadsheet.search.engines.local.backend import LocalBackend
from broadsheet.search.testing import MADE

WRITER = """
import itertools, sys
from dataclasses import replace
from pathlib import Path
from broadsheet.search.engines.local.backend import LocalBackend
from broadsheet.search.testing import MADE

backend = LocalBackend(Path(sys.argv[1]))
for number in itertools.count(backend.upto() + 1):
    papers = [replace(MADE[0], key=f"{number}-{part}") for part in range(50)]
    backend.apply(papers, (), number)
    print(number, flush=True)
"""


def start_writer(index: Path) -> subprocess.Popen:
    return subprocess.Popen(
        [sys.executable, "-c", WRITER, str(index)], stdout=subprocess.PIPE, text=True
    )


@pytest.mark.parametrize("acknowledged", [1, 2, 5])
def test_a_killed_writer_leaves_whole_steps_and_a_free_lock(tmp_path, acknowledged):
    index, held = tmp_path / "index", 0
    for _ in range(3):
        writer = start_writer(index)
        for _ in range(acknowledged):
            held = int(writer.stdout.readline())
        os.kill(writer.pid, signal.SIGKILL)
        writer.wait()
        writer.stdout.close()
        backend = LocalBackend(index)
        upto = backend.upto()
        assert upto >= held
        assert backend.status().documents == 50 * upto
        assert set(backend.keys()) == {f"{n}-{p}" for n in range(1, upto + 1) for p in range(50)}
        backend.close()


def test_a_second_writer_is_told_and_a_reader_is_not_hindered(tmp_path):
    index = tmp_path / "index"
    writer = start_writer(index)
    writer.stdout.readline()
    other = LocalBackend(index)
    try:
        with pytest.raises(Busy) as told:
            other.apply(MADE, (), upto=1)
        assert "Only one process writes" in told.value.user_message
        with pytest.raises(Busy):
            folder.wipe(index)
        assert other.search(Request()).total >= 50
    finally:
        writer.kill()
        writer.wait()
        writer.stdout.close()
    other.apply(MADE, (), upto=1)
    other.close()


@pytest.mark.parametrize(
    "part", [".term", ".idx", ".pos", ".fast", ".store", ".fieldnorm", "meta.json"]
)
def test_a_truncated_file_is_reported_with_the_remedy(tmp_path, part):
    backend = LocalBackend(tmp_path)
    backend.apply(MADE, (), upto=3)
    backend.close()
    (file,) = [
        path for path in tmp_path.iterdir() if path.name.endswith(part) and path.name[0] != "."
    ]
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])

    with pytest.raises(Unavailable) as told:
        backend.search(Request())
    assert "broadsheet index rebuild" in told.value.user_message
    status = backend.status()
    assert not status.healthy
    assert status.trouble
    with pytest.raises(Unavailable):
        backend.apply(MADE, (), upto=4)

    backend.clear()
    backend.apply(MADE, (), upto=4)
    assert backend.search(Request()).total == len(MADE)
    backend.close()


def test_an_index_of_another_version_is_refused(tmp_path, monkeypatch):
    old = LocalBackend(tmp_path)
    old.apply(MADE, (), upto=3)
    old.close()
    monkeypatch.setattr(schema, "_SPLIT", "words-of-tomorrow")

    with pytest.raises(Unavailable, match="rebuild"):
        LocalBackend(tmp_path).search(Request())


def test_a_folder_thrown_away_is_an_empty_index(tmp_path):
    backend, index = LocalBackend(tmp_path / "index"), tmp_path / "index"
    backend.apply(MADE, (), upto=3)
    backend.close()
    reader = LocalBackend(index)
    assert reader.upto() == 3
    for path in index.iterdir():
        path.unlink()
    index.rmdir()

    assert LocalBackend(index).upto() == 0


def test_readers_in_other_processes_see_changes_within_a_second(tmp_path):
    writer, reader = LocalBackend(tmp_path), LocalBackend(tmp_path)
    writer.apply(MADE[:1], (), upto=1)
    assert reader.upto() == 1
    writer.apply([replace(MADE[1], key="new")], (), upto=2)
    reader._commits.look_again()  # as if the fifth of a second had passed

    assert reader.upto() == 2
    writer.close()
