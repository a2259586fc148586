"""What the vectors of an index survive: kills, torn files, other writers, other embedders."""

import os
import signal
import subprocess
import sys
import time
from dataclasses import replace

import numpy as np
import pytest

from broadsheet.kernel.errors import Busy, Unavailable
from broadsheet.search.contract import Document, Request
from broadsheet.search.embedding.testing import SYNONYMS, HashingEmbedder
from broadsheet.search.engines.local.backend import LocalBackend
from broadsheet.search.language.parse import parse
from broadsheet.search.testing import MADE

WRITER = """
import itertools, os, signal, sys
from pathlib import Path
from broadsheet.search.contract import Document
from broadsheet.search.engines.local import embedded
from broadsheet.search.engines.local.backend import LocalBackend
from broadsheet.search.embedding.testing import HashingEmbedder

index, fatal = Path(sys.argv[1]), int(sys.argv[2])
backend = LocalBackend(index, HashingEmbedder())
synced = embedded.Embedded.sync
for number in itertools.count(backend.upto() + 1):
    if number == fatal:  # the rows are on the disk, the commit is not
        def last(self):
            synced(self)
            os.kill(os.getpid(), signal.SIGKILL)
        embedded.Embedded.sync = last
    papers = [Document(key=f"{number}-{n}", title=f"t{number} n{n} written") for n in range(20)]
    again = [Document(key="changing", title=f"always new {number}")]
    backend.apply(papers + again, (), number)
    print(number, flush=True)
"""


def start_writer(index, fatal=0):
    return subprocess.Popen(
        [sys.executable, "-c", WRITER, str(index), str(fatal)], stdout=subprocess.PIPE, text=True
    )


def holds_every_step(index):
    """Open what a killed writer left, read and write it; gives its last step."""
    backend = LocalBackend(index, HashingEmbedder())
    upto = backend.upto()
    assert backend.status().documents == 20 * upto + 1
    state = backend._commits.newest().state
    assert state.rows == 21 * upto
    backend.hold()
    for number in {1, upto}:
        request = Request(query=parse(f"t{number} n7 written").tree, mode="meaning", limit=30)
        # Words may share a hash: then others are as near, but never nearer.
        nearest = {one.key for one in backend.search(request).found if round(one.meaning, 3) == 1}
        assert f"{number}-7" in nearest
    size = (index / f"{state.vectors}.f16").stat().st_size
    assert size == state.rows * HashingEmbedder().dimensions * 2
    backend.close()
    return upto


@pytest.mark.parametrize("fatal", [2, 4])
def test_rows_without_their_commit_are_cut_off(tmp_path, fatal):
    for _ in range(2):
        with start_writer(tmp_path, fatal) as writer:
            assert writer.wait() == -signal.SIGKILL
        assert holds_every_step(tmp_path) == fatal - 1


def test_a_writer_killed_anywhere_leaves_whole_steps(tmp_path, rounds):
    held = 0
    for attempt in range(rounds):
        with start_writer(tmp_path) as writer:
            held = int(writer.stdout.readline())
            time.sleep(0.013 * (attempt % 7))
            os.kill(writer.pid, signal.SIGKILL)
        held = max(held, holds_every_step(tmp_path))


def test_a_second_writer_leaves_the_rows_alone(tmp_path):
    first, second = (LocalBackend(tmp_path, HashingEmbedder()) for _ in range(2))
    first.apply(MADE, (), upto=1)
    with pytest.raises(Busy):
        second.apply([replace(MADE[0], title="Another")], (), upto=2)
    first.apply([replace(MADE[1], title="A third")], (), upto=2)

    assert first._commits.newest().state.rows == len(MADE) + 1
    first.close()
    second.apply([replace(MADE[0], title="Another")], (), upto=3)
    assert second._commits.newest().state.rows == len(MADE) + 2
    second.close()


@pytest.mark.parametrize("suffix", [".f16", ".rows", ".ids"])
@pytest.mark.parametrize("harm", ["cut", "gone"])
def test_lost_rows_are_reported_with_the_remedy(tmp_path, suffix, harm):
    backend = LocalBackend(tmp_path, HashingEmbedder())
    backend.apply(MADE, (), upto=3)
    backend.close()
    (file,) = tmp_path.glob(f"vectors-*{suffix}")
    if harm == "cut":
        file.write_bytes(file.read_bytes()[:-1])
    else:
        file.unlink()

    for act in (lambda: backend.search(Request()), lambda: backend.apply(MADE, (), upto=4)):
        with pytest.raises(Unavailable) as told:
            act()
        assert "broadsheet index rebuild" in told.value.user_message
    assert not backend.status().healthy
    backend.clear()
    backend.apply(MADE, (), upto=4)
    assert backend.search(Request()).total == len(MADE)
    backend.close()


