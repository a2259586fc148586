"""Authors that a search asked for can be seen on the card."""

import pytest
from tests.unit.web.test_cards import make_hit

from broadsheet.editions.types import Marks
from broadsheet.web.present import people

SHOWN = ("Ada Lovelace", "Škoda, Ł.", "Emmy Noether", "Alan Turing")
EVERYONE = (*SHOWN[:3], "Grace Hopper", SHOWN[3])


def line(question, *, count=4, everyone=(), marks=None):
    hit = make_hit(authors=SHOWN, n_authors=count, marks=marks)
    names = people.asked(question)
    found = {hit.card.key: everyone} if people.hidden([hit], names) else {}
    return people.marking(names, found)(hit)


@pytest.mark.parametrize(
    ("question", "marked"),
    [
        ("author:skoda", "Škoda, Ł."),
        ('author:"ada lovelace"', "Ada Lovelace"),
        ("noether", "Emmy Noether"),
        ("-noether", ""),
        ("title:noether", ""),
        ("", ""),
    ],
)
def test_a_name_that_was_asked_for_is_marked(question, marked):
    plain = "Ada Lovelace, Škoda, Ł., Emmy Noether and Alan Turing"

    assert line(question) == (plain.replace(marked, f"<mark>{marked}</mark>") if marked else plain)


def test_a_match_among_the_authors_not_shown_stands_before_the_last():
    assert line("author:hopper", count=6, everyone=EVERYONE) == (
        "Ada Lovelace, Škoda, Ł., Emmy Noether … <mark>Grace Hopper</mark> … Alan Turing"
        " (6 authors)"
    )
    assert line("author:hopper", count=5, everyone=EVERYONE) == (
        "Ada Lovelace, Škoda, Ł., Emmy Noether, <mark>Grace Hopper</mark> and Alan Turing"
    )


def test_words_found_in_the_text_are_not_looked_for_among_names():
    marks = Marks(title=((0, 1),))

    assert "<mark>" not in line("noether", marks=marks)
    assert "<mark>Emmy Noether</mark>" in line("noether OR author:noether", marks=marks)


def test_nobody_is_fetched_whose_match_is_seen():
    hit = make_hit(authors=SHOWN, n_authors=5)

    assert people.hidden([hit], people.asked("author:turing")) == ()
    assert people.hidden([hit], people.asked("author:hopper")) == (hit.card.key,)
    assert people.hidden([make_hit(n_authors=5)], people.asked("author:hopper")) == ()


def test_markup_in_a_name_is_text():
    hit = make_hit(authors=("<i>Ada", "B"), n_authors=2)

    assert people.line(hit) == "&lt;i&gt;Ada and B"
    assert people.marking(people.asked("author:ada"), {})(hit) == "<mark>&lt;i&gt;Ada</mark> and B"
