"""Why a paper stands in a letter is what its receipt says."""

from datetime import date

import pytest
from tests.unit.digest.choices import DAY, make_edition, make_hit

from broadsheet.digest.letter.why import label, why
from broadsheet.editions.types import Marks, Question
from broadsheet.kernel.dates import Period
from broadsheet.search.ranking.features import Count

WEEK = Question(place="front", period=Period.week(date(2026, 8, 14)))
TRENDING = Question(place="trending")
SEARCH = Question(place="search", text="soft gripper")


def said(hit, *others, question=DAY):
    return why(make_edition(hit, *others, question=question), hit)


@pytest.mark.parametrize(
    ("question", "facts", "sentence"),
    [
        (DAY, {"votes": 81}, "81 votes that day."),
        (WEEK, {"votes": 1}, "1 vote that week."),
        (DAY, {"votes": 81, "counted": {"votes": Count(78)}}, "78 votes that day, of 81 in all."),
        (
            DAY,
            {"votes": 9, "counted": {"votes": Count(9, seen="hf, the first count known")}},
            "9 votes when they were first counted.",
        ),
        (
            DAY,
            {"votes": 0, "counted": {"votes": Count(0, seen="hf, 2026-08-14 16:00 UTC")}},
            ("It received no votes in this period: among such papers the newer comes first,"
            " then the key."),
        ),
        (TRENDING, {"votes": 12}, "12 votes so far."),
    ],
)  # fmt: skip
def test_by_votes_it_is_how_many_there_were(question, facts, sentence):
    assert said(make_hit(**facts), question=question) == sentence


def test_the_first_is_said_to_have_more_than_any_other_only_where_it_has():
    first, second = make_hit(1, votes=9), make_hit(2, votes=8)

    assert said(first, second) == "9 votes that day, more than any other."
    assert said(make_hit(1, votes=8), second) == "8 votes that day."
    assert why(make_edition(first, second), second) == "8 votes that day."


@pytest.mark.parametrize(
    ("recipe", "counted", "sentence"),
    [
        (
            "hot",
            {"votes": Count(159), "stars": Count(1_204), "announced": date(2026, 8, 13)},
            "159 votes so far, 1,204 new stars of its code in a week, announced 13 August 2026.",
        ),
        (
            "hot",
            {"announced": date(2026, 8, 13)},
            "0 votes so far, announced 13 August 2026.",
        ),
        ("discussed", {"comments": Count(3)}, "3 comments that day."),
        (
            "new",
            {"published": date(2026, 8, 13)},
            "It is of 13 August 2026: the newest come first.",
        ),
        ("new", {}, "Its date is not known: the newest come first, and it behind them."),
        ("announced", {"rank": 3}, "Announced in the list of 14 August 2026, at place 3."),
    ],
)
def test_by_every_other_recipe_it_is_what_that_goes_by(recipe, counted, sentence):
    assert said(make_hit(recipe=recipe, counted=counted)) == sentence


TITLE = "A soft gripper"
ABSTRACT = "Soft grippers grip. A gripper is soft."


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        (
            {"found_by": "words", "marks": Marks(title=((2, 14),), abstract=((0, 13), (22, 29)))},
            (
                "The question matches its title (“soft gripper”) and its abstract"
                " (“Soft grippers” and “gripper”)."
            ),
        ),
        (
            {"found_by": "words", "marks": Marks(abstract=((0, 4), (33, 37)))},
            "The question matches its abstract (“Soft”).",
        ),
        (
            {"found_by": "words"},
            (
                "What was asked for stands not in its title or abstract, but in what else is known"
                " of it."
            ),
        ),
        ({"found_by": "meaning", "reason": "Found by its meaning."}, "Found by its meaning."),
        ({"found_by": "name"}, "It is named in the question."),
    ],
)
def test_of_a_search_it_is_the_words_that_were_found(facts, sentence):
    hit = make_hit(recipe="new", title=TITLE, abstract=ABSTRACT, **facts)

    assert said(hit, question=SEARCH) == sentence


def test_of_many_words_the_first_four_are_named():
    words = "one two three four five six"
    spans = [(words.index(word), words.index(word) + len(word)) for word in words.split()]
    hit = make_hit(title=words, found_by="words", marks=Marks(title=tuple(spans)))

    assert said(hit, question=SEARCH) == (
        "The question matches its title (“one”, “two”, “three”, “four” and 2 more)."
    )


def test_the_place_is_named_but_for_searches_whose_places_change():
    hit = make_hit(3)

    assert label(make_edition(hit), hit) == "Why third"
    assert label(make_edition(hit, question=SEARCH), hit) == "Why here"
