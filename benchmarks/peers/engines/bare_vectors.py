"""A scan of vectors alone, for the least that meaning can cost."""

from collections.abc import Sequence
from typing import Any, ClassVar

import numpy as np
from turbovec import TurboQuantIndex

from broadsheet.search.contract import Document
from broadsheet.search.embedding.contract import Vectors
from peers.contract import CANDIDATES, FIRST, Embedding


class BareVectors(Embedding):
    title = "turbovec alone"
    settings = (
        "Scan of 4-bit codes, the first 100 compared again with float16 vectors from a mapped"
        " file; the question's vector is made before."
    )
    packages: ClassVar[tuple[str, ...]] = ("turbovec", "numpy")

    def add(self, papers: Sequence[Document], vectors: Vectors) -> None:
        if not hasattr(self, "index"):
            self.index, self.keys = TurboQuantIndex(vectors.shape[1], 4), list[str]()
            self.rows = (self.folder / "vectors.float16").open("wb")
        self.keys += [paper.key for paper in papers]
        self.index.add(vectors)
        self.rows.write(vectors.astype(np.float16).tobytes())

    def finish(self) -> None:
        self.rows.close()
        self.index.write(str(self.folder / "codes.tv"))
        np.save(self.folder / "keys.npy", np.array([key.encode() for key in self.keys]))

    def open(self) -> None:
        super().open()
        self.index = TurboQuantIndex.load(str(self.folder / "codes.tv"))
        self.index.prepare()
        self.held = np.load(self.folder / "keys.npy", mmap_mode="r")
        shape = (len(self.held), self.embedder.dimensions)
        self.exact = np.memmap(self.folder / "vectors.float16", np.float16, "r", shape=shape)

    def prepared(self, text: str) -> Any:
        return self.vector(text)

    def search(self, asked: Any) -> list[str]:
        _, near = self.index.search(asked[None], CANDIDATES)
        rows = near[0].astype(np.int64)
        cosines = self.exact[rows].astype(np.float32) @ asked
        return [self.held[rows[place]].decode() for place in np.argsort(-cosines)[:FIRST]]
