"""One engine over so many papers: build it, ask it, and write down what was measured."""

import json
import multiprocessing as mp
import os
import shutil
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from _measured import Peak, memory

from peers import collection, questions
from peers.clients import Asked, Asking, asked
from peers.collection import Collection
from peers.contract import Peer, engine

RESULTS = collection.KEPT / "results"
CLIENTS = 8
_LEAST_S = 10.0  # that eight clients ask; one asks everything once
_MOST_S = 240.0  # that any of them asks
# What is asked again is in the machine's memory by then: the first time the disk is measured too.
_ROUNDS = (("asked1", 1, 0.0), ("again1", 1, 0.0), (f"asked{CLIENTS}", CLIENTS, _LEAST_S))

Result = dict[str, Any]


def quantile(milliseconds: Sequence[float], share: float) -> float:
    ordered = sorted(milliseconds)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def result_file(name: str, what: int | str) -> Path:
    """Where the figures of an engine over so many papers, or over the tasks, are kept."""
    return RESULTS / f"{name}-{what}.json"


def read(name: str, what: int | str) -> Result:
    file = result_file(name, what)
    return json.loads(file.read_text("utf-8")) if file.exists() else {}


def keep(name: str, what: int | str, result: Result) -> None:
    RESULTS.mkdir(parents=True, exist_ok=True)
    file = result_file(name, what)
    file.with_suffix(".new").write_text(json.dumps(result, indent=1), encoding="utf-8")
    file.with_suffix(".new").replace(file)


def index_folder(name: str, what: int | str) -> Path:
    """Where an engine keeps its files while it is measured."""
    return collection.KEPT / "indexes" / f"{name}-{what}"


def fresh(name: str) -> Result:
    """A result without figures: what was measured, on what, when."""
    peer = engine(name)
    return {
        "title": peer.title,
        "settings": peer.settings,
        "vectors": peer.vectors,
        "texts": peer.texts,
        "versions": peer.versions(),
        "embedder": collection.embedder().name,
        "vectors_mark": collection.vectors_mark(),
        "cores": len(os.sched_getaffinity(0)),
        "measured": f"{datetime.now(UTC):%Y-%m-%d}",
    }


@dataclass(frozen=True, slots=True)
class Work:
    """An engine, the folder of its files, and the first ``size`` of a collection's papers."""

    name: str
    folder: Path
    papers: Path
    size: int

    def peer(self) -> Peer:
        return engine(self.name)(self.folder, Collection(self.papers))


def speed(name: str, size: int) -> None:
    """Measure what is not yet measured of an engine over the first ``size`` papers."""
    papers = collection.corpus(size)
    work = Work(name, index_folder(name, size), papers.folder, size)
    result = read(name, size) or fresh(name)
    if "build" not in result or not work.folder.exists():
        result = fresh(name)
        shutil.rmtree(work.folder, ignore_errors=True)
        work.folder.mkdir(parents=True)
    with work.peer().server() as server:
        if "build" not in result:
            papers.vectors(size)  # made once for all; every engine reads them
            result["build"] = built(work, server)
            result["build"]["embedding_s"] = size / papers.embedding_rate()
            keep(name, size, result)
        for round_, clients, least in _ROUNDS:
            if round_ not in result:
                result[round_] = figures(asked(_asking(work, clients, least), server))
                keep(name, size, result)
    shutil.rmtree(work.folder)


def _asking(work: Work, clients: int, least_s: float) -> Asking:
    return Asking(
        engine=work.name,
        folder=work.folder,
        collection=work.papers,
        texts=[questions.text(query) for query in questions.thousand()],
        warming=questions.warming(),
        clients=clients,
        least_s=least_s,
        most_s=_MOST_S,
    )


def figures(done: Asked) -> Result:
    asked = questions.thousand()
    ranked = {asked[number].id: keys for number, keys in done.answers.items()}
    return {
        "searches": len(done.took),
        "of": len(asked),
        "p50_ms": quantile(done.took, 0.5),
        "p95_ms": quantile(done.took, 0.95),
        "p99_ms": quantile(done.took, 0.99),
        "a_second": len(done.took) / done.seconds,
        "memory_mb": done.memory_mb,
        "size_bytes": done.size_bytes,
        "ndcg": questions.ndcg(questions.task("known_item").judged, ranked),
    }


def built(work: Work, server: Sequence[int]) -> Result:
    """Build in a process of its own, so that its memory is its own."""
    spawn = mp.get_context("spawn")
    told = spawn.SimpleQueue()
    process = spawn.Process(target=_build, args=(work, told))
    process.start()
    peak = Peak(process.pid or 0)
    process.join()
    peak.stop()
    if process.exitcode:
        raise RuntimeError(f"building {work.name} ended with {process.exitcode}; see above")
    used = peak.proportional + sum(memory(each)[1] for each in server)
    return {"papers": work.size, "seconds": told.get(), "memory_mb": used}


def _build(work: Work, told: Any) -> None:
    told.put(build(work.peer(), Collection(work.papers), work.size))


def build(peer: Peer, source: Collection, size: int) -> float:
    """Seconds of building alone: reading papers and vectors is left out."""
    seconds = 0.0
    for batch, vectors in source.batches(size):
        began = time.perf_counter()
        peer.add(batch, vectors)
        seconds += time.perf_counter() - began
    began = time.perf_counter()
    peer.finish()
    seconds += time.perf_counter() - began
    peer.close()
    return seconds


def quality(name: str) -> None:
    """nDCG@10 on the development tasks whose queries people typed."""
    result = read(name, "tasks") or {**fresh(name), "ndcg": {}}
    for task in questions.TASKS:
        if task not in result["ndcg"]:
            result["ndcg"][task] = _task_ndcg(name, task)
            keep(name, "tasks", result)


def _task_ndcg(name: str, task: str) -> float:
    papers, asked = collection.task(task), questions.task(task)
    folder = index_folder(name, task)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    work = Work(name, folder, papers.folder, papers.held())
    with work.peer().server():
        build(work.peer(), papers, work.size)
        peer = work.peer()
        peer.open()
        ranked = {
            query.id: peer.search(peer.prepared(questions.text(query))) for query in asked.queries
        }
        peer.close()
    shutil.rmtree(folder)
    return questions.ndcg(asked.judged, ranked)