@pytest.mark.parametrize(
    ("made", "asked"),
    [
        (HashingEmbedder(), None),
        (None, HashingEmbedder()),
        (HashingEmbedder(), HashingEmbedder(name="other")),
        (HashingEmbedder(), HashingEmbedder(dimensions=32)),
    ],
)
def test_an_index_of_another_embedder_is_refused_and_left_alone(tmp_path, made, asked):
    first = LocalBackend(tmp_path, made)
    first.apply(MADE, (), upto=3)
    first.close()
    other = LocalBackend(tmp_path, asked)
    for act in (lambda: other.search(Request()), lambda: other.apply(MADE, (), upto=4)):
        with pytest.raises(Unavailable) as told:
            act()
        assert "another embedder" in told.value.user_message
        assert "broadsheet index rebuild" in told.value.user_message
    assert "embedder" in other.status().trouble

    first.apply(MADE[:1], (), upto=4)
    assert first.search(Request()).total == len(MADE)
    first.close()
    other.clear()
    other.apply(MADE, (), upto=5)
    assert other.upto() == 5
    other.close()


@pytest.mark.alone
def test_readers_in_other_processes_find_new_meanings_within_a_second(tmp_path):
    embedder = HashingEmbedder(SYNONYMS)
    writer, reader = LocalBackend(tmp_path, embedder), LocalBackend(tmp_path, embedder)
    request = Request(query=parse("car doctor").tree)
    writer.apply(MADE, (), upto=1)
    reader.search(request)
    writer.apply([Document(key="new", title="An automobile for a physician")], (), upto=2)
    time.sleep(0.25)
    began = time.perf_counter()
    (best, *_) = reader.search(request).found

    assert best.key == "new"
    assert time.perf_counter() - began < 0.75
    writer.close()


def test_a_failing_embedder_leaves_everything_as_it_was(tmp_path):
    class Failing(HashingEmbedder):
        def vectors(self, texts):
            if any("poison" in text for text in texts):
                raise ValueError("it chokes on this text")
            return super().vectors(texts)

    backend = LocalBackend(tmp_path, Failing())
    backend.apply(MADE[:2], (), upto=1)
    with pytest.raises(ValueError, match="chokes"):
        backend.apply([*MADE[2:], Document(key="bad", title="poison")], (), upto=2)
    assert backend.upto() == 1
    backend.apply(MADE, (), upto=3)
    state = backend._commits.newest().state

    assert state.rows == len(MADE)
    assert backend.status().documents == len(MADE)
    backend.close()


def test_an_index_made_anew_is_not_taken_for_the_old_one(tmp_path):
    embedder = HashingEmbedder(SYNONYMS)
    writer, reader = LocalBackend(tmp_path, embedder), LocalBackend(tmp_path, embedder)
    writer.apply([Document(key=f"k{n}", title=f"w{n}") for n in range(50)], (), upto=1)
    reader.search(Request(query=parse("w7").tree))
    writer.clear()
    papers = [Document(key=f"new{n}", title=f"v{n}") for n in range(50)]
    writer.apply([*papers, Document(key="car", title="automobile")], (), upto=1)
    reader._commits.look_again()
    (best, *_) = reader.search(Request(query=parse("car").tree)).found

    assert best.key == "car"
    writer.close()


def test_vectors_that_became_noise_hide_no_paper(tmp_path):
    backend = LocalBackend(tmp_path, HashingEmbedder())
    backend.apply(MADE, (), upto=1)
    backend.close()
    (file,) = tmp_path.glob("vectors-*.f16")
    file.write_bytes(b"\xff\x7f\x00\x7c" * (file.stat().st_size // 4))  # no number, infinity
    found = backend.search(Request(query=parse("crowds").tree)).found

    assert {hit.key for hit in found if not hit.by_meaning} == {"2401.00001", "math/0306266"}
    assert all(np.isfinite(hit.score) for hit in found)
