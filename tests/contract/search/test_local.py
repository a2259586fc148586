"""The local engine keeps every promise of a Backend, and some of its own."""

import pytest

from broadsheet.kernel.errors import Unavailable
from broadsheet.search.contract import Request
from broadsheet.search.engines.local.backend import LocalBackend
from broadsheet.search.testing import MADE, BackendContract, starter


class TestLocal(BackendContract):
    @pytest.fixture
    def backend(self, tmp_path):
        backend = LocalBackend(tmp_path / "index")
        yield backend
        backend.close()

    @pytest.fixture
    def reader(self, tmp_path):
        return lambda: LocalBackend(tmp_path / "index")

    @pytest.fixture
    def real_papers(self, shared):
        return starter(shared / "starter" / "starter.jsonl")

    def test_keys_are_those_of_the_papers_alive(self, backend):
        backend.apply(MADE, (), upto=1)
        backend.apply((), [MADE[0].key], upto=2)

        assert backend.keys() == tuple(sorted(paper.key for paper in MADE[1:]))

    def test_what_was_there_and_is_gone_is_not_called_empty(self, backend, reader):
        backend.apply(MADE, (), upto=1)
        other = reader()
        other.search(Request())
        backend.clear()
        other._looked = 0.0

        for _ in range(2):
            with pytest.raises(Unavailable):
                other.search(Request())
        backend.apply(MADE[:1], (), upto=2)
        other._looked = 0.0
        assert other.search(Request()).total == 1
