"""Which papers are one, by the word of a person at the terminal."""

import pytest

TITLE = "Wombats and what they make of cubes"
ONE = {
    "source": "arxiv",
    "id": "2601.00001",
    "title": TITLE,
    "authors": ["Ada Lovelace"],
    "published": "2026-01-05",
}
OTHER = ONE | {"source": "conferences", "id": "X/1", "published": "2029", "doi": "10.1000/w"}


@pytest.fixture
def two(command, lines):
    """Two papers of one title, years apart; gives the keys, the older first."""
    command("import", lines(ONE, OTHER))
    [pair] = command("merge", "--near-misses", "--json").data
    return sorted((pair["one"]["key"], pair["other"]["key"]))


def test_pairs_that_wait_are_listed_with_what_speaks_for_them(command, two):
    said = command("merge", "--near-misses")

    assert (said.code, said.err) == (0, "")
    assert "equal title, 1 of 1 authors shared; years 2026 and 2029" in said.out
    assert said.out.count(TITLE) == 2
    assert "broadsheet merge ONE OTHER" in said.out


def test_two_papers_become_one_once(command, two):
    one, other = two

    assert (
        command("merge", other, one).out
        == f"{one} holds the records of both; {other} leads to it.\n"
    )
    assert command("merge", one, "10.1000/w").out == f"Both are {one} already.\n"
    assert command("merge", "--near-misses").out == "No pair of papers waits for a decision.\n"
    assert "person, a person says so" in command("show", one).out


def test_two_papers_stay_two(command, two):
    one, other = two

    assert "stay two papers" in command("merge", one, other, "--different").out
    assert command("merge", "--near-misses", "--json").data == []


@pytest.mark.parametrize("words", [[], ["2601.00001"], ["a", "b", "--near-misses"]])
def test_it_takes_two_papers_or_the_list(command, words):
    said = command("merge", *words)

    assert said.code == 64
    assert "it takes two papers, or --near-misses" in said.err


def test_a_paper_that_is_not_held_is_named(command, two):
    said = command("merge", two[0], "2601.99999")

    assert (said.code, said.err) == (66, "There is no paper called 2601.99999.\n")
