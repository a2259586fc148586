"""The search engine alone, on the real corpus.

The embedding model by itself, on one thread; an index of the corpus, without the catalogue; then
some 1,500 known-item and scientific questions: top 10 with three facets and highlights, one after
another. Processor time is that of the thread that asks; facets are counted in another. Reading the
corpus is left out of the times.
"""

import argparse
import io
import itertools
import json
import resource
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import zstandard
from _measured import SHARED, figure, percentiles, queries

from broadsheet.kernel import dates
from broadsheet.search.contract import Document, Request
from broadsheet.search.embedding.static import StaticEmbedder, bundled
from broadsheet.search.engines.local.backend import LocalBackend
from broadsheet.search.highlight import marks
from broadsheet.search.language.parse import parse

FILES = ("arxiv-01", "arxiv-02", "anthology", "conferences")
SCHEMES = {"arxiv": "arxiv", "anthology": "acl", "conferences": "url"}


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


def embedding() -> None:
    """The bundled model alone, on one thread."""
    began = time.perf_counter()
    model = StaticEmbedder()
    model.vectors(["loaded"])
    figure("model, loaded", (time.perf_counter() - began) * 1e3, "ms", "<= 100")
    texts = [f"{paper.title}. {paper.abstract}" for paper in itertools.islice(corpus(), 20_000)]
    began = time.perf_counter()
    model.vectors(texts)
    spent = time.perf_counter() - began
    figure("model, abstracts on one core", len(texts) / spent, "a second", ">= 8000")
    asked = queries()
    times = []
    for text in asked:
        began = time.perf_counter()
        model.vectors([text])
        times.append((time.perf_counter() - began) * 1e3)
    figure("model, a question, p50", percentiles(times)[0], "ms", "<= 0.2")


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
    figure("indexing, processor time of all threads", cpu / done * 1e6, "µs a paper")
    figure("embedding and indexing", done / clock, "papers/s", ">= 5000")
    figure("index size", status.size_bytes / status.documents, "bytes a paper", "<= 1900")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    figure("peak memory", peak, "MB", "<= 1024")


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
    middle, late = percentiles(times)
    figure("search, top 10 with facets and highlights, p50", middle, "ms", "<= 8")
    figure("search, top 10 with facets and highlights, p99", late, "ms", "<= 25")
    middle, late = percentiles(spent_cpu)
    figure("search, processor time p50", middle, "ms")
    figure("search, processor time p99", late, "ms")
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
    figure("suggest", (time.perf_counter() - began) / 4 * 1e3, "ms", "<= 3")
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
    embedding()
    with tempfile.TemporaryDirectory() as scratch:
        backend = LocalBackend(options.folder or Path(scratch), bundled())
        if not backend.upto():
            build(backend, options.batch, options.limit)
        search(backend)
        others(backend)


if __name__ == "__main__":
    main()
