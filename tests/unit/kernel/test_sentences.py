"""Abstracts are cut between their sentences."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadsheet.kernel import sentences


def test_sentences_do_not_end_at_abbreviations_initials_or_in_formulas():
    text = "We follow J. Doe et al. Here. See Fig. 2 and e.g. Smith. For $a. B$ too. Done."
    ends = sentences.ends(text)

    assert [text[a:b].strip() for a, b in zip([0, *ends], ends, strict=False)] == [
        "We follow J. Doe et al. Here.",
        "See Fig. 2 and e.g. Smith.",
        "For $a. B$ too.",
        "Done.",
    ]


def test_an_opening_is_whole_sentences_near_the_limit():
    text = "One is here. " * 40

    assert text[: sentences.opening(text, 100)] == "One is here. " * 7
    assert sentences.opening("Short. Really.", 5) == len("Short. Really.")


def test_a_telling_part_begins_with_the_sentence_that_holds_the_word():
    text = (
        "Nothing at all is here to see. " * 12 + "Then the word comes up at last. " + "More. " * 30
    )
    word = text.index("word")
    start, stop = sentences.telling(text, ((word, word + 4),), 100)

    assert text[start:stop].startswith("Then the word")


@given(st.text(st.sampled_from("ab .?!A$"), max_size=300), st.integers(1, 200))
def test_cutting_loses_nothing_and_always_shows_something(text, limit):
    assert sentences.ends(text)[-1] == len(text)
    assert 0 < sentences.opening(text, limit) <= len(text) or not text


def test_marks_of_a_part_count_from_its_beginning():
    assert sentences.within(((0, 3), (5, 9), (20, 22)), 6, 15) == ((0, 3),)


def test_a_rest_is_shown_too_where_it_is_shorter_than_asked():
    text = "One is here. " * 10

    assert sentences.opening(text, 100) == len(text)
    assert text[: sentences.opening(text, 100, least_rest=20)] == "One is here. " * 7


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("We show $$ a... B = c. D $$ here. So it is.", 2),
        ("Take $a$$b. C$ here. So it is.", 2),
        (r"It costs \$5. That is much.", 2),
        ("It costs $5 or so. It is not closed.", 1),
        ("A line of $$a$$. Another. And $b... C$.", 3),
    ],
)
def test_no_sentence_ends_within_a_formula(text, count):
    assert len(sentences.ends(text)) == count
