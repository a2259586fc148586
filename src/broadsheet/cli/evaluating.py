"""``eval``: how good search is, on tasks with known answers."""

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from broadsheet.cli.output import give, say
from broadsheet.search.contract import Backend, Mode

if TYPE_CHECKING:
    from broadsheet.search.evaluation.evaluate import Scores
    from broadsheet.search.evaluation.measures import Estimate

_SHOWN: Final = ("nDCG@10", "R@100", "AP")
_BY_KIND: Final = {"nDCG@10": "nDCG@10", "Success@10": "in the top 10", "Success@1": "in place 1"}
_NAME: Final = 16


def evaluate(
    dirs: Annotated[
        list[Path],
        typer.Argument(help="Folders with queries.jsonl, qrels.tsv and corpus.jsonl.zst."),
    ],
    mode: Annotated[Mode, typer.Option("--mode", help="What search goes by.")] = "hybrid",
    corpus: Annotated[
        list[Path] | None,
        typer.Option("--corpus", help="Papers of a folder that holds none; more may follow."),
    ] = None,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print it as JSON.")] = False,
) -> None:
    """Measure the quality of search on tasks with known answers.

    Each task's papers are indexed in a temporary folder, and its questions asked as readers
    ask them; 100 papers of each answer are measured. The catalogue is not touched.
    """
    from broadsheet.search.evaluation.evaluate import evaluate_backend
    from broadsheet.search.evaluation.measures import MEASURES, library
    from broadsheet.search.evaluation.tasks import read_task

    library()  # told before a minute of indexing
    # --corpus takes one file; a shell that writes several for a * makes folders of the rest.
    files = [path for path in dirs if corpus and path.is_file()]
    named = [*(corpus or ()), *files]
    tasks = [read_task(path, named) for path in dirs if path not in files]
    if not tasks:
        raise typer.BadParameter("Name the folder of a task beside the files of its papers.")
    opened = _opened()
    scores = []
    for task in tasks:
        scores.append(evaluate_backend(task, opened, mode))
        if not as_json:
            _say_task(scores[-1], first=len(scores) == 1)
    if as_json:
        give(_document(mode, scores, MEASURES))
    else:
        _say_mean(scores)
        _say_kinds(scores)


def _opened() -> Callable[[Path], Backend]:
    """How an index is opened: by the engine of the site, with all it works with there."""
    from broadsheet.kernel import options
    from broadsheet.search.embedding.loading import embedder
    from broadsheet.search.engines.local.backend import LocalBackend

    chosen = embedder(options.read(os.environ).embedder)
    return lambda folder: LocalBackend(folder, chosen)


def _say_task(scores: "Scores", *, first: bool) -> None:
    if first:
        columns = "".join(f"{f'{name} (95 %)':<22}" for name in _SHOWN)
        say(f"{'task':<{_NAME}}{'queries':>7}  {columns}{'median':>9}")
    columns = "".join(map(_cell, map(scores.estimate, _SHOWN)))
    say(f"{scores.name:<{_NAME}}{scores.queries:>7,}  {columns}{scores.median_ms:>6.1f} ms")


def _say_mean(scores: Sequence["Scores"]) -> None:
    from broadsheet.search.evaluation.evaluate import mean

    if len(scores) > 1:
        columns = "".join(_cell(mean(scores, name)) for name in _SHOWN)
        say(f"{'mean':<{_NAME}}{'':>7}  {columns}".rstrip())


def _say_kinds(scores: Sequence["Scores"]) -> None:
    for task in scores:
        if not task.kinds:
            continue
        columns = "".join(f"{f'{name} (95 %)':<22}" for name in _BY_KIND.values())
        say(f"\n{task.name:<{_NAME}}{'queries':>7}  {columns.rstrip()}")
        for kind in task.kinds:
            columns = "".join(map(_cell, map(kind.estimate, _BY_KIND)))
            say(f"  {kind.name:<{_NAME - 2}}{kind.queries:>7,}  {columns.rstrip()}")


def _cell(found: "Estimate") -> str:
    return f"{f'{found.value:.3f} ({found.low:.3f}–{found.high:.3f})':<22}"


def _document(mode: Mode, scores: Sequence["Scores"], measures: Sequence[str]) -> Mapping[str, Any]:
    from broadsheet.search.evaluation.evaluate import mean

    return {
        "mode": mode,
        "tasks": [_task(task, measures) for task in scores],
        "mean": {name: _numbers(mean(scores, name)) for name in measures},
    }


def _task(scores: "Scores", measures: Sequence[str]) -> dict[str, Any]:
    found = {
        "name": scores.name,
        "queries": scores.queries,
        "measures": dict(_measures(scores, measures)),
        "median_ms": scores.median_ms,
    }
    if scores.kinds:
        found["kinds"] = [_task(kind, measures) for kind in scores.kinds]
    return found


def _measures(
    scores: "Scores", measures: Sequence[str]
) -> Iterator[tuple[str, Mapping[str, float]]]:
    for name in measures:
        yield name, _numbers(scores.estimate(name))


def _numbers(found: "Estimate") -> Mapping[str, float]:
    return {"value": found.value, "low": found.low, "high": found.high}
