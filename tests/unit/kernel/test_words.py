"""Dates, numbers and names as readers read them."""

from datetime import date

import pytest

from broadsheet.kernel import words
from broadsheet.kernel.dates import Period


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
