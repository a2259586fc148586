"""The local engine keeps every promise about suggestions; a damaged file of them is no trouble."""

import itertools
import time

import pytest

from broadsheet.search.engines.local.backend import LocalBackend
from broadsheet.search.suggesting import learned
from broadsheet.search.suggesting.testing import PAPERS, SuggestingContract


class TestLocalSuggestions(SuggestingContract):
    @pytest.fixture
    def backend(self, tmp_path):
        backend = LocalBackend(tmp_path / "index")
        yield backend
        backend.close()

    @pytest.fixture
    def reader(self, tmp_path):
        return lambda: LocalBackend(tmp_path / "index")

    @pytest.mark.parametrize("damage", ["empty", "cut", "changed", "of another version"])
    def test_a_damaged_file_is_as_good_as_none(self, taught, reader, damage):
        file = taught.path / learned.FILE
        whole = file.read_bytes()
        middle = len(whole) // 2
        file.unlink()  # others may have it in memory
        file.write_bytes(
            {
                "empty": b"",
                "cut": whole[:middle],
                "changed": whole[:middle] + bytes([whole[middle] ^ 1]) + whole[middle + 1 :],
                "of another version": whole.replace(b"suggestions 1", b"suggestions 0"),
            }[damage]
        )
        other = reader()

        assert other.learned() == -1
        assert [one.kind for one in other.suggest("attention is")] == ["title", "title"]
        taught.learn(PAPERS, upto=4)
        assert reader().learned() == 4

    def test_a_reader_takes_up_what_is_learned_while_it_reads(self, taught, reader):
        other = reader()
        assert other.learned() == 3
        taught.learn(itertools.islice(PAPERS, 3), upto=5)
        other._suggestions.look_again()

        assert other.learned() == 5
        assert other.acronyms("RAG") == ()

    def test_an_answer_comes_at_once(self, taught):
        typed = ("graph neu", "vsawani", "attention is all yo", "zzzzzzzzzzzz", "a " * 100)
        taught.suggest("graph")
        began = time.thread_time()
        for text in typed:
            taught.suggest(text)

        assert time.thread_time() - began < 0.1 * len(typed)
