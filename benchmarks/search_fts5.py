"""The same searches in SQLite's own FTS5, what a site of this size would pick first.

One table of title and abstract with the Porter stemmer; a question is its words joined by OR, best
by bm25, the top 10 with a snippet each. No facets: FTS5 has none. A sample of the questions, for
each takes long.
"""

import re
import sqlite3
import tempfile
import time
from pathlib import Path

from _measured import figure, percentiles, queries, timed
from search import corpus

_SAMPLE = 15  # every so many questions
_TABLE = "CREATE VIRTUAL TABLE papers USING fts5(title, abstract, tokenize='porter unicode61')"
_SEARCH = (
    "SELECT rowid, snippet(papers, -1, '<mark>', '</mark>', '…', 30) FROM papers"
    " WHERE papers MATCH ? ORDER BY bm25(papers, 0.3, 1.0) LIMIT 10"
)


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "fts5.sqlite3"
        database = sqlite3.connect(path)
        database.execute(_TABLE)
        papers = [(paper.title, paper.abstract) for paper in corpus()]
        began = time.perf_counter()
        with database:
            database.executemany("INSERT INTO papers VALUES (?, ?)", papers)
        seconds = timed(began) / 1e3
        figure("papers indexed", len(papers), "papers")
        figure("indexing alone", len(papers) / seconds, "papers/s")
        figure("index with its texts", path.stat().st_size / len(papers), "bytes a paper")
        search(database)


def search(database: sqlite3.Connection) -> None:
    took = []
    for text in queries()[::_SAMPLE]:
        words = " OR ".join(f'"{word}"' for word in re.findall(r"\w+", text))
        began = time.perf_counter()
        database.execute(_SEARCH, [words]).fetchall()
        took.append(timed(began))
    middle, late = percentiles(took)
    figure("search, top 10 with snippets, p50", middle, "ms")
    figure("search, top 10 with snippets, p99", late, "ms")


if __name__ == "__main__":
    main()
