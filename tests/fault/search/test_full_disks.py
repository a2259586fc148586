"""A disk that takes no more: told, nothing lost, and papers go on when there is room."""

import resource
import signal
from contextlib import contextmanager

import pytest
from tests.fault.conftest import resize, small_disk
from tests.fault.search.steps import find, held, look, paper, step

from broadsheet.kernel.errors import Unavailable
from broadsheet.search.contract import Request
from broadsheet.search.embedding.static import bundled
from broadsheet.search.engines.local.backend import LocalBackend

FULL = (
    "The search index is not available. The disk is full."
    " Make room on it: what the index held it still holds, and it goes on."
)
REFUSED = (  # a thread of tantivy's ended, and it keeps why for itself
    "The search index is not available. Its disk refused to write."
    " Look at its free space, quota and health."
)


def apply(backend, number):
    documents, gone = step(number)
    backend.apply(documents, gone, number)


@contextmanager
def files_up_to(size):
    """No file of this process grows beyond so many bytes."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    heard = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, heard)


@pytest.mark.parametrize("suffix", [".f16", ".ids", ".rows", ".term", "no"])
def test_a_file_that_cannot_grow_fails_one_step_and_leaves_no_half_of_it(tmp_path, suffix):
    backend = LocalBackend(tmp_path, bundled())
    for number in range(1, 6):
        apply(backend, number)
    sizes = [path.stat().st_size for path in tmp_path.iterdir() if path.name.endswith(suffix)]
    for _ in range(2):
        with files_up_to(max(sizes, default=0)), pytest.raises(Unavailable) as told:
            apply(backend, 6)
        assert told.value.user_message in (FULL, REFUSED)
        assert backend.upto() == 5
        find(backend, paper(5, 7))

    apply(backend, 6)
    apply(backend, 7)
    backend.close()
    assert look(tmp_path, thoroughly=True) == 7


@pytest.mark.parametrize("megabytes", [0.4, 0.8, 1.6])
def test_on_a_full_disk_reading_goes_on_and_writing_when_there_is_room(megabytes):
    with small_disk(megabytes) as disk:
        backend, reader = (LocalBackend(disk / "index", bundled()) for _ in range(2))
        told, done = [], 0
        while len(told) < 6:
            try:
                apply(backend, done + 1)
                done += 1
            except Unavailable as error:
                told.append(error.user_message)
        assert FULL in told
        assert {*told} <= {FULL, REFUSED}
        assert 0 < done <= backend.upto() <= done + 1  # the last may be there, and not acknowledged
        done = backend.upto()
        reader._commits.look_again()
        assert reader.search(Request()).total == len(held(done))
        assert look(disk / "index") == done

        resize(disk, 50)
        for number in (done + 1, done + 2):
            apply(backend, number)
        for one in (backend, reader):
            one.close()
        assert look(disk / "index", thoroughly=True) == done + 2
