"""Imports that are killed, meet each other, or run out of disk: nothing lost, nothing doubled."""

import os
import random
import resource
import shutil
import signal
import sqlite3
import subprocess
import time
from contextlib import closing
from pathlib import Path

import pytest
from tests.fault.conftest import kill_family, resize, small_disk
from tests.servers import COMMAND, broadsheet, children, environ, is_alive, until

from broadsheet.papers.actions import BATCH
from broadsheet.search.embedding.static import bundled
from broadsheet.search.engines.local.backend import LocalBackend

LINES = 2_500
MANY = 6_000  # enough to be in the middle of them when a signal comes
TABLES = {
    "records": "SELECT source, source_id, digest FROM papers_record",
    "papers": "SELECT key, title, abstract, authors FROM papers_paper WHERE merged_into_id IS NULL",
    "listed": "SELECT key FROM papers_paper WHERE merged_into_id IS NULL AND NOT withdrawn",
    "identifiers": "SELECT i.scheme, i.value, p.key FROM papers_identifier i"
    " JOIN papers_paper p ON p.id = i.paper_id",
    "signals": "SELECT p.key, s.kind, s.origin, s.total FROM papers_signal s"
    " JOIN papers_paper p ON p.id = s.paper_id",
    "versions": "SELECT p.key, v.number, r.title FROM papers_version v"
    " JOIN papers_paper p ON p.id = v.paper_id JOIN papers_record r ON r.id = v.record_id",
    "changed": "SELECT DISTINCT p.key FROM papers_change c JOIN papers_paper p"
    " ON p.id = c.paper_id",
}


def held(data):
    """What a catalogue holds, without numbers and times of writing."""
    with closing(sqlite3.connect(data / "catalogue.sqlite3")) as catalogue:
        assert catalogue.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert catalogue.execute("PRAGMA foreign_key_check").fetchall() == []
        return {name: sorted(catalogue.execute(query)) for name, query in TABLES.items()}


def count(data):
    with closing(sqlite3.connect(data / "catalogue.sqlite3")) as catalogue:
        return catalogue.execute("SELECT count(*) FROM papers_record").fetchone()[0]


def indexed(data):
    """The keys of the index in use."""
    root = data / "index"
    backend = LocalBackend(root / (root / "CURRENT").read_text(), bundled())
    try:
        return sorted(backend.keys())
    finally:
        backend.close()


def whole(data):
    """What is held, after the index was checked against it."""
    checked = broadsheet(data, "index", "check")
    assert (checked.returncode, checked.stderr) == (0, "")
    found = held(data)
    assert indexed(data) == [key for (key,) in found["listed"]]
    assert [key for (key,) in found["changed"]] == [key for key, *_ in found["papers"]]
    return found


@pytest.fixture(scope="module")
def lines(real_lines):
    return real_lines(LINES)


@pytest.fixture(scope="module")
def straight(lines, empty_data, tmp_path_factory):
    """What an undisturbed import of the lines leaves."""
    data = Path(shutil.copytree(empty_data, tmp_path_factory.mktemp("straight") / "data"))
    assert broadsheet(data, "import", lines).returncode == 0
    return whole(data)


