"""Asking every question of a task, and what comes of it."""

import re
import tempfile
import time
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from broadsheet.kernel import text as kernel_text
from broadsheet.search.contract import Backend, Document, Mode, Request
from broadsheet.search.evaluation.measures import Estimate, Values, estimate, measured
from broadsheet.search.evaluation.tasks import Query, Task
from broadsheet.search.language.parse import parse

DEPTH: Final = 100  # papers asked for a question

_SIGNS: Final = re.compile('["“”„‟«»():]')
_DASHES: Final = re.compile(r"(?<!\S)-+")
_OPERATORS: Final = re.compile(r"(?<!\S)(AND|OR|NOT)(?!\S)")

Search = Callable[[Query], Sequence[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scores:
    """What a search reached on a task.

    ``values`` gives for each of ``measures.MEASURES`` one value a query, in the order of the
    task; ``times_ms`` how long each took. ``kinds`` are the same for each kind of question,
    where the task tells several apart.
    """

    name: str
    values: Mapping[str, Values]
    times_ms: Values
    kinds: tuple["Scores", ...] = ()

    @property
    def queries(self) -> int:
        return len(self.times_ms)

    @property
    def median_ms(self) -> float:
        return float(np.median(self.times_ms))

    def estimate(self, measure: str) -> Estimate:
        """The mean over queries, with its interval."""
        return estimate([self.values[measure]])


def mean(scores: Sequence[Scores], measure: str) -> Estimate:
    """The mean over tasks, each counting alike, with its interval."""
    return estimate([one.values[measure] for one in scores])


def evaluate(task: Task, search: Search) -> Scores:
    """Ask every question and measure the first 100 papers of each answer.

    ``search`` gives keys, best first, each once; for a query by example it may give the
    example itself, which is left out. Raises Unavailable where ir-measures is not installed.
    """
    ranked: dict[str, list[str]] = {}
    times = []
    for query in task.queries:
        began = time.perf_counter()
        keys = search(query)
        times.append((time.perf_counter() - began) * 1_000)
        ranked[query.id] = [key for key in keys if key != query.example][:DEPTH]
    values = measured(task.judged, ranked)
    names = dict.fromkeys(query.kind for query in task.queries if query.kind)
    whole = Scores(name=task.name, values=values, times_ms=np.array(times))
    return Scores(
        name=whole.name,
        values=whole.values,
        times_ms=whole.times_ms,
        kinds=tuple(_kind(whole, task, name) for name in names),
    )


def _kind(scores: Scores, task: Task, kind: str) -> Scores:
    of_it = np.array([query.kind == kind for query in task.queries])
    values = {name: each[of_it] for name, each in scores.values.items()}
    return Scores(name=kind, values=values, times_ms=scores.times_ms[of_it])


def evaluate_backend(task: Task, opened: Callable[[Path], Backend], mode: Mode) -> Scores:
    """Index a task's papers in a temporary folder and ask the way readers ask.

    ``opened`` makes a backend on an empty folder. Raises what ``Task.documents``, ``evaluate``
    and the backend raise.
    """
    examples = {query.example: None for query in task.queries if query.example}
    papers: dict[str, Document] = {}
    with (
        tempfile.TemporaryDirectory(prefix="broadsheet-eval-") as folder,
        closing(opened(Path(folder))) as backend,
    ):
        backend.apply(_noting(task.documents(), examples, papers), (), upto=1)
        return evaluate(task, readers(backend, papers, mode))


def _noting(
    documents: Iterator[Document], wanted: Mapping[str, None], papers: dict[str, Document]
) -> Iterator[Document]:
    """The documents, those that are examples noted on the way."""
    for document in documents:
        if document.key in wanted:
            papers[document.key] = document
        yield document


def readers(backend: Backend, examples: Mapping[str, Document], mode: Mode) -> Search:
    """The search that a reader of the site gets: a question typed, or papers like one."""

    def search(query: Query) -> list[str]:
        if query.example:
            found = backend.similar(examples[query.example], mode=mode, limit=DEPTH)
        else:
            tree = parse(plain(query.text)).tree
            found = backend.search(Request(query=tree, mode=mode, limit=DEPTH)).found
        return [hit.key for hit in found]

    return search


def plain(text: str) -> str:
    """The text with nothing that the query language would take for an operator.

    Questions of a task were written by people who did not know our signs: a dash, a colon or
    a quotation mark in them is no order.
    """
    clean = kernel_text.clean(unicodedata.normalize("NFKC", text))
    bare = _DASHES.sub(" ", _SIGNS.sub(" ", clean))
    return _OPERATORS.sub(lambda found: found[0].lower(), bare)
