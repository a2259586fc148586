"""The runner of the evaluations: what passes, what is asked about, what is written."""

import hashlib
import json
import stat
import sys
from importlib import util
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[3]
MEASURES = ["nDCG@10", "AP"]


def load():
    spec = util.spec_from_file_location("evals_run", ROOT / "evals/run.py")
    module = util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


runner = load()


def make_row(value, **others):
    return {"queries": 2, "nDCG@10": value, "AP": 0.3, "interval": [0.1, 0.9]} | others


def make_document(value):
    """What the command prints, with one task of two kinds."""
    measures = {name: {"value": value, "low": 0.1, "high": 0.9} for name in MEASURES}
    kind = {"name": "title", "queries": 1, "measures": measures}
    task = {"name": "reef", "queries": 2, "measures": measures, "kinds": [kind]}
    return {"mode": "words", "tasks": [task], "mean": measures}


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (0.497, "reef: nDCG@10 is 0.4970, expected 0.5000 (± 0.002): WORSE"),
        (0.498, None),
        (0.5, None),
        (0.502, None),
        (
            0.5021,
            (
                "reef: nDCG@10 is 0.5021, expected 0.5000 (± 0.002): better; if you know why,"
                " use --update"
            ),
        ),
    ],
)
def test_a_score_passes_within_tolerance_and_neither_below_nor_above(found, said):
    expected, measured = {"reef": make_row(0.5)}, {"reef": make_row(found)}

    told = runner.differences(expected, measured, MEASURES, 0.002)
    assert told == ([said] if said else [])


def test_every_measure_of_every_row_counts():
    expected = {"reef": make_row(0.5), "mean": make_row(0.5)}
    measured = {"reef": make_row(0.5, AP=0.2), "mean": make_row(0.6)}

    told = runner.differences(expected, measured, MEASURES, 0.002)
    assert [line.partition(" is")[0] for line in told] == ["reef: AP", "mean: nDCG@10"]


def test_a_row_on_one_side_only_is_named():
    told = runner.differences({"reef": make_row(0.5)}, {"sea": make_row(0.5)}, MEASURES, 0.002)

    assert told == ["reef, sea: scores are expected or found, not both. If so meant, use --update."]


def test_rows_are_tasks_and_their_kinds_and_of_several_tasks_the_mean():
    document = make_document(0.123456)

    assert runner.rows(document, MEASURES) == {
        "reef": {"queries": 2, "nDCG@10": 0.1235, "AP": 0.1235, "interval": [0.1, 0.9]},
        "reef/title": {"queries": 1, "nDCG@10": 0.1235, "AP": 0.1235, "interval": [0.1, 0.9]},
    }
    document["tasks"].append({**document["tasks"][0], "name": "sea"})
    assert list(runner.rows(document, MEASURES))[-1] == "mean"


@pytest.fixture
def made(tmp_path, monkeypatch):
    """An evaluation whose command prints what stands in a file; its runner."""
    module = load()
    shared = tmp_path / "shared"
    shared.mkdir()
    (shared / "qrels.tsv").write_text("q\tp\t1\n")
    python = tmp_path / "python"
    python.write_text(f'#!/bin/sh\necho "$@" >>{tmp_path}/asked\ncat {tmp_path}/printed\n')
    python.chmod(python.stat().st_mode | stat.S_IEXEC)
    evaluation = {
        "title": "Made",
        "what": "Of one task.\nIt is small.\n",
        "command": "broadsheet eval reef",
        "measures": MEASURES,
        "tolerance": 0.002,
        "data": {"qrels.tsv": hashlib.sha256(b"q\tp\t1\n").hexdigest()},
        "expected": {"words": {"reef": make_row(0.5, AP=0.5), "reef/title": make_row(0.5, AP=0.5)}},
        "peers": {"source": "Measured beforehand.\n", "nDCG@10": {"BM25": {"reef": 0.4}}},
    }
    (tmp_path / "made.yaml").write_text(module.written(evaluation))
    (tmp_path / "printed").write_text(json.dumps(make_document(0.5)))
    monkeypatch.setattr(module, "HERE", tmp_path)
    monkeypatch.setattr(module, "PAGE", tmp_path / "quality.md")
    monkeypatch.setattr(module.sys, "executable", str(python))
    monkeypatch.setenv("BROADSHEET_SHARED", str(shared))
    return module


def leave(module, monkeypatch, *args):
    """Run it; what it leaves with: None, or the sentences of a failure."""
    monkeypatch.setattr(sys, "argv", ["run.py", *args])
    with pytest.raises(SystemExit) as left:
        module.main()
    return left.value.code


