"""Dates, numbers, names and sentences as readers read them."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadsheet.kernel.dates import Period
from broadsheet.web.present import sentences, words


@pytest.mark.parametrize(
    ("text", "said"),
    [("2024-05-17", "17 May 2024"), ("2024-05", "May 2024"), ("2024", "2024"), ("", "")],
)
def test_a_date_is_shown_as_far_as_it_is_known(text, said):
    assert words.partial(text) == said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("2026-08-14", "Friday 14 August 2026"),
        ("2026-W33", "Week 33, 10 to 16 August 2026"),
        ("2026-W31", "Week 31, 27 July to 2 August 2026"),
        ("2026-W53", "Week 53, 28 December 2026 to 3 January 2027"),
        ("2026-08", "August 2026"),
    ],
)
def test_a_period_has_a_name(text, said):
    assert words.period(Period.parse(text)) == said


@pytest.mark.parametrize(
    ("place", "said"),
    [(1, "first"), (12, "twelfth"), (13, "13th"), (21, "21st"), (112, "112th"), (1002, "1,002nd")],
)
def test_a_place_is_an_ordinal(place, said):
    assert words.ordinal(place) == said


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (79.0, "79"),
        (-0.25, "−0.25"),
        (7.7587608, "7.758761"),
        (-1_000_000.0, "−1,000,000"),
        (0.1, "0.1"),
    ],
)
def test_a_number_has_no_more_decimals_than_it_needs(value, said):
    assert words.number(value) == said


def test_names_are_listed():
    assert words.listed(["A", "B", "C"]) == "A, B and C"
    assert words.listed(["A"]) == "A"
    assert words.listed([]) == ""


def test_an_old_style_key_keeps_its_slash_and_others_are_quoted():
    assert words.paper_href("math/0309136") == "/papers/math/0309136"
    assert words.paper_href("a b?c") == "/papers/a%20b%3Fc"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("huggingface, 2026-08-14 16:00 UTC", "huggingface, 14 August 2026, 16:00 UTC"),
        ("announced 2026-08-07", "announced 7 August 2026"),
        ("paper 1234-56-78 of 2026", "paper 1234-56-78 of 2026"),
    ],
)
def test_dates_of_machines_are_spelled_for_readers(text, said):
    assert words.spelled(text) == said


def test_what_is_to_be_typed_is_parted_from_what_is_said():
    assert words.coded("Run `a b`, then `c`.") == (("Run ", "a b"), (", then ", "c"), (".", ""))
    assert words.coded("Nothing to type.") == (("Nothing to type.", ""),)
    assert words.coded("") == (("", ""),)


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


def test_days_say_what_they_are_asked_to():
    assert words.day(date(2026, 8, 14), weekday=True, year=False) == "Friday 14 August"


@pytest.mark.parametrize(
    ("in_bytes", "said"),
    [
        (0, "0 kB"),
        (48_300, "48 kB"),
        (1_234_567, "1.2 MB"),
        (999_949_999, "999.9 MB"),
        (999_960_000, "1.0 GB"),
        (56_143_100_000, "56.1 GB"),
        (2_000_000_000_000, "2.0 TB"),
        (3_000_000_000_000_000, "3,000.0 TB"),
    ],
)
def test_a_size_is_told_in_the_unit_that_fits_it(in_bytes, said):
    assert words.size(in_bytes) == said
