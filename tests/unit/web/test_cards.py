"""The card survives whatever is missing, and says what is there."""

from datetime import UTC, date, datetime

import pytest

from broadsheet.editions.types import Hit, Marks
from broadsheet.kernel.identifiers import Identifier
from broadsheet.papers.cards import Card
from broadsheet.search.ranking.receipt import Receipt
from broadsheet.web.present import cards


def make_card(**facts) -> Card:
    nothing = {
        "key": "2401.00001", "title": "A title", "abstract": "", "authors": (), "n_authors": 0,
        "organization": "", "organization_name": "", "published": "", "published_on": None,
        "categories": (), "identifiers": (), "votes": None, "comments": None, "stars": None,
        "code_url": "", "project_url": "", "withdrawn": False,
        "changed_at": datetime(2026, 1, 1, tzinfo=UTC),
    }  # fmt: skip
    return Card(**nothing | facts)


def make_hit(*, rank=1, marks=None, **facts) -> Hit:
    receipt = Receipt(recipe="top", version=1, lines=(), score=0.0)
    return Hit(rank=rank, card=make_card(**facts), receipt=receipt, marks=marks or Marks())


def view(**facts):
    return cards.cards([make_hit(**facts)], "/daily/2026-08-14")[0]


def test_a_paper_of_which_only_a_title_is_known_has_a_card():
    card = view()

    empty = ("said", "whole", "who", "organization", "date", "votes", "links")
    assert {name: card[name] for name in empty} == dict.fromkeys(empty, "")
    assert card["title"] == "A title"
    assert card["why"] == "/papers/2401.00001/why?in=%2Fdaily%2F2026-08-14"


@pytest.mark.parametrize(
    ("authors", "count", "said"),
    [
        (("A",), 1, "A"),
        (("A", "B"), 2, "A and B"),
        (("A", "B", "C", "D"), 4, "A, B, C and D"),
        (("A", "B", "C", "Z"), 5, "A, B, C … Z (5 authors)"),
        (("A", "B", "C", "Z"), 3_435, "A, B, C … Z (3,435 authors)"),
        (("A", "B"), 7, "A, B and 5 more"),
        ((), 4, "4 authors"),
        ((), 1, "1 author"),
        ((), 0, ""),
    ],
)
def test_authors_are_the_first_three_and_the_last(authors, count, said):
    assert view(authors=authors, n_authors=count)["who"] == said


def test_nobody_counting_is_not_the_same_as_no_votes():
    assert view(votes=None)["votes"] == ""
    assert (view(votes=0)["votes"], view(votes=0)["votes_word"]) == ("0", "votes")
    assert (view(votes=1)["votes"], view(votes=1)["votes_word"]) == ("1", "vote")


def test_markup_in_a_title_is_text():
    assert view(title="<script>a & b</script>")["title"] == "&lt;script&gt;a &amp; b&lt;/script&gt;"


def test_a_long_abstract_is_cut_between_sentences_and_opens_whole():
    text = "This sentence says something. " * 30
    card = view(rank=9, abstract=text)

    assert card["said"].endswith("something.")
    assert len(card["said"]) < 400
    assert card["whole"] == text.strip()


def test_an_abstract_of_which_little_would_be_hidden_is_shown_at_once():
    text = "This sentence says something. " * 16
    card = view(rank=9, abstract=text.strip())

    assert (card["said"], card["whole"]) == (text.strip(), "")


def test_a_search_shows_the_sentences_that_hold_the_words():
    text = (
        "Nothing is said in this one. " * 20
        + "Here comes the needle at last. "
        + "And so on. " * 30
    )
    at = text.index("needle")
    card = view(abstract=text, marks=Marks(abstract=((at, at + 6),)))

    assert card["said"].startswith("Here comes the <mark>needle</mark>")
    assert card["whole"].startswith("Nothing")
    assert card["whole"].count("<mark>needle</mark>") == 1


@pytest.mark.parametrize(
    ("count", "said"),
    [
        (0, []),
        (1, ["lead"]),
        (2, ["lead", "brief"]),
        (4, ["lead", "second", "second", "brief"]),
    ],
)
def test_a_front_has_one_lead_and_two_seconds(count, said):
    assert cards.sizes(count, front=True) == said
    assert cards.sizes(count, front=False) == ["brief"] * count


def test_reference_managers_find_the_paper_in_a_list():
    coins = view(
        title="On $x^2$", authors=("Škoda, Ł.",), n_authors=1, published="2024-05",
        published_on=date(2024, 5, 1), identifiers=(Identifier("doi", "10.1/a"),),
    )["coins"]  # fmt: skip

    assert "rft.atitle=On%20x%C2%B2" in coins
    assert "rft_id=info%3Adoi/10.1/a" in coins
    assert "rft.date=2024-05" in coins
