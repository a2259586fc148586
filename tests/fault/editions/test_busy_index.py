"""An index that is asked, written, rebuilt and out of room at once; one that must be refused."""

import itertools
import json
import sqlite3
import subprocess
import threading
import time
import urllib.parse
from contextlib import closing

import pytest
from tests.fault.conftest import resize, small_disk
from tests.servers import COMMAND, Server, broadsheet, environ, until

CLIENTS = 4
LATE_S = 1.0  # what was imported so long ago is found by every worker
REMEDY = "broadsheet index rebuild"


@pytest.fixture
def served(data, real_lines):
    """A site of some papers, with nothing to come."""
    assert broadsheet(data, "import", real_lines(1_000)).returncode == 0
    with Server(data) as server:
        until(lambda: server.finds("the+of+a+learning"), within_s=10)
        yield server


def listed(data):
    """How many papers of the catalogue stand in lists."""
    with closing(sqlite3.connect(data / "catalogue.sqlite3")) as catalogue:
        query = "SELECT count(*) FROM papers_paper WHERE merged_into_id IS NULL AND NOT withdrawn"
        return catalogue.execute(query).fetchone()[0]


def ask(server, stop, found):
    """Ask until told to stop; keeps of each answer when it came, how, and what it counts."""
    texts = ("learning", "models that learn to see", '"neural networks"', "cat:cs -graph", "")
    while not stop.is_set():
        for text in texts:
            query = urllib.parse.quote(text)
            status, body = server.get(f"/search.json?q={query}")
            answer = json.loads(body) if status == 200 else {}
            good = (status, answer.get("from_catalogue")) == (200, False)
            found.append((time.monotonic(), good, text, answer.get("total")))


@pytest.mark.alone
def test_readers_notice_neither_imports_nor_rebuilds(served, real_lines, rounds):
    stop, found = threading.Event(), [[] for _ in range(CLIENTS)]
    imported = [(0.0, served.finds(""))]
    clients = [threading.Thread(target=ask, args=(served, stop, own)) for own in found]
    for client in clients:
        client.start()
    try:
        for number in range(1, min(rounds, 20) + 1):
            rebuilding = subprocess.Popen(
                [str(COMMAND), "index", "rebuild"],
                env=environ(served.data),
                stdout=subprocess.DEVNULL,
            )
            lines = real_lines(500, after=500 + 500 * number)
            assert broadsheet(served.data, "import", lines).returncode == 0
            imported.append((time.monotonic(), listed(served.data)))
            assert rebuilding.wait(60) == 0
    finally:
        stop.set()
        for client in clients:
            client.join()

    for when, good, text, total in itertools.chain(*found):
        assert good, (text, total)
        if not text:
            assert total >= max(held for since, held in imported if since < when - LATE_S)
    assert broadsheet(served.data, "index", "check").stderr == ""


def test_an_index_on_a_full_disk_answers_and_goes_on_when_there_is_room(
    data, real_lines, one_paper
):
    (data / "index").mkdir(exist_ok=True)
    for path in (data / "index").iterdir():
        path.rename(data.parent / path.name)
    with small_disk(2, data / "index") as disk, Server(data) as server:
        assert broadsheet(data, "import", one_paper("axolotl")).returncode == 0
        until(lambda: server.finds("axolotl"), within_s=10)
        importing = subprocess.Popen(
            [str(COMMAND), "import", str(real_lines(3_000))],
            env=environ(data),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        until(lambda: "The disk is full" in server.log or "No space" in server.log, within_s=30)
        assert server.finds("axolotl") == 1
        assert server.get("/")[0] == 200
        rebuilt = broadsheet(data, "index", "rebuild")
        assert (rebuilt.returncode, rebuilt.stderr.count("\n")) == (69, 1)
        assert "disk" in rebuilt.stderr
        assert REMEDY not in rebuilt.stderr
        assert [path.name for path in disk.iterdir() if path.is_dir()] == [
            (disk / "CURRENT").read_text()
        ]

        resize(disk, 100)
        assert importing.wait(90) == 0
        until(lambda: server.finds("") == listed(data) > 2_900, within_s=30)
        checked = broadsheet(data, "index", "check")
        assert (checked.returncode, checked.stderr) == (0, "")


def test_an_index_of_another_embedder_is_not_asked_until_it_is_rebuilt(data, one_paper):
    assert broadsheet(data, "import", one_paper("axolotl")).returncode == 0
    other = environ(data, BROADSHEET_EMBEDDER="none")
    found = json.loads(broadsheet(data, "search", "axolotl", "--json", env=other).stdout)

    assert found["from_catalogue"]
    assert "another embedder" in found["problems"][0]
    assert REMEDY in found["problems"][0]
    assert broadsheet(data, "index", "rebuild", env=other).returncode == 0
    found = json.loads(broadsheet(data, "search", "axolotl", "--json", env=other).stdout)
    assert (found["from_catalogue"], found["total"]) == (False, 1)
