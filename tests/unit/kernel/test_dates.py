"""Partial dates and the periods of editions, to the ends of the calendar."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadsheet.kernel.dates import Period, first_day, is_partial, last_day, start_of
from broadsheet.kernel.errors import BadQuestion

days = st.dates(min_value=date(2, 1, 8), max_value=date(9998, 11, 30))


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2024", date(2024, 1, 1), date(2024, 12, 31)),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29)),
        ("2024-12", date(2024, 12, 1), date(2024, 12, 31)),
        ("2024-02-29", date(2024, 2, 29), date(2024, 2, 29)),
        ("9999-12", date(9999, 12, 1), date(9999, 12, 31)),
    ],
)
def test_a_partial_date_means_a_span_of_days(text, first, last):
    assert is_partial(text)
    assert first_day(text) == first
    assert last_day(text) == last


@pytest.mark.parametrize(
    "text", ["", "24", "2024-13", "2023-02-29", "0000", "2024-1", "٢٠٢٤", "2024-02-01T00", "2024 "]
)
def test_other_text_is_no_partial_date(text):
    assert not is_partial(text)
    assert first_day(text) is None
    assert last_day(text) is None


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2026-08-14", date(2026, 8, 14), date(2026, 8, 14)),
        ("2026-W33", date(2026, 8, 10), date(2026, 8, 16)),
        ("2026-W53", date(2026, 12, 28), date(2027, 1, 3)),
        ("2026-02", date(2026, 2, 1), date(2026, 2, 28)),
    ],
)
def test_a_period_is_read_and_written_the_same(text, first, last):
    period = Period.parse(text)
    assert (period.first, period.last) == (first, last)
    assert str(period) == text
    assert period.start == datetime(first.year, first.month, first.day, tzinfo=UTC)
    assert period.end == start_of(last) + timedelta(days=1)


@pytest.mark.parametrize(
    "text",
    [
        *("", "2026", "2026-13", "2026-02-30", "2025-W53", "2026-W00", "2026-w33", "٢٠٢٦-٠٨"),
        *("0001-01-01", "9999-12-31", "9999-W52", "0001-W01", "9999-12", "x" * 99),
    ],
)
def test_what_is_no_period_is_a_bad_question(text):
    with pytest.raises(BadQuestion, match="bad-question"):
        Period.parse(text)


@given(days, st.sampled_from(["day", "week", "month"]))
def test_periods_follow_each_other_without_gap_and_print_as_they_are_read(day, kind):
    period = Period.around(day, kind)
    assert period.first <= day <= period.last
    assert period.after().first == period.last + timedelta(days=1)
    assert Period.around(period.first - timedelta(days=1), kind).after() == period
    assert Period.parse(str(period)) == period
