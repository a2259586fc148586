"""How many of the words asked for must be there."""

import pytest

from broadsheet.search.contract import Document
from broadsheet.search.language.holds import Paper
from broadsheet.search.language.matching import loosened, needed, sought
from broadsheet.search.language.parse import parse
from broadsheet.search.language.tree import Words


@pytest.mark.parametrize(("stems", "least"), [(1, 1), (2, 2), (3, 2), (5, 2), (6, 1), (40, 1)])
def test_short_queries_are_strict_and_sentences_loose(stems, least):
    assert needed(stems) == least


def test_repeated_words_are_counted_and_stop_words_are_not():
    look = sought(Words(("the", "networks", "of", "network", "theory")))

    assert look.stems == {"network": 2, "theori": 1}
    assert look.exact == ()


def test_stop_words_alone_are_all_asked_for():
    look = sought(Words(("to", "be", "or", "not", "to", "be")))

    assert not look.stems
    assert look.exact == ("to", "be", "or", "not")


def test_words_of_asking_are_left_out_of_sentences_only():
    asking = ["which", "papers", "discuss", "sparse", "attention", "for", "protein", "folding"]

    assert sought(Words(tuple(asking))).stems.keys() == {"spars", "attent", "protein", "fold"}
    assert "work" in sought(Words(("how", "transformers", "work"))).stems


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("walrus tusks", True),
        ("a method for walrus", True),
        ("a new method", False),
        ("walrus", False),
    ],
)
def test_generic_words_alone_are_no_match(text, holds):
    paper = Paper(Document(key="1", title="", abstract=text))

    assert paper.holds(Words(("new", "methods", "walrus", "tusks"))) is holds
    assert paper.holds(Words(("new", "methods"))) is (text == "a new method")


def test_in_a_sentence_one_word_that_is_not_generic_is_enough():
    asked = Words(("we", "propose", "new", "methods", "improving", "results", "walrus", "tusk"))

    assert Paper(Document(key="1", title="Of tusks")).holds(asked)
    assert not Paper(Document(key="1", title="New methods improving results")).holds(asked)


def test_only_a_few_words_may_be_a_name():
    assert sought(Words(("Yann", "LeCun"))).name == ("yann", "lecun")
    assert sought(Words(("a", "b", "c", "d", "e"))).name == ()


@pytest.mark.parametrize(
    ("asked", "loose"),
    [
        ("flattery by chatbots", "flattery OR chatbots"),
        ("how walruses vote", "walruses OR vote"),
        ("new methods for walruses", "walruses"),
        ("a new method", "new OR method"),
        ("by walruses", "walruses"),
        ("walrus", "walrus"),
        ("to be or not to be", "to OR be OR or OR not"),
        ("cat:cs to the walrus vote", "(walrus OR vote) cat:cs"),
    ],
)
def test_one_word_that_says_something_is_enough_when_loosened(asked, loose):
    assert str(loosened(parse(asked).tree)) == loose
