"""How good the local engine's search is on the development tasks: nDCG@10 and recall@100.

    python evals/search.py [--tasks scifact,tldr] [--known-items]

Reads ``bench/`` and ``corpus/`` of the shared folder (BROADSHEET_SHARED, default ../shared).
The words of a query are free words, as if typed; in tasks of query by example the query is the
whole paper, asked with ``similar``. Linear gain; a paper that is not judged counts nought.
"""

import argparse
import io
import json
import math
import os
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import zstandard

from broadsheet.search.contract import Document, Request
from broadsheet.search.engines.local.backend import LocalBackend
from broadsheet.search.language.tree import Words

SHARED = Path(os.environ.get("BROADSHEET_SHARED") or Path(__file__).parents[2] / "shared")
TASKS = ("scifact", "cranfield", "medline", "cacm", "tldr", "csfcube", "cacm_linked")
REFERENCE = {"nDCG@10": 0.577, "recall@100": 0.787}
REFERENCE_KNOWN = {"nDCG@10": 0.962, "first place": 0.933}
DEPTH = 100

Qrels = Mapping[str, Mapping[str, int]]


def json_lines(path: Path) -> Iterator[dict]:
    if path.suffix != ".zst":
        yield from map(json.loads, path.open(encoding="utf-8"))
        return
    with path.open("rb") as file:
        stream = zstandard.ZstdDecompressor(max_window_size=2**27).stream_reader(file)
        yield from map(json.loads, io.TextIOWrapper(io.BufferedReader(stream, 1 << 20), "utf-8"))


def judgements(task: Path) -> Qrels:
    found: dict[str, dict[str, int]] = {}
    for line in (task / "qrels.tsv").read_text(encoding="utf-8").splitlines()[1:]:
        query, document, score = line.split("\t")
        found.setdefault(query, {})[document] = int(score)
    return found


def ndcg(ranked: Sequence[str], judged: Mapping[str, int], depth: int = 10) -> float:
    """Normalised discounted cumulative gain of the first ``depth``, in 0..1."""
    gains = [judged.get(key, 0) for key in ranked[:depth]]
    ideal = sorted(judged.values(), reverse=True)[:depth]
    best = _discounted(ideal)
    return _discounted(gains) / best if best else 0.0


def _discounted(gains: Sequence[int]) -> float:
    return math.fsum(gain / math.log2(rank + 1) for rank, gain in enumerate(gains, start=1))


def recall(ranked: Sequence[str], judged: Mapping[str, int], depth: int = DEPTH) -> float:
    """Share of the relevant papers among the first ``depth``, in 0..1."""
    relevant = {key for key, score in judged.items() if score > 0}
    return len(relevant & set(ranked[:depth])) / len(relevant) if relevant else 0.0


def typed(backend: LocalBackend, query: dict) -> list[str]:
    words = Words(tuple(query["text"].split()))
    return [hit.key for hit in backend.search(Request(query=words, limit=DEPTH)).found]


def by_example(backend: LocalBackend, query: dict) -> list[str]:
    example = Document(key=query["doc_id"], title="", abstract=query["text"])
    return [hit.key for hit in backend.similar(example, limit=DEPTH)]


def averages(
    queries: Sequence[dict], qrels: Qrels, answer: Callable[[dict], list[str]]
) -> dict[str, float]:
    """Means over queries, and the median time of one in ms."""
    rows, times = [], []
    for query in queries:
        began = time.perf_counter()
        ranked = answer(query)
        times.append((time.perf_counter() - began) * 1_000)
        judged = qrels.get(query["_id"], {})
        first = float(bool(ranked) and judged.get(ranked[0], 0) > 0)
        rows.append((ndcg(ranked, judged), recall(ranked, judged), first))
    means = [math.fsum(column) / len(rows) for column in zip(*rows, strict=True)]
    names = ("nDCG@10", "recall@100", "first place")
    return dict(zip(names, means, strict=True)) | {"ms": sorted(times)[len(times) // 2]}


def task_result(name: str, folder: Path) -> dict[str, float]:
    task = SHARED / "bench" / name
    backend = LocalBackend(folder)
    papers = (
        Document(key=row["_id"], title=row.get("title", ""), abstract=row["text"])
        for row in json_lines(task / "corpus.jsonl.zst")
    )
    backend.apply(papers, (), upto=1)
    queries = list(json_lines(task / "queries.jsonl"))
    ask = by_example if "doc_id" in queries[0] else typed
    found = averages(queries, judgements(task), lambda query: ask(backend, query))
    backend.close()
    return found


def arxiv() -> Iterator[Document]:
    for name in ("arxiv-01", "arxiv-02"):
        for row in json_lines(SHARED / "corpus" / f"{name}.jsonl.zst"):
            yield Document(
                key=row["id"],
                title=row["title"],
                abstract=row.get("abstract", ""),
                authors=tuple(row["authors"]),
            )


def known_items(folder: Path) -> None:
    """Known items among the 178,000 arXiv papers: one relevant paper a query."""
    backend = LocalBackend(folder)
    if not backend.upto():
        backend.apply(arxiv(), (), upto=1)
    task = SHARED / "bench" / "known_item"
    qrels, queries = judgements(task), list(json_lines(task / "queries.jsonl"))
    for kind in ("title", "rare", "typo", "all"):
        chosen = [query for query in queries if kind in ("all", query["kind"])]
        found = averages(chosen, qrels, lambda query: typed(backend, query))
        print(row(f"known_item {kind}", found), f"  first place {found['first place']:.3f}")
    print(f"{'reference':<18}{REFERENCE_KNOWN['nDCG@10']:.3f}", " " * 20, "first place 0.933")
    backend.close()


def row(name: str, found: Mapping[str, float]) -> str:
    values = f"{found['nDCG@10']:.3f}   {found['recall@100']:.3f}"
    return f"{name:<18}{values}   {found['ms']:6.2f} ms" if "ms" in found else f"{name:<18}{values}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tasks", default=",".join(TASKS))
    parser.add_argument("--known-items", action="store_true", help="also the 178,000 papers")
    parser.add_argument("--folder", type=Path, help="keep the known-item index here")
    options = parser.parse_args()
    print(f"{'task':<18}nDCG@10 recall@100  median")
    results = []
    for name in filter(None, options.tasks.split(",")):
        with tempfile.TemporaryDirectory() as folder:
            results.append(task_result(name, Path(folder)))
        print(row(name, results[-1]), flush=True)
    if results:
        means = {key: math.fsum(r[key] for r in results) / len(results) for key in REFERENCE}
        print(row("mean", means))
        print(row("reference", REFERENCE))
    if options.known_items:
        with tempfile.TemporaryDirectory() as folder:
            known_items(options.folder or Path(folder))


if __name__ == "__main__":
    main()
