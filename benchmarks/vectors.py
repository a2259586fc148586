"""Finding the nearest vectors: ours beside plain numpy and faiss.

Rows of real papers are looked through for the ten nearest of 200 others, one question after
another: all rows, then one in a thousand, hundred, ten, two. Recall is against exact single
precision. "Ours" is a scan of 4-bit codes put in order by the exact rows; "numpy" is what takes
its place where the library is missing. The rows are those of the corpus by the bundled model;
where more are wanted (--sizes 1000000), further ones are made of two each. faiss comes with
`make bench-peers`.
"""

import argparse
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace

import numpy as np
from _measured import ROOT, figure, percentiles, timed
from search import corpus

from broadsheet.search.embedding.static import bundled
from broadsheet.search.engines.local.embedded import text_of
from broadsheet.search.engines.local.scan import Scan
from broadsheet.search.engines.local.vectors import dots

FILE = ROOT / "build" / "benchmarks" / "vectors.npy"
WANTED, SPARE, LISTED = 10, 100, 4_000
QUESTIONS = 200
SHARES = (0.001, 0.01, 0.1, 0.5)
CHANGED = 1_000

try:
    import faiss
except ImportError:
    faiss = None


class Ours:
    """The scan of the local backend and its order by exact rows, without tantivy."""

    name = "ours"

    def __init__(self, rows, folder):
        self.path = folder / "rows.f16"
        rows.tofile(self.path)
        self.rows = np.asarray(np.memmap(self.path, np.float16, "r", shape=rows.shape))
        self.load()

    def load(self):
        self.scan = Scan(self.rows.shape[1])
        self.scan.extend(self.rows)

    def search(self, question, among=None):
        if among is not None and len(among) <= LISTED:
            found = among
        else:
            found = self.scan.nearest(question, WANTED + SPARE, among)
        values = dots(self.rows.take(found, axis=0), question)
        return found[np.argsort(-values)[:WANTED]]

    def add(self, fresh):
        with self.path.open("ab") as file:
            file.write(fresh.tobytes())
        shape = (len(self.rows) + len(fresh), fresh.shape[1])
        self.rows = np.asarray(np.memmap(self.path, np.float16, "r", shape=shape))
        self.scan.extend(self.rows)

    remove = None  # rows of papers that are gone are left out by tantivy, and stay

    def size(self):
        return self.path.stat().st_size


class Numpy(Ours):
    """The same where the library is missing."""

    name = "numpy"

    def load(self):
        self.scan = Scan(self.rows.shape[1], compressed=False)
        self.scan.extend(self.rows)


