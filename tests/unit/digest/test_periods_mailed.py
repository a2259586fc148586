"""Which week or month is mailed on a day."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from broadsheet.digest.issues.picking import period_of

days = st.dates(date(1991, 1, 1), date(2199, 12, 31))


@given(days)
def test_a_week_is_mailed_in_the_week_after_it(day):
    week = period_of("weekly", day)

    assert week.kind == "week"
    assert week.after().first <= day <= week.after().last


@given(days)
def test_a_month_is_mailed_in_the_month_after_it(day):
    month = period_of("monthly", day)

    assert month.kind == "month"
    assert month.after().first <= day <= month.after().last


@given(days, st.integers(0, 6))
def test_a_week_after_a_week_the_next_one_is_mailed(day, weekday):
    due = day + timedelta(days=(weekday - day.weekday()) % 7)
    one, other = (period_of("weekly", at) for at in (due, due + timedelta(days=7)))

    assert one.after() == other