def test_what_is_as_expected_passes(made, monkeypatch, tmp_path):
    assert leave(made, monkeypatch) is None
    assert (tmp_path / "asked").read_text() == "-m broadsheet eval reef --mode words --json\n"
    assert not (tmp_path / "quality.md").exists()


def test_what_became_worse_fails_with_the_evaluation_and_the_mode(made, monkeypatch, tmp_path):
    (tmp_path / "printed").write_text(json.dumps(make_document(0.4)))

    told = leave(made, monkeypatch)

    first = "made, words, reef: nDCG@10 is 0.4000, expected 0.5000 (± 0.002): WORSE"
    assert told.splitlines()[0] == first
    assert len(told.splitlines()) == 2 * len(MEASURES)


def test_update_writes_the_scores_of_the_mode_and_the_page_and_keeps_the_rest(
    made, monkeypatch, tmp_path
):
    before = yaml.safe_load((tmp_path / "made.yaml").read_text())
    (tmp_path / "printed").write_text(json.dumps(make_document(0.7)))

    assert leave(made, monkeypatch, "--update", "--mode", "hybrid") is None

    after = yaml.safe_load((tmp_path / "made.yaml").read_text())
    assert list(after["expected"]) == ["words", "hybrid"]
    assert after["expected"]["hybrid"]["reef"]["nDCG@10"] == 0.7
    del after["expected"]["hybrid"]
    assert after == before
    page = (tmp_path / "quality.md").read_text()
    assert "| **Broadsheet, hybrid** | **0.700** | **0.700** |" in page
    assert leave(made, monkeypatch, "--mode", "hybrid") is None


def test_a_file_that_changed_is_named_and_nothing_is_run(made, monkeypatch, tmp_path):
    path = tmp_path / "shared" / "qrels.tsv"
    path.write_text("q\tp\t2\n")

    told = leave(made, monkeypatch)

    old, new = (hashlib.sha256(f"q\tp\t{n}\n".encode()).hexdigest()[:12] for n in (1, 2))
    assert told == (
        f"made: {path} is not the file that was measured: its SHA-256 is {new}…, expected {old}…."
        " Get that file back, or measure this one with --update."
    )
    assert not (tmp_path / "asked").exists()
    assert leave(made, monkeypatch, "--update") is None
    assert leave(made, monkeypatch) is None


def test_a_file_that_is_missing_is_named_also_for_an_update(made, monkeypatch, tmp_path):
    path = tmp_path / "shared" / "qrels.tsv"
    path.unlink()

    for args in ([], ["--update"]):
        assert leave(made, monkeypatch, *args) == (
            f"made: There is no {path}. Set BROADSHEET_SHARED to the folder that holds qrels.tsv."
        )


def test_a_name_that_is_no_evaluation_is_refused(made, monkeypatch, capsys):
    assert leave(made, monkeypatch, "maed") == 2
    assert "there is no maed; there are made" in capsys.readouterr().err


def test_the_page_gives_ours_the_interval_and_the_peers(made):
    assert made.page().endswith(
        """\
## Made

Of one task.
It is small.

### nDCG@10

|  | reef | reef/title |
| --- | ---: | ---: |
| questions | 2 | 2 |
| **Broadsheet, words** | **0.500** | **0.500** |
| 95 % | 0.100–0.900 | 0.100–0.900 |
| BM25 | 0.400 |  |

### AP

|  | reef | reef/title |
| --- | ---: | ---: |
| **Broadsheet, words** | **0.500** | **0.500** |

Measured beforehand.
"""
    )


@pytest.mark.parametrize("path", sorted((ROOT / "evals").glob("*.yaml")), ids=lambda p: p.stem)
def test_an_evaluation_is_complete_and_written_as_update_writes_it(path):
    text = path.read_text(encoding="utf-8")
    evaluation = yaml.safe_load(text)

    assert runner.written(evaluation) == text
    words = evaluation["expected"]["words"]
    for rows in evaluation["expected"].values():
        assert rows.keys() == words.keys()
        assert all(measure in row for row in rows.values() for measure in evaluation["measures"])
    for measure in evaluation["measures"]:
        for figures in evaluation["peers"].get(measure, {}).values():
            assert figures.keys() <= words.keys()


def test_the_files_of_the_evaluations_are_those_that_were_measured(shared):
    for evaluation in runner.evaluations().values():
        assert not list(runner.changed(evaluation, shared))
