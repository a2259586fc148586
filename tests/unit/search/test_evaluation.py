"""Asking the questions of a task, and measuring the answers."""

import sys
from contextlib import contextmanager
from math import log2

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadsheet.kernel.errors import Unavailable
from broadsheet.search import analysis
from broadsheet.search.contract import Document, Found, Results
from broadsheet.search.evaluation.evaluate import (
    DEPTH,
    evaluate,
    evaluate_backend,
    mean,
    plain,
    readers,
)
from broadsheet.search.evaluation.measures import MEASURES, estimate, library, measured
from broadsheet.search.evaluation.tasks import Query, Task
from broadsheet.search.language.parse import parse
from broadsheet.search.language.tree import FIELDS, Named, Words


def make_task(tmp_path, queries, judged):
    return Task(name="made", folder=tmp_path, corpus=(), queries=tuple(queries), judged=judged)


def test_the_measures_are_those_of_the_books():
    judged = {"q": {"a": 3, "b": 1, "c": 0, "d": 2}}

    found = measured(judged, {"q": ["b", "c", "a"]})

    best = 3 / log2(2) + 2 / log2(3) + 1 / log2(4)
    assert found["nDCG@10"] == pytest.approx([(1 / log2(2) + 3 / log2(4)) / best])
    assert found["R@100"] == pytest.approx([2 / 3])
    assert found["AP"] == pytest.approx([(1 / 1 + 2 / 3) / 3])
    assert (*found["Success@10"], *found["Success@1"]) == (1, 1)


def test_the_order_is_the_one_given_also_where_ids_would_sort_otherwise():
    judged = {"q": {"b": 1}}

    first, second = measured(judged, {"q": ["b", "z"]}), measured(judged, {"q": ["z", "b"]})

    assert (first["Success@1"], second["Success@1"]) == (1, 0)


def test_a_question_that_finds_nothing_counts_nought_and_values_keep_the_order_of_questions():
    judged = {"x": {"a": 1}, "y": {"a": 1}, "z": {"a": 1}}

    found = measured(judged, {"z": ["a"], "x": [], "y": ["b", "a"]})

    assert {name: len(values) for name, values in found.items()} == dict.fromkeys(MEASURES, 3)
    assert found["AP"] == pytest.approx([1, 0, 1 / 2])


def test_the_interval_is_the_same_every_time_and_holds_the_mean():
    values = np.array([0.0, 1.0, 1.0, 0.5])

    first = estimate([values])

    assert first == estimate([values])
    assert first.value == 2.5 / 4
    assert 0 <= first.low < first.value < first.high <= 1


def test_the_interval_narrows_with_more_questions_and_vanishes_where_all_are_equal():
    few, many = np.tile([0.0, 1.0], 5), np.tile([0.0, 1.0], 500)

    widths = [(found := estimate([values])).high - found.low for values in (few, many)]

    # A mean of n fair coins lies within 1.96 x 0.5 / sqrt(n) of a half, nineteen times of twenty.
    assert widths[1] == pytest.approx(2 * 1.96 * 0.5 / 1000**0.5, rel=0.1)
    assert widths[0] > 5 * widths[1]
    same = estimate([np.full(7, 0.25)])
    assert (same.low, same.value, same.high) == (0.25, 0.25, 0.25)


def test_tasks_count_alike_however_many_questions_they_have(tmp_path):
    judged = {"q": {"a": 1}, "r": {"a": 1}, "s": {"a": 1}}
    queries = [Query(id=name, text=name) for name in judged]
    large = evaluate(make_task(tmp_path, queries, judged), lambda _: ["a"])
    small = evaluate(make_task(tmp_path, queries[:1], judged), lambda _: [])

    assert mean([large, small], "nDCG@10").value == (1 + 0) / 2


def test_the_query_paper_is_left_out_of_its_own_answer(tmp_path):
    judged = {"q": {"a": 1}}
    query = Query(id="q", text="any", example="itself")

    scores = evaluate(make_task(tmp_path, [query], judged), lambda _: ["itself", "a"])

    assert scores.estimate("Success@1").value == 1


def test_a_typed_question_leaves_nothing_out(tmp_path):
    judged = {"q": {"a": 1}}

    scores = evaluate(make_task(tmp_path, [Query(id="q", text="a")], judged), lambda _: ["b", "a"])

    assert scores.estimate("Success@1").value == 0


def test_a_hundred_papers_count_and_no_more(tmp_path):
    judged = {"q": {"last": 1}}
    task = make_task(tmp_path, [Query(id="q", text="")], judged)
    others = [f"p{number}" for number in range(DEPTH)]

    assert evaluate(task, lambda _: [*others[:-1], "last"]).estimate("R@100").value == 1
    assert evaluate(task, lambda _: [*others, "last"]).estimate("AP").value == 0


