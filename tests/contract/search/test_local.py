"""The local engine keeps every promise of a Backend, and some of its own."""

from dataclasses import replace

import numpy as np
import pytest

from broadsheet.kernel.errors import Unavailable
from broadsheet.search.contract import NO_FILTERS, Document, Request
from broadsheet.search.embedding.testing import SYNONYMS, HashingEmbedder, MeaningContract
from broadsheet.search.engines.local import backend as local
from broadsheet.search.engines.local import pool, queries
from broadsheet.search.engines.local.backend import LocalBackend
from broadsheet.search.engines.local.embedded import text_of
from broadsheet.search.language.parse import parse
from broadsheet.search.testing import MADE, BackendContract, starter


class TestLocal(BackendContract):
    embedder = None

    @pytest.fixture
    def backend(self, tmp_path):
        backend = LocalBackend(tmp_path / "index", self.embedder)
        yield backend
        backend.close()

    @pytest.fixture
    def reader(self, tmp_path):
        return lambda: LocalBackend(tmp_path / "index", self.embedder)

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
        other._commits.look_again()

        for _ in range(2):
            with pytest.raises(Unavailable):
                other.search(Request())
        backend.apply(MADE[:1], (), upto=2)
        other._commits.look_again()
        assert other.search(Request()).total == 1


class TestLocalWithMeaning(TestLocal, MeaningContract):
    embedder = HashingEmbedder(SYNONYMS)

    def test_only_new_texts_are_embedded(self, backend):
        embedder = backend._embedder
        backend.apply(MADE, (), upto=1)
        before = embedder.embedded
        backend.apply([replace(paper, votes=99) for paper in MADE], (), upto=2)
        assert embedder.embedded == before
        backend.apply([replace(MADE[0], abstract="Another one."), *MADE[1:]], (), upto=3)
        assert embedder.embedded == before + 1
        backend.close()
        backend.apply([replace(MADE[0], abstract="Another one.", votes=1)], (), upto=4)

        assert embedder.embedded == before + 1
        assert backend._commits.newest().state.rows == len(MADE) + 1

    def test_a_paper_without_a_known_word_is_near_nothing(self, backend):
        backend.apply([*MADE, Document(key="signs", title="!?")], (), upto=1)
        found = backend.search(Request(query=parse("crowds").tree, mode="meaning")).found

        assert "signs" not in {hit.key for hit in found}
        assert backend.search(Request(query=parse("!?").tree)).by_meaning == 0

    def test_an_index_is_bloated_when_most_rows_are_of_no_paper(self, backend, monkeypatch):
        monkeypatch.setattr(local, "_BLOATED", 10)
        papers = [Document(key=f"k{n}", title=f"title {n}") for n in range(12)]
        backend.apply(papers, (), upto=1)
        for step, bloated in ((2, False), (3, True)):
            backend.apply([replace(p, title=f"{p.title} {step}") for p in papers], (), upto=step)
            assert backend.status().bloated == bloated

    def test_the_pool_has_both_numbers_of_every_paper_and_its_tokens(self, backend):
        backend.apply(MADE, (), upto=1)
        backend.apply([replace(MADE[2], votes=3)], (), upto=2)
        view = backend._commits.newest().view
        question = backend._embedder.vectors(["crowds young"])[0]
        words = queries.asked(parse("crowds young").tree, NO_FILTERS)
        whole = pool.candidates(pool.Asked(view, words, None, question), 5, backend._beside)
        narrow = pool.candidates(pool.Asked(view, words, None, question), 2, backend._beside)

        places = {row: place for place, row in enumerate(whole.rows.tolist())}
        assert 2 <= len(narrow.rows) < len(whole.rows)
        for place, row in enumerate(narrow.rows.tolist()):
            for name in ("words", "matched", "meaning"):
                assert getattr(narrow, name)[place] == getattr(whole, name)[places[row]]
        ids, ends = view.held.tokens(whole.rows)
        texts = [text_of(paper) for paper in MADE]
        for place, row in enumerate(whole.rows.tolist()):
            start = ends[place - 1] if place else 0
            (expected,) = backend._embedder.tokens([texts[row]])
            assert ids[start : ends[place]].tolist() == expected.tolist()
        assert np.array_equal(whole.matched, whole.words > 0)
        assert whole.total == whole.matched.sum()
