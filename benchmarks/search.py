"""Figures of the local search engine on the real corpus, one JSON line each.

    python benchmarks/search.py [--folder KEPT] [--batch 20000] [--limit N]

Builds an index of the corpus (BROADSHEET_SHARED, default ../shared), then searches it with the
known-item and scifact queries: top 10 with three facets and highlights. Times are wall clock, so
run it on a quiet machine; ``cpu`` figures count this process alone (indexing: all its threads)
and hold on a busy one. Reading and parsing of the corpus is left out.
"""

import argparse
import io
import itertools
import json
import os
import resource
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import zstandard

from broadsheet.kernel import dates
from broadsheet.search.contract import Document, Request
from broadsheet.search.engines.local.backend import LocalBackend
from broadsheet.search.highlight import marks
from broadsheet.search.language.parse import parse

SHARED = Path(os.environ.get("BROADSHEET_SHARED") or Path(__file__).parents[2] / "shared")
FILES = ("arxiv-01", "arxiv-02", "anthology", "conferences")
SCHEMES = {"arxiv": "arxiv", "anthology": "acl", "conferences": "url"}


def figure(name: str, value: float, unit: str, target: str = "") -> None:
    line = {"figure": name, "value": round(value, 3), "unit": unit, "target": target}
    print(json.dumps(line), flush=True)


def corpus() -> Iterator[Document]:
    for name in FILES:
        with (SHARED / "corpus" / f"{name}.jsonl.zst").open("rb") as file:
            stream = zstandard.ZstdDecompressor(max_window_size=2**27).stream_reader(file)
            for line in io.BufferedReader(stream, 1 << 20):
                yield document(json.loads(line))


def document(row: dict) -> Document:
    when = row.get("published") or row.get("announced") or ""
    names = [f"{SCHEMES[row['source']]}:{row['id']}"]
    return Document(
        key=row["id"],
        title=row["title"],
        abstract=row.get("abstract", ""),
        authors=tuple(row.get("authors", ())),
        categories=tuple(row.get("categories", ())),
        identifiers=(*names, *([f"doi:{row['doi']}"] if "doi" in row else [])),
        sources=(row["source"],),
        published=dates.first_day(when),
        last=dates.last_day(when),
        has_code="code_url" in row,
    )


def build(backend: LocalBackend, batch: int, limit: int | None) -> None:
    papers, clock, cpu, done = corpus(), 0.0, 0.0, 0
    if limit:
        papers = itertools.islice(papers, limit)
    while chunk := list(itertools.islice(papers, batch)):
        done += len(chunk)
        wall_began, cpu_began = time.perf_counter(), time.process_time()
        backend.apply(chunk, (), upto=done)
        clock += time.perf_counter() - wall_began
        cpu += time.process_time() - cpu_began
    wall_began, cpu_began = time.perf_counter(), time.process_time()
    backend.close()  # waits for merges
    clock += time.perf_counter() - wall_began
    cpu += time.process_time() - cpu_began
    status = backend.status()
    figure("papers indexed", status.documents, "papers")
    figure("indexing, cpu of all threads", cpu / done * 1e6, "us a paper", "<= 130")
    figure("indexing, wall", done / clock, "papers/s")
    figure("index size", status.size_bytes / status.documents, "bytes a paper", "<= 900")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    figure("peak memory", peak, "MB", "<= 1024")


def queries() -> list[str]:
    found = []
    for task in ("known_item", "scifact"):
        lines = (SHARED / "bench" / task / "queries.jsonl").read_text(encoding="utf-8")
        found += [json.loads(line)["text"] for line in lines.splitlines()]
    return found


def search(backend: LocalBackend) -> None:
    texts = {paper.key: paper for paper in corpus()}
    times, spent_cpu, parts = [], [], {"parse": 0.0, "engine": 0.0, "highlight": 0.0}
    asked = queries()
    for text in asked[::25]:  # the first searches bring the index into memory
        backend.search(Request(query=parse(text).tree))
    for text in asked:
        cpu_began, began = time.thread_time(), time.perf_counter()
        tree = parse(text).tree
        parsed = time.perf_counter()
        request = Request(query=tree, facets=("year", "category", "organization"))
        results = backend.search(request)
        answered = time.perf_counter()
        for hit in results.found:
            marks(texts[hit.key].title, tree, "title")
            marks(texts[hit.key].abstract, tree, "abs")
        ended = time.perf_counter()
        times.append((ended - began) * 1e3)
        spent_cpu.append((time.thread_time() - cpu_began) * 1e3)
        parts["parse"] += parsed - began
        parts["engine"] += answered - parsed
        parts["highlight"] += ended - answered
    times.sort()
    spent_cpu.sort()
    figure("search p50, top 10 with facets and highlights", times[len(times) // 2], "ms", "<= 6")
    figure("search p99", times[int(len(times) * 0.99)], "ms", "<= 25")
    figure("search p50, cpu", spent_cpu[len(times) // 2], "ms")
    figure("search p99, cpu", spent_cpu[int(len(times) * 0.99)], "ms")
    for name, spent in parts.items():
        figure(f"of it {name}, mean", spent / len(times) * 1e3, "ms")


def others(backend: LocalBackend) -> None:
    everything = Request(facets=("year", "category", "organization"))
    for name, request in (
        ("everything, newest", everything),
        ("everything, most votes", Request(sort="votes", facets=everything.facets)),
        ("cat:cs.CL", Request(query=parse("cat:cs.CL").tree, facets=everything.facets)),
        ("one common word", Request(query=parse("model").tree, facets=everything.facets)),
        ("common words", Request(query=parse("we show that the new method").tree)),
        ("deep page", Request(query=parse("neural network").tree, offset=9_990)),
        ("phrase of common words", Request(query=parse('"of the"').tree)),
    ):
        began = time.thread_time()
        for _ in range(10):
            backend.search(request)
        figure(f"search, {name}, cpu", (time.thread_time() - began) * 100, "ms")
    began = time.perf_counter()
    for prefix in ("neural ne", "tra", "graph co", "le"):
        backend.suggest(prefix)
    figure("suggest", (time.perf_counter() - began) / 4 * 1e3, "ms")
    papers = list(itertools.islice(corpus(), 50))
    began = time.perf_counter()
    for paper in papers:
        backend.similar(paper)
    figure("similar", (time.perf_counter() - began) / len(papers) * 1e3, "ms")
    began = time.perf_counter()
    for number, paper in enumerate(papers[:20]):
        backend.apply([paper], (), upto=1_000_000 + number)
        backend.search(Request(limit=1))
    figure("apply one paper and see it", (time.perf_counter() - began) / 20 * 1e3, "ms")
    backend.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, help="keep the index here; not built again if there")
    parser.add_argument("--batch", type=int, default=20_000)
    parser.add_argument("--limit", type=int)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        backend = LocalBackend(options.folder or Path(scratch))
        if not backend.upto():
            build(backend, options.batch, options.limit)
        search(backend)
        others(backend)


if __name__ == "__main__":
    main()
