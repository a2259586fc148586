"""Shipped with the package: an embedder for tests, and what finding by meaning promises.

Subclass ``MeaningContract`` beside ``search.testing.BackendContract``, with a ``backend`` fixture
whose embedder is a ``HashingEmbedder(SYNONYMS)``.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from hashlib import blake2b
from typing import Final

import numpy as np
import pytest
from numpy.typing import NDArray

from broadsheet.search import analysis
from broadsheet.search.contract import Backend, Document, Filters, Request
from broadsheet.search.embedding.contract import TokenIds, Vectors
from broadsheet.search.language.parse import parse

SYNONYMS: Final = {"automobile": "car", "physician": "doctor"}


class HashingEmbedder:
    """Words thrown into dimensions by a hash: texts are near if they share stems or synonyms."""

    def __init__(
        self, synonyms: Mapping[str, str] | None = None, *, dimensions: int = 64, name: str = "hash"
    ) -> None:
        self.name = name
        self.dimensions = dimensions
        self.vocabulary = 1 << 16
        self.embedded = 0
        self._synonyms = synonyms or {}

    def vectors(self, texts: Sequence[str]) -> Vectors:
        made = np.zeros((len(texts), self.dimensions), np.float32)
        for row, ids in zip(made, self.tokens(texts), strict=True):
            for number in ids.tolist():
                row[number % self.dimensions] += 1 if number & 1 << 15 else -1
        self.embedded += len(texts)
        lengths = np.linalg.norm(made, axis=1, keepdims=True)
        made /= np.where(lengths > 0, lengths, 1)
        return made

    def with_tokens(self, texts: Sequence[str]) -> tuple[Vectors, list[TokenIds]]:
        return self.vectors(texts), self.tokens(texts)

    def late(self, question: str, tokens: TokenIds, ends: NDArray[np.int64]) -> Vectors:
        """The share of the question's words that stand in each text."""
        (asked,) = self.tokens([question])
        texts = np.split(tokens, ends[:-1])
        return np.array([np.isin(asked, text).mean() for text in texts], np.float32)

    def tokens(self, texts: Sequence[str]) -> list[TokenIds]:
        return [
            np.array([self._number(word) for word in analysis.words(text)], np.uint32)
            for text in texts
        ]

    def _number(self, word: str) -> int:
        stem = analysis.stem(self._synonyms.get(word, word)) or word
        return int.from_bytes(blake2b(stem.encode(), digest_size=2).digest())


def _of_meaning() -> Iterator[Document]:
    """A paper that shares no word with the question for it, among others of many words."""
    yield Document(key="sought", title="An automobile seen by a physician")
    for number in range(60):
        day = date(2024, 1, 1) + timedelta(days=number)
        words = " ".join(f"w{number * part}" for part in range(3, 9))
        yield Document(
            key=f"other{number:02}", title=words, abstract="plain", published=day, last=day
        )


class MeaningContract:
    """What a backend with an embedder promises beside ``BackendContract``."""

    @pytest.fixture
    def full(self, backend: Backend) -> Backend:
        backend.apply(_of_meaning(), (), upto=1)
        return backend

    @pytest.mark.parametrize("mode", ["meaning", "hybrid"])
    def test_a_paper_is_found_that_shares_no_word(self, full: Backend, mode: str) -> None:
        request = Request(query=parse("car doctor").tree, mode=mode)  # type: ignore[arg-type]
        results = full.search(request)
        (best, *_) = results.found

        assert (best.key, best.by_meaning, best.words) == ("sought", True, 0.0)
        assert best.meaning > 0.5
        assert results.total == 0
        assert results.by_meaning >= 1
        assert full.search(replace(request, mode="words")).found == ()

    def test_conditions_and_filters_bind_what_is_found_by_meaning(self, full: Backend) -> None:
        for text in ('car "doctor"', "car -automobile", "car title:doctor", "car cat:cs"):
            found = full.search(Request(query=parse(text).tree)).found
            assert "sought" not in {hit.key for hit in found}, text
        since = Filters(since=date(2024, 2, 1))
        found = full.search(Request(query=parse("plain").tree, filters=since)).found
        assert {hit.key for hit in found} <= {f"other{number:02}" for number in range(31, 60)}
        assert len(found) == 10

    def test_the_nearest_come_first_where_meaning_orders(self, full: Backend) -> None:
        request = Request(query=parse("w9 w12 w15").tree, mode="meaning", limit=60)
        found = full.search(request).found

        assert found[0].key == "other03"
        assert [hit.meaning for hit in found] == sorted((h.meaning for h in found), reverse=True)

    @pytest.mark.parametrize("mode", ["meaning", "hybrid"])
    def test_pages_join_into_one_list(self, full: Backend, mode: str) -> None:
        request = Request(query=parse("plain car w9").tree, mode=mode, limit=100)  # type: ignore[arg-type]
        whole = full.search(request)
        pages = [
            hit
            for offset in range(0, len(whole.found) + 7, 7)
            for hit in full.search(replace(request, offset=offset, limit=7)).found
        ]

        assert tuple(pages) == whole.found
        assert len({hit.key for hit in pages}) == len(pages) == whole.total + whole.by_meaning

    def test_other_orders_take_no_notice_of_meaning(self, full: Backend) -> None:
        request = Request(query=parse("car doctor").tree, sort="newest")

        assert full.search(request).found == ()

    def test_what_is_gone_is_not_found(self, full: Backend) -> None:
        full.apply((), ["sought"], upto=2)
        found = full.search(Request(query=parse("car doctor").tree)).found

        assert "sought" not in {hit.key for hit in found}

    def test_a_paper_is_found_by_its_new_text_only(self, full: Backend) -> None:
        changed = Document(key="sought", title="On the steering of boats")
        full.apply([changed], (), upto=2)
        request = Request(query=parse("car doctor").tree)

        assert "sought" not in {h.key for h in full.search(request).found if h.meaning > 0.5}
        (best, *_) = full.search(replace(request, query=parse("boat steering").tree)).found
        assert best.key == "sought"

    def test_similar_papers_need_share_no_word(self, full: Backend) -> None:
        (best, *_) = full.similar(Document(key="new", title="A car and a doctor"))

        assert best.key == "sought"