class Faiss:
    """One of the kinds that ``faiss.index_factory`` makes."""

    name, factory = "", ""

    def __init__(self, rows, folder):
        self.path = folder / "index.faiss"
        self.index = faiss.index_factory(rows.shape[1], self.factory, faiss.METRIC_INNER_PRODUCT)
        self.index.train(rows[:: max(1, len(rows) // 100_000)].astype(np.float32))
        for start in range(0, len(rows), 50_000):
            self.index.add(rows[start : start + 50_000].astype(np.float32))
        faiss.write_index(self.index, str(self.path))

    def load(self):
        self.index = faiss.read_index(str(self.path))

    def search(self, question, among=None):
        selector = None if among is None else faiss.IDSelectorBatch(among)
        return self.index.search(question[None], WANTED, params=self.params(selector))[1][0]

    def params(self, selector):
        return faiss.SearchParameters(sel=selector)

    def add(self, fresh):
        self.index.add(fresh.astype(np.float32))
        faiss.write_index(self.index, str(self.path))

    def remove(self, rows):
        self.index.remove_ids(rows)
        faiss.write_index(self.index, str(self.path))

    def size(self):
        return self.path.stat().st_size


class Flat(Faiss):
    name, factory = "faiss flat SQ8", "SQ8"


class Inverted(Faiss):
    name, factory = "faiss IVF1024 SQ8, 32 probes", "IVF1024,SQ8"

    def params(self, selector):
        return faiss.SearchParametersIVF(sel=selector, nprobe=32)


class Graph(Faiss):
    name, factory = "faiss HNSW16 SQ8, ef 128", "HNSW16_SQ8"
    remove = None  # it cannot

    def params(self, selector):
        return faiss.SearchParametersHNSW(sel=selector, efSearch=128)


def timings(ask: Callable, questions) -> tuple[float, float, list]:
    found, times = [ask(question) for question in questions[:5]], []
    found = []
    for question in questions:
        began = time.perf_counter()
        found.append(ask(question))
        times.append(timed(began))
    return *percentiles(times), found


def truth(rows, questions, among=None) -> list[set[int]]:
    """The nearest, by products of whole numbers."""
    places = np.arange(len(rows)) if among is None else among
    values = np.empty((len(questions), len(places)), np.float32)
    for start in range(0, len(places), 50_000):
        block = places[start : start + 50_000]
        values[:, start : start + len(block)] = questions @ rows[block].astype(np.float32).T
    best = np.argpartition(-values, WANTED, axis=1)[:, :WANTED]
    return [set(places[row].tolist()) for row in best]


def recall(found, true) -> float:
    hits = (len(set(map(int, one)) & best) for one, best in zip(found, true, strict=True))
    return sum(hits) / WANTED / len(true)


def measure(kind, data) -> None:
    rows = data.rows
    label = f"{kind.name}, {len(rows):,}"
    with tempfile.TemporaryDirectory() as scratch:
        began = time.perf_counter()
        engine = kind(rows, Path(scratch))
        figure(f"{label}: built in", (time.perf_counter() - began), "s")
        figure(f"{label}: on disk", engine.size() / len(rows), "bytes a row")
        began = time.perf_counter()
        engine.load()
        engine.search(data.questions[0])
        figure(f"{label}: loaded and first question answered in", timed(began), "ms")
        for name, among, true in data.cases:
            middle, late, found = timings(
                lambda question, among=among: engine.search(question, among), data.questions
            )
            figure(f"{label}, {name}: p50", middle, "ms")
            figure(f"{label}, {name}: p99", late, "ms")
            figure(f"{label}, {name}: recall@{WANTED}", recall(found, true), "")
        began = time.perf_counter()
        engine.add(data.fresh)
        figure(f"{label}: {CHANGED:,} rows added and kept in", timed(began), "ms")
        if engine.remove:
            began = time.perf_counter()
            engine.remove(np.arange(CHANGED, dtype=np.int64) * 3)
            figure(f"{label}: {CHANGED:,} rows removed and kept in", timed(began), "ms")


def enlarged(rows, count, random):
    """``count`` rows; those that are missing are the directions between two others."""
    if len(rows) >= count:
        return rows[:count]
    made = [np.asarray(rows)]
    for start in range(len(rows), count, 50_000):
        size = min(50_000, count - start)
        pairs = random.integers(0, len(rows), (2, size))
        share = random.uniform(0.3, 0.7, (size, 1)).astype(np.float32)
        mixed = share * rows[pairs[0]] + (1 - share) * rows[pairs[1]]
        made.append((mixed / np.linalg.norm(mixed, axis=1, keepdims=True)).astype(np.float16))
    return np.concatenate(made)


def cases(rows, questions, random) -> Iterator[tuple[str, np.ndarray | None, list[set[int]]]]:
    yield "all", None, truth(rows, questions)
    for share in SHARES:
        among = np.flatnonzero(random.random(len(rows)) < share).astype(np.int64)
        yield f"filter {share:.1%}", among, truth(rows, questions, among)


def prepared(given, count):
    random = np.random.default_rng(17)
    left = given[: -QUESTIONS - CHANGED]
    rows, questions = enlarged(left, count, random), given[-QUESTIONS:].astype(np.float32)
    return SimpleNamespace(
        rows=rows,
        questions=questions,
        fresh=given[-QUESTIONS - CHANGED : -QUESTIONS],
        cases=list(cases(rows, questions, random)),
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--vectors", type=Path, default=FILE, help="float16 unit rows, .npy; made if none"
    )
    parser.add_argument("--sizes", type=int, nargs="*", default=[200_000])
    parser.add_argument("--without", nargs="*", default=[], help="names to leave out, as printed")
    options = parser.parse_args()
    if not options.vectors.exists():
        options.vectors.parent.mkdir(parents=True, exist_ok=True)
        np.save(options.vectors, bundled().vectors(list(map(text_of, corpus()))).astype(np.float16))
    given = np.load(options.vectors, mmap_mode="r")
    kinds = [Ours, Numpy, *([Flat, Inverted, Graph] if faiss else [])]
    for size in options.sizes:
        data = prepared(given, size)
        for kind in kinds:
            if not any(kind.name.startswith(name) for name in options.without):
                measure(kind, data)


if __name__ == "__main__":
    main()
