"""The engines side by side: who asks what, made-up papers, and the page that comes of it."""

import json
from importlib import import_module
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

ROOT = Path(__file__).parents[3]


@pytest.fixture(autouse=True)
def benchmarks(monkeypatch):
    monkeypatch.syspath_prepend(ROOT / "benchmarks")


def paper(number, category="cs.CL", sentences=3):
    text = " ".join(f"Sentence {number} {place} says it." for place in range(sentences))
    return {
        "id": f"p{number}",
        "title": f"Title {number}",
        "abstract": text,
        "source": "arxiv",
        "categories": [category],
        "doi": f"10.1/{number}",
    }


def test_a_recombined_paper_has_one_title_and_sentences_of_others_of_its_field():
    recombined = import_module("peers.recombined")
    papers = [paper(number) for number in range(6)]
    papers += [paper(number, "math.CO", 5) for number in range(10, 16)]
    fields = {
        line: one["categories"] for one in papers for line in recombined.sentences(one["abstract"])
    }
    recombination = recombined.Recombination(papers)

    for number in range(20):
        made = recombination.paper(number)
        base = next(one for one in papers if one["title"] == made["title"])
        drawn = recombined.sentences(made["abstract"])
        assert len(drawn) == len(recombined.sentences(base["abstract"]))
        assert {tuple(fields[line]) for line in drawn} == {tuple(base["categories"])}
        assert "doi" not in made
        assert made == recombined.Recombination(papers).paper(number)


@pytest.fixture
def results(tmp_path, monkeypatch):
    """A folder of results that the report reads, and a way to put one there."""
    report = import_module("peers.report")
    monkeypatch.setattr(report, "ROOT", tmp_path)
    monkeypatch.setattr(report, "KEPT", tmp_path / "build")
    monkeypatch.setattr(report, "PAGE", tmp_path / "performance.md")
    monkeypatch.setattr(report, "PLOT", tmp_path / "peers.svg")
    (tmp_path / "build/peers/results").mkdir(parents=True)
    (tmp_path / "performance.md").write_text("# Performance\n\nOther figures.\n")

    def put(name, what, **figures):
        shape = {"title": name.title(), "settings": "As it comes.", "versions": f"{name} 1"}
        shape |= {"vectors": "given", "texts": False, "embedder": "ours", "cores": 2}
        result = shape | {"measured": "2026-11-21"} | figures
        file = tmp_path / f"build/peers/results/{name}-{what}.json"
        file.write_text(json.dumps(result), encoding="utf-8")

    return put


def measured(p50, papers):
    asked = {"searches": 1000, "of": 1000, "p50_ms": p50, "p95_ms": 2 * p50, "p99_ms": 3 * p50}
    asked |= {"a_second": 100.0, "memory_mb": 200.0, "size_bytes": 900 * papers, "ndcg": 0.9}
    build = {"papers": papers, "seconds": 10.0, "embedding_s": 10.0, "memory_mb": 300.0}
    return {"build": build, "asked1": asked, "asked8": asked}


def written():
    report = import_module("peers.report")
    report.write()
    return report.PAGE.read_text("utf-8")


def test_the_page_gives_figures_ratios_and_goals(results):
    results("broadsheet", 216_000, **measured(6.0, 216_000) | {"vectors": "own"})
    results("fts5", 216_000, **measured(210.0, 216_000))
    results("tantivy", 216_000, **measured(2.0, 216_000))
    results("scan", 216_000, **measured(1.0, 216_000))

    page = written()

    assert page.startswith("# Performance\n\nOther figures.\n")
    assert "| Broadsheet | 6 ms | 12 ms | 18 ms |" in page
    assert f"| Fts5 | 210 ms ({210 / 6:.3g} ×) |" in page
    assert f"{216_000 / 10:,.0f}" in page  # ours: embedding is part of its build
    assert f"{216_000 / 20:,.0f} (0.5 ×)" in page  # the others': it is added
    assert "| hybrid search, 216,000 papers, p50 | 6 ms | ≤ 8 ms |" in page
    assert f"| {6 / (2 + 1):.3g} × | ≤ 1.5 × (missed) |" in page
    assert "| memory, 1,000,000 papers | not measured yet | ≤ 1,500 MB |" in page


def test_what_was_waited_for_in_vain_is_said(results):
    results("broadsheet", 100, **measured(1.0, 100))
    results("lancedb", 100, unfinished=45)

    page = written()

    assert "| Lancedb | not in 45 minutes |" in page


def test_few_questions_asked_are_said(results):
    figures = measured(1.0, 100)
    results("broadsheet", 100, **figures)
    results("fts5", 100, **figures | {"asked1": figures["asked1"] | {"searches": 312}})

    assert "| Fts5 | 1 / 3 (312 asked) |" in written()


def test_an_engine_is_not_taken_for_another_whose_name_begins_alike(results):
    results("broadsheet", 100, **measured(1.0, 100))
    results("postgresql_any", 100, **measured(9.0, 100))

    page = written()

    assert "Postgresql_Any" in page
    assert "| Postgresql |" not in page


def test_writing_twice_replaces_the_section_and_nothing_else(results):
    results("broadsheet", 100, **measured(1.0, 100))
    once = written()
    results("broadsheet", 100, **measured(4.0, 100))

    twice = written()

    renewed = once.replace("| 1 ms | 2 ms | 3 ms |", "| 4 ms | 8 ms | 12 ms |")
    assert twice == renewed.replace("| 1 / 3 |", "| 4 / 12 |") != once


def test_the_plot_is_sound_and_names_every_line(results):
    for size, p50 in ((1_000, 1.0), (10_000, 3.0)):
        results("broadsheet", size, **measured(p50, size))
        results("fts5", size, **measured(20 * p50, size))
    written()

    texts = [node.text for node in ET.parse(import_module("peers.report").PLOT).getroot().iter()]  # noqa: S314
    assert {"Broadsheet", "Fts5", "1,000", "10,000"} <= set(texts)


@settings(deadline=None)  # the first example may import
@given(places=st.dictionaries(st.text(max_size=3), st.floats(0, 400), max_size=8))
def test_names_in_the_plot_keep_their_order_and_do_not_touch(places):
    plot = import_module("peers.plot")
    moved = plot._apart(places)

    heights = [moved[name] for name in sorted(places, key=places.get)]
    assert all(lower - upper >= plot._GAP - 1e-6 for upper, lower in pairwise(heights))
    assert all(moved[name] >= places[name] for name in places)


@pytest.mark.parametrize("clients", [1, 3, 8])
def test_clients_share_the_texts_and_none_asks_one_twice(clients):
    asking = import_module("peers.clients").Asking(
        engine="",
        folder=Path(),
        collection=Path(),
        texts=[str(number) for number in range(20)],
        warming=(),
        clients=clients,
        least_s=0,
        most_s=0,
    )
    orders = [asking.order(client) for client in range(clients)]

    assert all(sorted(order) == list(range(20)) for order in orders)
    shares = [order[: asking.share(client)] for client, order in enumerate(orders)]
    assert sorted(number for share in shares for number in share) == list(range(20))
