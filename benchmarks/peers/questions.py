"""What is asked, and which papers answer it."""

import io
import json
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import zstandard
from _measured import SHARED, cannot

from broadsheet.search.evaluation.evaluate import plain
from broadsheet.search.evaluation.measures import measured
from broadsheet.search.evaluation.tasks import Query, Task, read_task

TASKS = ("scifact", "cranfield", "medline", "cacm", "tldr")  # queries as people type them
MEASURE = "nDCG@10"
_HALF = 500
_WARMING = 50  # of each kind


def shared(name: str) -> Path:
    """A file or folder of the shared folder; without it the benchmark cannot run."""
    if not (path := SHARED / name).exists():
        cannot(f"The papers or questions are not there: {path}")
    return path


def json_lines(path: Path) -> Iterator[dict[str, Any]]:
    """The objects of a packed file."""
    with path.open("rb") as file:
        lines = zstandard.ZstdDecompressor(max_window_size=2**27).stream_reader(file)
        yield from map(json.loads, io.BufferedReader(lines, 1 << 20))


@cache
def task(name: str) -> Task:
    """A development task; the papers of the known items are those of the corpus."""
    corpus = [shared("corpus/arxiv-01.jsonl.zst"), shared("corpus/arxiv-02.jsonl.zst")]
    return read_task(shared(f"bench/{name}"), corpus if name == "known_item" else ())


def known_items() -> Sequence[Query]:
    """Those of the known items that are asked: every other one."""
    return task("known_item").queries[: 2 * _HALF : 2]


def thousand() -> list[Query]:
    """Half known items, half scientific claims, in turns, always the same.

    The claims are asked for their kind of words; the papers that answer them are not held.
    """
    every = claims()
    chosen = [every[number * len(every) // _HALF] for number in range(_HALF)]
    return [query for pair in zip(known_items(), chosen, strict=True) for query in pair]


def claims() -> Sequence[Query]:
    return task("scifact").queries


def text(query: Query) -> str:
    """What every engine is asked: nothing in it is an operator of anybody's language."""
    return plain(query.text)


def warming() -> list[str]:
    """A hundred others, asked before and not counted."""
    asked = {query.id for query in thousand()}
    fresh = [
        [text(query) for query in queries if query.id not in asked][:_WARMING]
        for queries in (task("known_item").queries, claims())
    ]
    return [one for pair in zip(*fresh, strict=True) for one in pair]


def ndcg(judged: Mapping[str, Mapping[str, int]], ranked: Mapping[str, Sequence[str]]) -> float:
    """Mean nDCG@10 over the queries of ``ranked`` that have a judgement."""
    answered = {name: ranked[name] for name in ranked if name in judged}
    return float(measured(judged, answered)[MEASURE].mean())
