"""Searching while the index is not there: the catalogue answers, in time, and says so."""

import time

import pytest

from broadsheet.editions import catalogue, index
from broadsheet.editions.answer import answer, receipt
from broadsheet.editions.types import Question
from broadsheet.papers import actions
from broadsheet.search.contract import Filters

pytestmark = pytest.mark.django_db


@pytest.fixture
def no_index(settings, tmp_path):
    blocked = tmp_path / "file"
    blocked.write_text("no folder")
    settings.INDEX_FOLDER = blocked / "index"
    index._reader.cache_clear()


def ask(text, **more):
    return answer(Question(place="search", text=text, **more))


def keys(edition):
    return [hit.card.key for hit in edition.hits]


@pytest.fixture
def papers(said):
    actions.ingest(
        [
            said(id="2601.00001", title="Running robots", published="2026-01-05"),
            said(id="2601.00002", title="A robot runs", published="2026-01-07"),
            said(id="2601.00003", title="Lichen", abstract="It colours the bark.",
                 categories=["q-bio.PE"], published="2026-01-06"),
            said(id="2601.00004", title="Of Gödel", authors=["Robot Ransom"], published=None),
        ]
    )  # fmt: skip


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("robot running", ["2601.00002", "2601.00001"]),
        ("robot", ["2601.00002", "2601.00001", "2601.00004"]),
        ('"running robots"', ["2601.00001"]),
        ("robot -running", ["2601.00004"]),
        ("color", ["2601.00003"]),
        ("cat:q-bio", ["2601.00003"]),
        ("author:ransom", ["2601.00004"]),
        ("2601.00003", ["2601.00003"]),
        ("2601.00004 2601.00001", ["2601.00004", "2601.00001"]),
        ("of godel", ["2601.00004"]),
        ("", ["2601.00002", "2601.00003", "2601.00001", "2601.00004"]),
        ("walrus", []),
    ],
)
@pytest.mark.usefixtures("no_index")
def test_the_catalogue_answers_newest_first(papers, text, found):
    edition = ask(text)

    assert keys(edition) == found
    assert (edition.from_catalogue, edition.total) == (True, len(found))
    assert "all papers of the catalogue were looked through" in edition.reading.problems[0]
    assert bool(edition.why_empty) == (not found)


@pytest.mark.usefixtures("no_index")
def test_filters_pages_and_receipts_go_on(papers):
    assert keys(ask("", filters=Filters(categories=("q-bio",)))) == ["2601.00003"]
    assert keys(ask("robot", size=2, page=2)) == ["2601.00004"]
    assert keys(ask("2601.00003", filters=Filters(has_code=True))) == []
    edition, hit = receipt(Question(place="search", text="robot", size=2), "2601.00004")
    assert (edition.question.page, hit.rank) == (2, 3)


@pytest.mark.usefixtures("no_index")
def test_papers_like_others_need_the_index_and_that_is_said(papers):
    assert "found by the index alone" in ask("like:2601.00001").reading.problems[0]


def test_an_index_that_has_not_begun_is_none(papers):
    edition = ask("robot")

    assert edition.from_catalogue
    assert "changes behind the catalogue" in edition.reading.problems[0]


@pytest.mark.alone
def test_time_ends_the_search_and_not_the_catalogue(said, no_index, monkeypatch):
    actions.ingest([said(title=f"Robot {n}") for n in range(1_200)])
    monkeypatch.setattr(catalogue, "PATIENCE_S", 0.0)
    start = time.monotonic()
    edition = ask("robot")

    assert time.monotonic() - start < 1
    assert edition.total < 1_200
    assert "the newest" in edition.reading.problems[0]
