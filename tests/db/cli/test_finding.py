"""``search`` and ``show``: the lines people read, and the data programs do."""

import re
from operator import itemgetter
from typing import get_args

import pytest

from broadsheet.cli import finding
from broadsheet.editions.types import MODES, ORDERS

HIT = re.compile(r" +\d+  (\d{4}(-\d\d){0,2}|undated) +-?\d+\.\d{3}  .+  \[\S+\]")


@pytest.fixture
def indexed(starter, follow):
    follow()


def test_a_search_prints_ranked_titles_with_dates_and_scores(command, indexed):
    said = command("search", "behavior", "priming", "--limit", 5, "--mode", "words")

    *hits, last = said.out.splitlines()
    assert (said.code, said.err) == (0, "")
    assert 0 < len(hits) <= 5
    assert all(HIT.fullmatch(line) for line in hits), hits
    assert [int(line.split()[0]) for line in hits] == list(range(1, len(hits) + 1))
    scores = [float(line.split()[2]) for line in hits]
    assert scores == sorted(scores, reverse=True)
    assert re.fullmatch(r"\d+ papers? in \d+ ms", last)


def test_a_search_as_data_is_the_json_of_the_page(command, indexed, client):
    told = itemgetter("rank", "key", "authors", "receipt")
    data = command("search", "agents", "--json", "--limit", 3).data
    page = client.get("/search.json?q=agents").json()

    assert [told(hit) for hit in data["hits"]] == [told(hit) for hit in page["hits"]][:3]
    assert data["total"] == page["total"]


def test_nothing_found_is_said(command, indexed):
    said = command("search", "xylophonist", "--mode", "words")

    assert (said.code, said.err) == (0, "")
    assert said.out == "No paper that is held matches.\n"


def test_a_mistake_in_the_question_is_explained_beside_the_results(command, indexed):
    said = command("search", '"agents')

    assert said.code == 0
    assert said.err
    assert "papers in " in said.out


@pytest.mark.parametrize("sort", ["new", "top", "discussed"])
def test_other_orders(command, indexed, sort):
    assert "papers in " in command("search", "agents", "--sort", sort).out


def test_an_order_that_is_not_there_is_told_with_those_that_are(command, indexed):
    said = command("search", "agents", "--sort", "votes")

    assert (said.code, said.out) == (2, "")
    assert "--sort" in said.err
    assert "'votes' is not one of 'relevance', 'new', 'top', 'discussed'" in said.err
    assert get_args(finding.Sort) == ORDERS["search"]


def test_words_need_no_quotes_and_one_behind_a_hyphen_is_left_out(command, indexed):
    total = re.compile(r"(\d+) papers? in \d+ ms\n$")
    quoted, bare, marked = (
        command("search", "--mode", "words", *words)
        for words in (["robot -survey"], ["robot", "-survey"], ["--", "robot", "-survey"])
    )

    assert total.sub("", quoted.out) == total.sub("", bare.out) == total.sub("", marked.out)
    every, left = (
        int(total.search(command("search", "--mode", "words", "model", *more).out)[1])
        for more in ([], ["-agent"])
    )
    assert 0 < left < every


@pytest.mark.parametrize("word", ["--sorted", "--jsn"])
def test_a_mistyped_option_is_no_word(command, indexed, word):
    said = command("search", "robot", word)

    assert (said.code, said.out) == (2, "")
    assert f"There is no option {word}." in said.err


def test_where_no_words_were_asked_for_there_is_no_score(command, indexed):
    said = command("search", "", "--limit", 2)

    first, _, last = said.out.splitlines()
    assert re.fullmatch(r"  1  2026-08-\d\d  \S.+ \[\S+\]", first)
    assert "0.000" not in first
    assert last.startswith("308 papers in ")


def test_a_question_that_is_too_long_is_refused(command, indexed):
    said = command("search", "word " * 5_000)

    assert (said.code, said.out) == (64, "")
    assert "The question cannot be read: a question holds at most " in said.err


def test_a_paper_is_shown_by_key_number_doi_or_address(command, indexed):
    said = command("show", "2608.13546")
    title, key, *rows = said.out.splitlines()

    assert said.code == 0
    assert (bool(title), key) == (True, "2608.13546")
    assert any(re.match(r"       votes  \d+$", row) for row in rows)
    assert any(row.startswith("   announced  2026-08-") for row in rows)
    assert any(row.startswith("      record  starter ") for row in rows)
    for name in ("arXiv:2608.13546v1", "https://arxiv.org/abs/2608.13546"):
        assert command("show", name).out == said.out


def test_authors_are_named_or_counted(command, lines):
    many = [f"Given Family{n}" for n in range(25)]
    command(
        "import",
        lines(
            {"source": "arxiv", "id": "2601.00001", "title": "By many", "authors": many},
            {"source": "arxiv", "id": "2601.00002", "title": "By some", "n_authors": 4},
        ),
    )

    assert "     authors  Given Family0, " in command("show", "2601.00001").out
    assert "Given Family19 and 5 more\n" in command("show", "2601.00001").out
    assert "     authors  4 authors\n" in command("show", "2601.00002").out


def test_a_paper_as_data(command, indexed):
    data = command("show", "2608.13546", "--json").data

    assert data["key"] == "2608.13546"
    assert data["merges"] == []


def test_a_paper_that_is_not_held_is_told(command, indexed):
    said = command("show", "2601.99999")

    assert (said.code, said.out) == (66, "")
    assert said.err == "There is no paper called 2601.99999.\n"


def test_what_is_found_by_meaning_is_told_apart(command, indexed):
    said = command("search", "behavior", "priming", "--limit", 100)

    *hits, last = said.out.splitlines()
    counted = re.fullmatch(r"(\d+) papers? by word, (\d+) more by meaning in \d+ ms", last)
    assert 0 < sum(line.endswith("  by meaning") for line in hits) <= int(counted[2])


@pytest.mark.parametrize("mode", get_args(finding.Mode))
def test_a_search_goes_by_what_is_asked_for(command, indexed, mode):
    data = command("search", "agents", "--mode", mode, "--json").data

    assert data["mode"] == mode
    assert sorted(get_args(finding.Mode)) == sorted(MODES)


def test_papers_like_one_are_found_on_the_terminal(command, indexed):
    said = command("search", "like:2608.13489", "robot", "--limit", 3)

    assert (said.code, said.err) == (0, "")
    assert "papers in " in said.out


def test_why_a_search_finds_a_paper_is_told_line_by_line(command, indexed, client):
    said = command("explain", "2608.13489", "--q", "world models")
    title, key, *rows = said.out.splitlines()

    assert (said.code, bool(title), key) == (0, True, "2608.13489")
    assert re.fullmatch(r"        rank  \d+", rows[0])
    assert "         yes  held by the search index" in rows
    assert any(re.fullmatch(r" +\d+\.\d{4}  world", row) for row in rows)
    data = command("explain", "2608.13489", "--q", "world models", "--json").data
    page = client.get("/api/explain?paper=2608.13489&q=world+models").json()
    assert {**data, "url": "", "address": "", "true_at": "", "receipt": ""} == {
        **page, "url": "", "address": "", "true_at": "", "receipt": ""
    }  # fmt: skip


def test_why_a_search_does_not_find_a_paper_is_told_too(command, indexed):
    said = command("explain", "arXiv:2608.13489", "--q", "title:lichen")

    assert "        rank  not among the first 1,000" in said.out
    assert "          no  the word “lichen” in the title" in said.out
    assert command("explain", "2699.99999", "--q", "x").code == 66
