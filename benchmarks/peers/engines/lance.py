"""LanceDB: its full-text index and its vectors in one table, joined by its own reranker."""

import os
from collections.abc import Sequence
from typing import ClassVar

os.environ.setdefault("LANCEDB_LOG", "error")  # read at import; it warns at every search else

import lancedb
import pyarrow as pa
from lancedb.index import FTS, HnswSq
from lancedb.rerankers import RRFReranker

from broadsheet.search.contract import Document
from broadsheet.search.embedding.contract import Vectors
from peers.contract import CANDIDATES, FIRST, RANK_CONSTANT, Embedding

_WORTH_AN_INDEX = 100_000  # rows; below, its documentation advises to compare all vectors


class Lance(Embedding):
    title = "LanceDB"
    settings = (
        "One table with title and abstract; full-text index as by default (English stems, stop"
        " words left out); above 100,000 papers IVF_HNSW_SQ in one partition, as it advises for"
        " HNSW, below no index of vectors, as it advises for so few; the first 100 of each joined"
        " by its RRFReranker (60)."
    )
    packages: ClassVar[tuple[str, ...]] = ("lancedb", "pyarrow")
    texts = True

    def add(self, papers: Sequence[Document], vectors: Vectors) -> None:
        width = vectors.shape[1]
        rows = pa.table(
            {
                "key": [paper.key for paper in papers],
                "text": [f"{paper.title}\n{paper.abstract}" for paper in papers],
                "vector": pa.FixedSizeListArray.from_arrays(vectors.ravel(), width),
            }
        )
        if hasattr(self, "table"):
            self.table.add(rows)
        else:
            self.table = lancedb.connect(self.folder).create_table("papers", rows)

    def finish(self) -> None:
        self.table.optimize()
        self.table.create_index("text", config=FTS())
        if self.table.count_rows() > _WORTH_AN_INDEX:
            self.table.create_index("vector", config=HnswSq(distance_type="dot", num_partitions=1))
        self.table.optimize()

    def open(self) -> None:
        super().open()
        self.table = lancedb.connect(self.folder).open_table("papers")
        self.reranker = RRFReranker(K=RANK_CONSTANT)

    def search(self, asked: str) -> list[str]:
        query = self.table.search(query_type="hybrid", vector_column_name="vector")
        query = query.vector(self.vector(asked)).text(asked).distance_type("dot")
        query = query.ef(2 * CANDIDATES).select(["key"]).limit(CANDIDATES).rerank(self.reranker)
        return query.to_arrow()["key"][:FIRST].to_pylist()
