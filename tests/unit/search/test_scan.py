"""The scan finds the same with and without the compressed codes."""

import logging
import sys
import threading

import numpy as np
import pytest

from broadsheet.search.engines.local.scan import Scan

RANDOM = np.random.default_rng(3)
ROWS = RANDOM.standard_normal((3_000, 64)).astype(np.float32)
ROWS /= np.linalg.norm(ROWS, axis=1, keepdims=True)
ROWS = ROWS.astype(np.float16)
QUESTION = ROWS[77].astype(np.float32) + 0.02 * RANDOM.standard_normal(64).astype(np.float32)


def best(rows, count=10):
    """The rows found, best first by exact values."""
    values = ROWS[rows].astype(np.float32) @ QUESTION
    return rows[np.argsort(-values)][:count].tolist()


@pytest.fixture
def broken(monkeypatch):
    """An installation without the library."""
    monkeypatch.setitem(sys.modules, "turbovec", None)


def full(scan):
    scan.extend(ROWS[:1_000])
    scan.extend(ROWS)
    return scan


def exact(among=None):
    among = np.arange(len(ROWS)) if among is None else among
    return best(among)


def test_codes_find_what_the_rows_find():
    scan = full(Scan(64))

    assert scan.compressed
    assert best(scan.nearest(QUESTION, 110)) == exact()


def test_only_the_rows_asked_for_are_found():
    among = np.arange(5, len(ROWS), 7)
    scan = full(Scan(64))

    assert best(scan.nearest(QUESTION, 110, among)) == exact(among)
    assert set(scan.nearest(QUESTION, 110, among)) <= set(among)


@pytest.mark.usefixtures("broken")
def test_without_the_library_rows_are_gone_through():
    among = np.arange(5, len(ROWS), 7)
    scan = full(Scan(64))

    assert not scan.compressed
    assert sorted(scan.nearest(QUESTION, 10).tolist()) == sorted(exact())
    assert sorted(scan.nearest(QUESTION, 10, among).tolist()) == sorted(exact(among))
    assert len(scan.nearest(QUESTION, 5_000)) == len(ROWS)


def test_dimensions_that_the_library_refuses_do_without():
    scan = Scan(30)
    scan.extend(ROWS[:, :30].copy())

    assert not scan.compressed
    assert len(scan.nearest(QUESTION[:30], 10)) == 10


class PanicException(BaseException):  # the name that pyo3 gives it
    pass


class Dying:
    """Codes that fail at the first or the second thing asked of them."""

    def __init__(self, error, *, adds):
        self._error, self._adds = error, adds

    def add(self, rows, chunk_size):
        if not self._adds:
            raise self._error

    def prepare(self):
        pass

    def search(self, question, k):
        raise self._error


@pytest.mark.parametrize("error", [RuntimeError("dead"), PanicException("index out of bounds")])
@pytest.mark.parametrize("adds", [True, False])
def test_a_library_that_dies_is_done_without(caplog, error, adds):
    scan = Scan(64)
    scan._codes = Dying(error, adds=adds)
    with caplog.at_level(logging.WARNING):
        full(scan)
        found = scan.nearest(QUESTION, 10)

    assert sorted(found.tolist()) == sorted(exact())
    assert not scan.compressed
    assert [record.message for record in caplog.records] == ["index.scan.failed"]


def test_who_stops_the_program_stops_it():
    scan = full(Scan(64))
    scan._codes = Dying(KeyboardInterrupt(), adds=True)

    with pytest.raises(KeyboardInterrupt):
        scan.nearest(QUESTION, 10)


def test_threads_search_while_rows_come():
    scan = Scan(64)
    scan.extend(ROWS[:1_000])
    among = np.arange(7, 900, 10)
    wrong = []

    def search():
        for turn in range(50):
            found = scan.nearest(QUESTION, 60, among if turn % 2 else None)
            if 77 not in found:
                wrong.append(found)

    threads = [threading.Thread(target=search) for _ in range(3)]
    for thread in threads:
        thread.start()
    for end in range(1_100, 3_001, 100):
        scan.extend(ROWS[:end])
    for thread in threads:
        thread.join()

    assert not wrong
    assert scan.compressed
