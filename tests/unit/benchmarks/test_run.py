"""The report of the benchmarks: medians, ranges, and targets said to be missed."""

from importlib import util
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]


@pytest.fixture
def bench(tmp_path, monkeypatch):
    """The runner, in a folder with one benchmark of two figures that change from run to run."""
    monkeypatch.syspath_prepend(ROOT / "benchmarks")
    spec = util.spec_from_file_location("run", ROOT / "benchmarks/run.py")
    module = util.module_from_spec(spec)
    spec.loader.exec_module(module)
    (tmp_path / "docs").mkdir()
    (tmp_path / "counting.py").write_text(
        '"""Counting.\n\nSlowly."""\n'
        "import json, pathlib\n"
        "state = pathlib.Path('state'); n = len(state.read_text()) if state.exists() else 0\n"
        "state.write_text('x' * (n + 1))\n"
        "print(json.dumps({'figure': 'rate', 'value': [10, 3000, 20][n], 'unit': 'a second',"
        " 'target': '>= 2000'}))\n"
        "print(json.dumps({'figure': 'time', 'value': [1.5, 2.5, 0.5][n], 'unit': 'ms',"
        " 'target': '<= 2'}))\n"
    )
    monkeypatch.setattr(module, "HERE", tmp_path)
    monkeypatch.setattr(module, "ROOT", tmp_path)
    monkeypatch.setattr(module, "KEPT", tmp_path / "kept")
    monkeypatch.setattr(module, "PAGE", tmp_path / "docs/performance.md")
    return module


def test_the_page_gives_medians_ranges_and_missed_targets(bench, tmp_path, monkeypatch):
    monkeypatch.setattr("sys.argv", ["run.py"])

    bench.main()

    page = (tmp_path / "docs/performance.md").read_text()
    assert "median of 3 runs" in page
    assert "## Counting\n\nSlowly.\n\n```\nmake bench ARGS=counting\n```" in page
    assert "| rate | 20 a second | 10 – 3,000 | ≥ 2,000 (missed) |" in page
    assert "| time | 1.5 ms | 0.5 – 2.5 | ≤ 2 |" in page


def test_the_page_waits_until_every_benchmark_has_results(bench, tmp_path, monkeypatch, capsys):
    (tmp_path / "absent.py").write_text("raise SystemExit(75)\n")
    monkeypatch.setattr("sys.argv", ["run.py", "--rounds", "1"])

    bench.main()

    assert "The page waits for: absent" in capsys.readouterr().err
    assert not (tmp_path / "docs/performance.md").exists()


def test_the_section_of_a_benchmark_without_results_stays_as_it_stands(
    bench, tmp_path, monkeypatch
):
    monkeypatch.setattr("sys.argv", ["run.py", "counting", "--rounds", "1"])
    (tmp_path / "absent.py").write_text("raise SystemExit(75)\n")
    page = tmp_path / "docs/performance.md"
    absent = "## Absent\n\n```\nmake bench ARGS=absent\n```\n\n| far | 7 km |\n"
    old = "## Counting\n\n```\nmake bench ARGS=counting\n```\n\n| rate | 1 a second |\n"
    peers = "<!-- Written by `make bench-peers`, from here -->\n## Peers\n<!-- to here. -->\n"
    page.write_text(f"# Old figures\n\n{absent}\n{old}\n{peers}", encoding="utf-8")

    bench.main()

    written = page.read_text("utf-8")
    assert absent in written
    assert "| rate | 10 a second |" in written
    assert "| rate | 1 a second |" not in written
    assert written.endswith(f"\n{peers}")


def test_a_benchmark_that_fails_stops_the_run(bench, tmp_path, monkeypatch):
    (tmp_path / "counting.py").write_text("raise SystemExit(1)\n")
    monkeypatch.setattr("sys.argv", ["run.py"])

    with pytest.raises(SystemExit, match=r"counting\.py ended with 1"):
        bench.main()


def test_what_another_command_wrote_into_the_page_stays(bench, tmp_path, monkeypatch):
    section = "<!-- Written by `make bench-peers`, from here -->\n## Peers\n<!-- to here. -->\n"
    page = tmp_path / "docs/performance.md"
    page.write_text(f"# Old figures\n\n{section}", encoding="utf-8")
    monkeypatch.setattr("sys.argv", ["run.py"])

    bench.main()

    assert "Old figures" not in page.read_text("utf-8")
    assert page.read_text("utf-8").endswith(section)