def test_kinds_of_questions_are_measured_apart_too(tmp_path):
    judged = {"q": {"a": 1}, "r": {"a": 1}, "s": {"a": 1}}
    queries = [Query(id=i, text=i, kind=kind) for i, kind in zip("qrs", "xyx", strict=True)]
    answers = {"q": ["a"], "r": [], "s": []}

    scores = evaluate(make_task(tmp_path, queries, judged), lambda query: answers[query.id])

    kinds = {kind.name: (kind.queries, kind.estimate("AP").value) for kind in scores.kinds}
    assert kinds == {"x": (2, 1 / 2), "y": (1, 0)}
    assert (scores.queries, scores.estimate("AP").value) == (3, pytest.approx(1 / 3))
    assert scores.median_ms >= 0


class Recording:
    """A backend that remembers what it was given and asked, and finds what it holds."""

    def __init__(self, path):
        self.path = path
        self.held = ()
        self.asked = []
        self.closed = False

    def apply(self, documents, deletions, upto):
        self.held = tuple(documents)

    def search(self, request):
        self.asked.append(request)
        return Results(found=tuple(Found(key=d.key, words=1) for d in self.held), total=1)

    def similar(self, document, *, mode, limit):
        self.asked.append((document, mode, limit))
        return tuple(Found(key=d.key, words=1) for d in self.held)

    def close(self):
        self.closed = True


def test_a_task_is_indexed_in_a_folder_that_is_gone_afterwards(tmp_path):
    (tmp_path / "corpus.jsonl").write_text('{"_id": "a", "title": "T", "text": "x"}\n')
    task = Task(
        name="made",
        folder=tmp_path,
        corpus=(tmp_path / "corpus.jsonl",),
        queries=(Query(id="q", text="x", example="a"), Query(id="r", text="x")),
        judged={"q": {"a": 1}, "r": {"a": 1}},
    )
    made = []

    scores = evaluate_backend(task, lambda path: made.append(Recording(path)) or made[0], "words")

    (backend,) = made
    assert backend.closed
    assert not backend.path.exists()
    assert backend.asked[0] == (Document(key="a", title="T", abstract="x"), "words", DEPTH)
    assert list(scores.values["R@100"]) == [0, 1]


@pytest.mark.parametrize("mode", ["words", "meaning", "hybrid"])
def test_a_typed_question_is_read_as_a_readers_and_asked_in_the_mode(tmp_path, mode):
    backend = Recording(tmp_path)

    readers(backend, {}, mode)(Query(id="q", text='the "deep sea" -fish'))

    (request,) = backend.asked
    assert (request.query, request.mode) == (Words(("the", "deep", "sea", "fish")), mode)
    assert request.limit == DEPTH


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('so-called "deep sea" fish', "so-called deep sea fish"),
        ("effects (if any) of f(x) - or -none", "effects if any of f x or none"),
        ("black AND white, OR NOT", "black and white, or not"),
        ("title: a story, author:none cat:s", "title a story, author none cat s"),
        ("“quoted” «too» \uff08wide\uff09", "quoted too wide"),
        ("(H2A)-histone", "H2A histone"),
        ("$\\beta$-VAE at 0.5", "$\\beta$-VAE at 0.5"),
    ],
)
def test_signs_in_a_question_are_no_orders(text, words):
    parsed = parse(plain(text))

    assert (str(parsed.tree), parsed.problems) == (words, ())


pieces = st.sampled_from([*FIELDS, ":", '"', "(", ")", "-", "AND", "OR", "NOT", " ", "a", "b c"])
texts = st.one_of(st.text(max_size=60), st.lists(pieces, max_size=12).map("".join))


@given(texts)
def test_whatever_a_question_holds_its_words_are_asked_for_and_nothing_else(text):
    tree = parse(plain(text)).tree

    wanted = analysis.words(plain(text))
    if isinstance(tree, Named):  # an identifier, alone, is the paper: as for a reader
        return
    asked = [word for typed in tree.words for word in analysis.words(typed)] if tree else []
    assert asked == wanted


@contextmanager
def without(monkeypatch, name):
    with monkeypatch.context() as patch:
        patch.setitem(sys.modules, name, None)
        yield


def test_a_missing_library_is_named_with_the_command_that_installs_it(monkeypatch):
    with without(monkeypatch, "ir_measures"), pytest.raises(Unavailable) as error:
        library()

    assert error.value.user_message == (
        "The library ir-measures is not available."
        " Install it beside Broadsheet: pip install ir-measures"
    )
