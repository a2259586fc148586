"""SQLite's FTS5: words only."""

import re
import sqlite3
from collections.abc import Sequence
from typing import ClassVar

from broadsheet.search.contract import Document
from broadsheet.search.embedding.contract import Vectors
from peers.contract import Peer

_TABLE = (
    "CREATE VIRTUAL TABLE papers USING"
    " fts5(key UNINDEXED, title, abstract, tokenize='porter unicode61')"
)
_OPTIMISE = "INSERT INTO papers (papers) VALUES ('optimize')"
_SEARCH = (
    "SELECT key FROM papers WHERE papers MATCH ? AND rank MATCH 'bm25(0, 1.3, 1)'"
    " ORDER BY rank LIMIT 10"
)


class Fts5(Peer):
    title = "SQLite FTS5"
    settings = (
        "One table with the Porter stemmer, optimised once filled; any of the words, ordered"
        " by `rank` (bm25, title 1.3). No vectors."
    )
    packages: ClassVar[tuple[str, ...]] = ()
    vectors = "none"
    texts = True

    @classmethod
    def versions(cls) -> str:
        return f"SQLite {sqlite3.sqlite_version}"

    def _connect(self) -> sqlite3.Connection:
        self.database = sqlite3.connect(self.folder / "fts5.sqlite3")
        return self.database

    def add(self, papers: Sequence[Document], vectors: Vectors) -> None:  # noqa: ARG002  # has none
        if not hasattr(self, "database"):
            self._connect().execute(_TABLE)
        with self.database:
            rows = ((paper.key, paper.title, paper.abstract) for paper in papers)
            self.database.executemany("INSERT INTO papers VALUES (?, ?, ?)", rows)

    def finish(self) -> None:
        with self.database:
            self.database.execute(_OPTIMISE)

    def open(self) -> None:
        self._connect().execute("PRAGMA mmap_size = 8589934592")

    def search(self, asked: str) -> list[str]:
        words = " OR ".join(f'"{word}"' for word in re.findall(r"\w+", asked))
        return [key for key, *_ in self.database.execute(_SEARCH, [words])]

    def close(self) -> None:
        self.database.close()
