"""A task goes through the real engine in each mode, typed questions and examples alike."""

import json

import pytest

from broadsheet.search.embedding.testing import HashingEmbedder
from broadsheet.search.engines.local.backend import LocalBackend
from broadsheet.search.evaluation.evaluate import evaluate_backend
from broadsheet.search.evaluation.tasks import read_task

PAPERS = {
    "old": ("Automobile after automobile", "The motors of an automobile wear out."),
    "car": ("Car after car", "The motors of a car."),
    "bridge": ("Motors of bridges", "Whatever may wear out."),
    "bees": ("Dances of bees", "Where the nectar is."),
}
QUERIES = {
    "typed": {"text": "automobile"},
    "example": {"text": "-", "doc_id": "old"},
}


@pytest.fixture
def task(tmp_path):
    lines = [json.dumps({"_id": k, "title": t, "text": a}) for k, (t, a) in PAPERS.items()]
    (tmp_path / "corpus.jsonl").write_text("\n".join(lines))
    lines = [json.dumps({"_id": key, **query}) for key, query in QUERIES.items()]
    (tmp_path / "queries.jsonl").write_text("\n".join(lines))
    (tmp_path / "qrels.tsv").write_text("typed\tcar\t1\nexample\tcar\t1\n")
    return read_task(tmp_path)


@pytest.mark.parametrize(
    ("mode", "found", "first"), [("words", [0, 1], [0, 0]), ("meaning", [1, 1], [1, 1])]
)
def test_only_what_the_mode_compares_decides(task, mode, found, first):
    embedder = HashingEmbedder({"automobile": "car"})

    scores = evaluate_backend(task, lambda path: LocalBackend(path, embedder), mode)

    assert list(scores.values["R@100"]) == found
    assert list(scores.values["Success@1"]) == first


def test_hybrid_finds_what_either_half_finds(task):
    embedder = HashingEmbedder({"automobile": "car"})

    scores = evaluate_backend(task, lambda path: LocalBackend(path, embedder), "hybrid")

    assert list(scores.values["R@100"]) == [1, 1]
