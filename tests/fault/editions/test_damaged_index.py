"""An index that is damaged, lost or half rebuilt: days stay readable, search says the way."""

import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import time
from contextlib import closing
from pathlib import Path

import pytest
from tests.servers import COMMAND, Server, broadsheet, environ, until

from broadsheet.search.contract import Document
from broadsheet.search.embedding.static import bundled
from broadsheet.search.engines.local.backend import LocalBackend
from broadsheet.search.engines.local.embedded import row_of, text_of

REMEDY = "broadsheet index rebuild"


@pytest.fixture
def data(starter_data, tmp_path):
    return Path(shutil.copytree(starter_data, tmp_path / "data"))


def used(data):
    return data / "index" / (data / "index" / "CURRENT").read_text()


def segments(data):
    """The files of the index that hold papers, largest first."""
    found = [path for path in used(data).iterdir() if path.suffix not in (".json", ".lock")]
    return sorted((p for p in found if p.stat().st_size), key=lambda p: -p.stat().st_size)


def garbled(data):
    """Every file of papers is noise of the same length."""
    noise = random.Random(3)
    for path in segments(data):
        fresh = path.with_suffix(".fresh")
        fresh.write_bytes(noise.randbytes(path.stat().st_size))
        fresh.replace(path)


def cut(data):
    for path in segments(data):
        os.truncate(path, path.stat().st_size // 2)


def emptied(data):
    for path in segments(data):
        os.truncate(path, 0)


def removed(data):
    for path in segments(data):
        path.unlink()


def no_list_of_files(data):
    (used(data) / "meta.json").write_text('{"segments": [')


def no_vectors(data):
    (vectors,) = used(data).glob("vectors-*.f16")
    vectors.unlink()


def half_of_the_vectors(data):
    (vectors,) = used(data).glob("vectors-*.f16")
    os.truncate(vectors, vectors.stat().st_size // 2)


DAMAGES = [
    *(garbled, cut, emptied, removed, no_list_of_files),
    *(no_vectors, half_of_the_vectors),
]


@pytest.mark.parametrize("damage", DAMAGES)
def test_search_falls_back_says_what_to_do_and_a_rebuild_mends_it(data, damage):
    damage(data)
    with Server(data) as server:
        status, body = server.get("/search.json?q=learning")
        found = json.loads(body)
        assert (status, found["from_catalogue"]) == (200, True)
        assert found["hits"]
        assert REMEDY in found["problems"][0]
        status, body = server.get("/search?q=learning")
        assert status == 200
        assert REMEDY in body.decode()
        assert server.get("/papers/2608.13489/similar")[0] == 503
        assert server.get("/")[0] == server.get("/daily/2026-08-14.json")[0] == 200
        assert server.get("/status")[0] == 200
        checked = broadsheet(data, "index", "check")
        assert (checked.returncode, "Traceback" in checked.stderr) == (69, False)
        assert REMEDY in checked.stderr

        rebuilt = broadsheet(data, "index", "rebuild")

        assert (rebuilt.returncode, rebuilt.stderr) == (0, "")
        until(lambda: server.finds("learning"), within_s=10)
        assert "Traceback" not in server.log
    assert broadsheet(data, "index", "check").returncode == 0


@pytest.mark.parametrize("suffix", [".f16", ".ids", ".rows", ".idx", ".store"])
def test_one_wrong_byte_is_found_by_a_check(data, suffix):
    path = next(path for path in segments(data) if path.suffix == suffix)
    held = bytearray(path.read_bytes())
    held[len(held) // 3] ^= 1
    path.write_bytes(held)

    checked = broadsheet(data, "index", "check")
    assert (checked.returncode, checked.stderr.count("\n")) == (69, 1)
    assert REMEDY in checked.stderr
    assert broadsheet(data, "index", "rebuild").returncode == 0
    assert broadsheet(data, "index", "check").returncode == 0


@pytest.mark.parametrize("damage", [cut, emptied, garbled])
def test_files_damaged_under_a_running_server_are_mended_by_a_rebuild(data, damage):
    with Server(data) as server:
        until(lambda: server.finds("learning"), within_s=10)
        damage(data)
        for number in range(4):
            server.get(f"/search.json?q=model{number}")
        until(lambda: server.get("/")[0] == 200, within_s=10)

        rebuilt = broadsheet(data, "index", "rebuild")

        assert (rebuilt.returncode, rebuilt.stderr) == (0, "")
        until(lambda: server.finds("learning"), within_s=15)


def everything(data):
    shutil.rmtree(data / "index")


def all_in_it(data):
    for path in (data / "index").iterdir():
        shutil.rmtree(path) if path.is_dir() else path.unlink()


def one_generation(data):
    shutil.rmtree(used(data))


def its_list_of_files(data):
    (used(data) / "meta.json").unlink()


def its_name(data):
    (data / "index" / "CURRENT").write_bytes(b"\xff\0\xff")


LOSSES = [everything, all_in_it, one_generation, its_list_of_files, its_name]


@pytest.mark.parametrize(
    ("loss", "asking"), [(everything, False), *((loss, True) for loss in LOSSES)]
)
def test_what_is_thrown_away_while_the_server_runs_comes_back_by_itself(
    data, loss, asking, one_paper
):
    with Server(data) as server:
        total = until(lambda: server.finds("learning"), within_s=10)
        assert broadsheet(data, "import", one_paper("axolotl")).returncode == 0
        loss(data)
        if asking:
            for number in range(6):
                server.get(f"/search.json?q=model{number}")
        time.sleep(0.5)  # by now every worker has noticed
        until(lambda: server.finds("learning") == total, within_s=15)
        until(lambda: server.finds("axolotl") == 1, within_s=10)
        assert broadsheet(data, "import", one_paper("bergamot")).returncode == 0
        until(lambda: server.finds("bergamot"), within_s=10)
        checked = broadsheet(data, "index", "check")
        assert (checked.returncode, checked.stderr) == (0, "")


def rebuild(data):
    return subprocess.Popen(
        [str(COMMAND), "index", "rebuild"], env=environ(data), stdout=subprocess.DEVNULL
    )


def assert_own_vectors(data):
    """Every paper of the catalogue is in the index, with the vector of its own text."""
    backend = LocalBackend(used(data), bundled())
    view = backend._commits.newest().view
    with closing(sqlite3.connect(data / "catalogue.sqlite3")) as catalogue:
        listed = "SELECT key, title, abstract FROM papers_paper WHERE NOT withdrawn"
        found = catalogue.execute(listed).fetchall()
    papers = [Document(key=key, title=title, abstract=abstract) for key, title, abstract in found]
    rows = [row_of(view.searcher, paper.key) for paper in papers]
    texts = bundled().vectors([text_of(paper) for paper in papers])
    assert (view.held.vectors[rows] == texts.astype("<f2")).all()
    backend.close()


def test_a_killed_rebuild_leaves_an_index_in_use_and_the_next_one_clears_up(data, rounds):
    began = time.monotonic()
    assert rebuild(data).wait() == 0
    longest = time.monotonic() - began
    moments = random.Random(5)
    killed = 0
    while killed < rounds:
        rebuilding = rebuild(data)
        time.sleep(moments.uniform(0, longest))
        rebuilding.send_signal(signal.SIGKILL)
        killed += rebuilding.wait() == -signal.SIGKILL
        checked = broadsheet(data, "index", "check")
        assert (checked.returncode, checked.stderr) == (0, "")
        assert_own_vectors(data)

    assert broadsheet(data, "index", "rebuild").returncode == 0
    assert [path for path in (data / "index").iterdir() if path.is_dir()] == [used(data)]
    with Server(data) as server:
        until(lambda: server.finds("learning"), within_s=10)
        question = "teaching machines to draw pictures from sentences"
        found = server.json(f"/search.json?mode=meaning&q={question.replace(' ', '+')}")
        assert found["hits"]


def test_two_rebuilds_at_once_are_one_and_a_line(data):
    both = [
        subprocess.Popen(
            [str(COMMAND), "index", "rebuild"],
            env=environ(data),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(2)
    ]
    said = [(one.communicate(timeout=60), one.returncode) for one in both]

    assert {code for _, code in said} <= {0, 75}
    assert 0 in {code for _, code in said}
    for (_, complaint), code in said:
        expected = (
            "The search index is in use by another process."
            " Another rebuild is under way: let it finish.\n"
        )
        assert complaint == (expected if code else "")
    assert broadsheet(data, "index", "check").returncode == 0
