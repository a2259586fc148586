"""The command eval: its tables, its JSON, and what it says of a task it cannot use."""

import json
import sys

import pytest

PAPERS = [
    ("fish", "Glowing fish of the deep sea", "Light organs of lantern fish."),
    ("coral", "Coral reefs", "How reefs bleach in warm water."),
    ("whale", "Songs of whales", "Whales sing to whales far away."),
]
QUESTIONS = [
    {"_id": "q1", "text": "lantern fish", "kind": "short"},
    {"_id": "q2", "text": "why do reefs bleach", "kind": "long"},
]


def write(path, entries):
    path.write_text("".join(json.dumps(entry) + "\n" for entry in entries))
    return path


@pytest.fixture
def task(tmp_path):
    folder = tmp_path / "sea"
    folder.mkdir()
    papers = [{"_id": key, "title": title, "text": text} for key, title, text in PAPERS]
    write(folder / "corpus.jsonl", papers)
    write(folder / "queries.jsonl", QUESTIONS)
    (folder / "qrels.tsv").write_text("q1\tfish\t1\nq2\tcoral\t1\nq2\twhale\t1\n")
    return folder


def test_the_table_gives_each_task_its_kinds_and_the_mean(command, task):
    said = command("eval", task, task, "--mode", "words")

    lines = [line.split() for line in said.out.splitlines()]
    assert (said.code, said.err) == (0, "")
    assert lines[0][:3] == ["task", "queries", "nDCG@10"]
    assert [line[0] for line in lines if line] == [
        "task", "sea", "sea", "mean", *["sea", "short", "long"] * 2,
    ]  # fmt: skip
    assert lines[1][1] == "2"
    assert lines[1][2:4] == lines[3][1:3] == ["0.807", "(0.613–1.000)"]


def test_the_json_holds_every_measure_with_its_interval(command, task):
    said = command("eval", task, "--mode", "words", "--json")

    (found,) = said.data["tasks"]
    assert (said.code, said.data["mode"]) == (0, "words")
    assert (found["name"], found["queries"]) == ("sea", 2)
    assert set(found["measures"]) == {"nDCG@10", "R@100", "AP", "Success@10", "Success@1"}
    assert found["measures"]["R@100"] == {"value": 0.75, "low": 0.5, "high": 1.0}
    assert found["median_ms"] > 0
    assert {kind["name"]: kind["queries"] for kind in found["kinds"]} == {"short": 1, "long": 1}
    assert said.data["mean"]["R@100"]["value"] == 0.75


def test_a_paper_that_is_the_question_is_asked_like_the_page_does_and_left_out(command, task):
    write(task / "queries.jsonl", [{"_id": "q", "text": "-", "doc_id": "whale"}])
    papers = [{"_id": k, "title": "Whales", "text": f"Whales sing {k}"} for k in ("whale", "other")]
    write(task / "corpus.jsonl", papers)
    (task / "qrels.tsv").write_text("q\tother\t1\n")

    said = command("eval", task, "--mode", "words", "--json")

    assert said.data["tasks"][0]["measures"]["Success@1"]["value"] == 1


def test_papers_are_taken_from_all_the_files_behind_corpus(command, task):
    (task / "corpus.jsonl").unlink()
    papers = [{"id": key, "title": title, "abstract": text} for key, title, text in PAPERS]
    files = [write(task.parent / f"{n}.jsonl", [paper]) for n, paper in enumerate(papers)]

    said = command("eval", task, "--mode", "words", "--json", "--corpus", *files)

    assert said.data["tasks"][0]["measures"]["nDCG@10"]["value"] == pytest.approx(0.8066, abs=1e-4)


@pytest.mark.parametrize(
    ("break_it", "told"),
    [
        (lambda task: (task / "qrels.tsv").unlink(), (65, "sea: it holds no qrels.tsv; a task is")),
        (
            lambda task: (task / "corpus.jsonl").unlink(),
            (78, "sea cannot be used: it holds no corpus.jsonl.zst; name"),
        ),
        (
            lambda task: (task / "corpus.jsonl").write_text("{"),
            (65, "sea/corpus.jsonl:1: the line"),
        ),
        (lambda task: task.rename(task.parent / "ocean"), (66, "There is no folder called")),
    ],
)
def test_a_task_that_cannot_be_used_is_told_in_one_line(command, task, break_it, told):
    code, sentence = told
    break_it(task)

    said = command("eval", task, "--mode", "words")

    assert (said.code, said.err.count("\n")) == (code, 1)
    assert sentence in said.err
    assert "Traceback" not in said.err


def test_files_of_papers_are_no_task(command, task):
    said = command("eval", task / "corpus.jsonl", "--corpus", task / "corpus.jsonl")

    assert said.code == 2
    assert "Name the folder of a task beside the files of its papers." in said.err


def test_without_the_library_nothing_is_begun(command, task, monkeypatch):
    monkeypatch.setitem(sys.modules, "ir_measures", None)

    said = command("eval", task, "--mode", "words")

    assert (said.code, said.out) == (69, "")
    assert "pip install ir-measures" in said.err
