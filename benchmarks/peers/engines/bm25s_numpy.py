"""bm25s beside an exact comparison of vectors in numpy, joined by reciprocal rank."""

from collections.abc import Iterable, Sequence
from typing import ClassVar

import bm25s
import numpy as np
import Stemmer

from broadsheet.search.contract import Document
from broadsheet.search.embedding.contract import Vectors
from peers.contract import CANDIDATES, FIRST, RANK_CONSTANT, Embedding


class Bm25sNumpy(Embedding):
    title = "bm25s + numpy"
    settings = (
        "Lucene's variant, k1 1.5, b 0.75, English stop words, Snowball stems, opened mapped;"
        " float32 vectors in a mapped file, compared one by one; the first 100 of each joined by"
        " reciprocal rank (60). A change means a new build."
    )
    packages: ClassVar[tuple[str, ...]] = ("bm25s", "numpy")

    def add(self, papers: Sequence[Document], vectors: Vectors) -> None:
        if not hasattr(self, "keys"):
            self.keys, self.written = list[str](), list[str]()
            self.rows = (self.folder / "vectors.float32").open("wb")
        self.keys += [paper.key for paper in papers]
        self.written += [f"{paper.title}. {paper.abstract}" for paper in papers]
        self.rows.write(vectors.tobytes())

    def finish(self) -> None:
        self.rows.close()
        index = bm25s.BM25(method="lucene", k1=1.5, b=0.75)
        stemmer = Stemmer.Stemmer("english")
        tokens = bm25s.tokenize(self.written, stopwords="en", stemmer=stemmer, show_progress=False)
        index.index(tokens, show_progress=False)
        index.save(self.folder / "words", show_progress=False)
        np.save(self.folder / "keys.npy", np.array([key.encode() for key in self.keys]))

    def open(self) -> None:
        super().open()
        self.words = bm25s.BM25.load(self.folder / "words", mmap=True, show_progress=False)
        self.stemmer = Stemmer.Stemmer("english")
        self.held = np.load(self.folder / "keys.npy", mmap_mode="r")
        shape = (len(self.held), self.embedder.dimensions)
        self.exact = np.memmap(self.folder / "vectors.float32", np.float32, "r", shape=shape)

    def search(self, asked: str) -> list[str]:
        cosines = self.exact @ self.vector(asked)
        deep = min(CANDIDATES, len(self.held))
        near = np.argpartition(-cosines, deep - 1)[:deep]
        near = near[np.argsort(-cosines[near])]
        tokens = bm25s.tokenize([asked], stopwords="en", stemmer=self.stemmer, show_progress=False)
        rows, scores = self.words.retrieve(tokens, k=deep, show_progress=False)
        worded = rows[0][scores[0] > 0]
        first = joined(worded.tolist(), near.tolist())[:FIRST]
        return [self.held[row].decode() for row in first]


def joined(*rankings: Iterable[int]) -> list[int]:
    """Reciprocal rank fusion of rows, best first, ties by row."""
    scores: dict[int, float] = {}
    for ranking in rankings:
        for rank, row in enumerate(ranking, start=1):
            scores[row] = scores.get(row, 0.0) + 1 / (RANK_CONSTANT + rank)
    return sorted(scores, key=lambda row: (-scores[row], row))