def begin(data, *paths):
    return subprocess.Popen(
        [str(COMMAND), "import", *map(str, paths)],
        env=environ(data),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def test_killed_again_and_again_an_import_keeps_whole_batches_and_goes_on(
    lines, straight, fresh_data, rounds
):
    moments = random.Random(7)
    for _ in range(rounds):
        data = fresh_data()
        for death in range(2):
            importing = begin(data, lines)
            time.sleep(moments.uniform(0.4, 1.6))
            if death:
                kill_family(importing.pid)
            else:  # its follower outlives it, and is to end by itself
                importing.kill()
            importing.communicate()
            records = held(data)["records"]
            assert len(records) % BATCH == 0
            assert len(set(records)) == len(records)

        done = broadsheet(data, "import", lines)

        assert (done.returncode, done.stderr) == (0, "")
        assert f"{LINES - len(records):,} new" in done.stdout
        assert whole(data) == straight


def test_two_imports_at_once_both_finish_and_lose_and_double_nothing(
    lines, real_lines, straight, data
):
    others = real_lines(LINES, after=LINES - BATCH)
    both = [begin(data, lines), begin(data, others), begin(data, lines)]

    for importing in both:
        said, _ = importing.communicate(timeout=120)
        assert importing.returncode == 0, said

    found = whole(data)
    assert len(found["records"]) == 2 * LINES - BATCH
    assert set(straight["records"]) < set(found["records"])
    assert set(straight["papers"]) <= set(found["papers"])


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_ended_by_a_signal_an_import_leaves_no_process_and_goes_on_later(real_lines, data, number):
    lines = real_lines(MANY)
    importing = begin(data, lines)
    until(lambda: count(data), within_s=20)
    started = [importing.pid, *children(importing.pid)]
    importing.send_signal(number)
    said, _ = importing.communicate(timeout=20)

    assert (importing.returncode, said) == {
        signal.SIGINT: (
            130,
            "Stopped. What was finished is kept; run the command again to go on.\n",
        ),
        signal.SIGTERM: (-signal.SIGTERM, ""),
    }[number]
    until(lambda: not any(map(is_alive, started)), within_s=15)
    assert 0 < count(data) < MANY
    assert count(data) % BATCH == 0
    assert broadsheet(data, "import", lines).returncode == 0
    assert len(whole(data)["records"]) == MANY


def test_a_full_disk_is_told_in_a_line_and_the_import_goes_on_when_there_is_room(
    lines, straight, empty_data
):
    with small_disk(5) as disk:
        data = Path(shutil.copytree(empty_data, disk / "data"))
        full = broadsheet(data, "import", lines)
        kept = len(held(data)["records"])
        resize(disk, 100)
        again = broadsheet(data, "import", lines)
        found = whole(data)

    assert full.returncode == 69
    last = full.stderr.splitlines()[-1]
    assert last == (
        f"The catalogue in {data} is not available. The disk is full. Make room on it."
        " What was finished is kept: run the command again."
    )
    assert "Traceback" not in full.stderr
    assert kept % BATCH == 0
    assert kept < LINES
    assert again.returncode == 0
    assert f"{LINES - kept:,} new" in again.stdout
    assert found == straight


def test_a_disk_that_refuses_is_told_in_a_line(lines, data):
    def limited():
        resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, 1_000_000))
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)

    done = broadsheet(data, "import", lines, preexec_fn=limited)

    assert done.returncode == 69
    assert "Traceback" not in done.stderr
    assert "The disk refused to write" in done.stderr.splitlines()[-1]
    assert len(held(data)["records"]) % BATCH == 0


def beside(importing):
    """The follower of an import and the process that reads its files, once both run."""

    def both():
        found = {line.split()[2]: pid for pid, line in children(importing.pid).items()}
        return len(found) == 2 and (found["broadsheet"], found["broadsheet.sources.beside"])

    return until(both, within_s=10)


def test_what_runs_beside_a_killed_import_ends_by_itself(lines, data):
    importing = begin(data, lines)
    running = beside(importing)
    importing.kill()
    importing.communicate()

    until(lambda: not any(map(is_alive, running)), within_s=15)


def test_an_import_whose_reader_is_killed_says_so_and_goes_on_when_asked_again(
    lines, straight, data
):
    importing = begin(data, lines)
    _, reader = beside(importing)
    os.kill(reader, signal.SIGKILL)
    said, _ = importing.communicate(timeout=30)

    assert importing.returncode == 69
    assert said.splitlines()[-1] == (
        "The process that reads the files (it ended with -9) is not available."
        " What was taken is kept: run the same command again."
    )
    assert "Traceback" not in said
    assert count(data) % BATCH == 0
    assert broadsheet(data, "import", lines).returncode == 0
    assert whole(data) == straight
