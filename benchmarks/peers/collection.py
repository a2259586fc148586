"""The papers and their vectors: the same for every engine."""

import itertools
import json
import sqlite3
import time
from collections.abc import Iterable, Iterator, Sequence
from hashlib import blake2b
from pathlib import Path

import numpy as np
from _measured import ROOT
from search import FILES, document

from broadsheet.search.contract import Document
from broadsheet.search.embedding.contract import Embedder, Vectors
from broadsheet.search.embedding.static import bundled
from broadsheet.search.engines.local.embedded import text_of
from peers import questions
from peers.recombined import Recombination, Row

KEPT = ROOT / "build" / "benchmarks" / "peers"
BATCH = 20_000
_RECOMBINED = "recombined-"
_PROBE = "Protein folding by message passing on sparse graphs, with error bounds"
_TABLE = (
    "CREATE TABLE IF NOT EXISTS papers (row INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE,"
    " title TEXT NOT NULL, abstract TEXT NOT NULL, rest TEXT NOT NULL)"
)


def embedder() -> Embedder:
    """The one that every engine's vectors come from: the bundled model."""
    return bundled()


def vectors_mark() -> str:
    """Tells the vectors of this model from those of another, or of the same made anew."""
    model = embedder()
    return blake2b(
        model.name.encode() + model.vectors([_PROBE]).tobytes(), digest_size=6
    ).hexdigest()


class Collection:
    """Papers in a fixed order in a folder; any number from the first on is a collection too."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self._catalogue = sqlite3.connect(folder / "papers.sqlite3")
        self._catalogue.execute(_TABLE)

    def held(self) -> int:
        return int(self._catalogue.execute("SELECT count(*) FROM papers").fetchone()[0])

    def write(self, rows: Iterable[Row]) -> None:
        """Append papers, all or none; a row is a line of the corpus."""
        with self._catalogue:
            self._catalogue.executemany(
                "INSERT INTO papers (key, title, abstract, rest) VALUES (?, ?, ?, ?)",
                ((row["id"], row["title"], row.get("abstract", ""), _rest(row)) for row in rows),
            )

    def rows(self, first: int = 0, last: int = -1) -> Iterator[Row]:
        """The papers as the corpus has them, all unless said."""
        query = "SELECT key, title, abstract, rest FROM papers ORDER BY row LIMIT ? OFFSET ?"
        found = self._catalogue.execute(query, [last - first if last >= 0 else -1, first])
        for key, title, abstract, rest in found:
            yield {"id": key, "title": title, "abstract": abstract, **json.loads(rest)}

    def batches(self, size: int) -> Iterator[tuple[list[Document], Vectors]]:
        """The first ``size`` papers and their vectors, in portions."""
        papers, vectors, done = map(_document, self.rows(0, size)), self.vectors(size), 0
        while batch := list(itertools.islice(papers, BATCH)):
            yield batch, np.array(vectors[done : done + len(batch)])
            done += len(batch)

    def texts(self, keys: Sequence[str]) -> list[tuple[str, str]]:
        """Title and abstract of each, in that order: what a page reads from its catalogue."""
        places = ",".join("?" * len(keys))
        query = f"SELECT key, title, abstract FROM papers WHERE key IN ({places})"
        found = {key: texts for key, *texts in self._catalogue.execute(query, keys)}
        return [(found[key][0], found[key][1]) for key in keys]

    def vectors(self, size: int) -> Vectors:
        """Those of the first ``size`` papers, made where they are missing: (size, dimensions)."""
        model = embedder()
        file, width = self.folder / f"vectors-{vectors_mark()}.float32", model.dimensions
        done = file.stat().st_size // (width * 4) if file.exists() else 0
        papers = map(_document, self.rows(done, max(done, size)))
        with file.open("r+b" if done else "wb") as sink:
            sink.truncate(done * width * 4)
            sink.seek(0, 2)
            while batch := [text_of(paper) for paper in itertools.islice(papers, BATCH)]:
                began = time.perf_counter()
                made = model.vectors(batch)
                rate = len(batch) / (time.perf_counter() - began)
                sink.write(made.astype(np.float32).tobytes())
                file.with_suffix(".json").write_text(json.dumps({"papers_per_s": rate}))
        return np.memmap(file, np.float32, "r", shape=(size, width))

    def embedding_rate(self) -> float:
        """Papers a second in the last portion that was embedded."""
        made = max(self.folder.glob("vectors-*.json"), key=lambda file: file.stat().st_mtime)
        return float(json.loads(made.read_text())["papers_per_s"])


def _rest(row: Row) -> str:
    return json.dumps({name: row[name] for name in row if name not in {"id", "title", "abstract"}})


def _document(row: Row) -> Document:
    if "source" in row:
        return document(row)
    return Document(key=row["id"], title=row["title"], abstract=row["abstract"])


def corpus(size: int) -> Collection:
    """At least so many papers: those that are asked for, the other real ones, recombined ones."""
    made = Collection(KEPT / "corpus")
    if not made.held():
        files = [questions.shared(f"corpus/{name}.jsonl.zst") for name in FILES]
        rows = [row for file in files for row in questions.json_lines(file)]
        judged = questions.task("known_item").judged
        asked = {key for query in questions.known_items() for key in judged[query.id]}
        rows.sort(key=lambda row: (row["id"] not in asked, blake2b(row["id"].encode()).digest()))
        made.write(rows)
    if size > (held := made.held()):
        real = [row for row in made.rows() if not row["id"].startswith(_RECOMBINED)]
        recombination = Recombination(real)
        numbers = range(held - len(real), size - len(real))
        made.write(_numbered(recombination.paper(number), number) for number in numbers)
    return made


def _numbered(row: Row, number: int) -> Row:
    return {**row, "id": f"{_RECOMBINED}{number:07}"}


def task(name: str) -> Collection:
    """The documents of a development task."""
    made = Collection(KEPT / name)
    if not made.held():
        papers = questions.task(name).documents()
        made.write({"id": one.key, "title": one.title, "abstract": one.abstract} for one in papers)
    return made
