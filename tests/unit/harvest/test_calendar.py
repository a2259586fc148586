"""Edition days: by arXiv's calendar and by habit, across every awkward turn of the clock."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadsheet.harvest.calendar import by_habit, published
from broadsheet.kernel.dates import start_of
from broadsheet.kernel.errors import BadOption

ARXIV = published()["arxiv"]
NEW_YORK = ZoneInfo("America/New_York")
DAYS = st.dates(date(2000, 1, 1), date(2100, 1, 1))
MOMENTS = st.builds(
    lambda day, second: start_of(day) + timedelta(seconds=second), DAYS, st.integers(0, 86_399)
)


def eastern(text):
    return datetime.fromisoformat(text).replace(tzinfo=NEW_YORK).astimezone(UTC)


@pytest.mark.parametrize(
    ("day", "why"),
    [
        ("2026-08-14", ""),
        ("2026-08-15", "there is none on Saturdays"),
        ("2026-08-16", "there is none on Sundays"),
        ("2026-08-17", ""),
        ("2026-01-19", ""),  # the holiday itself: its edition was announced the evening before
        ("2026-01-20", "the announcement was put off for the holiday of 19 January"),
        ("2026-01-21", ""),
        ("2026-07-03", ""),
        ("2026-07-06", "the announcement was put off for the holiday of 3 July"),
        ("2026-07-07", ""),
        ("2026-11-26", ""),
        ("2026-11-27", "the announcement was put off for the holiday of 26 November"),
        ("2026-12-28", "the announcement was put off for the holiday of 25 December"),
        ("2026-12-29", ""),
        ("2026-12-30", "the announcement was put off for the holiday of 29 December"),
        ("2026-12-31", ""),
        ("2027-01-01", "the announcement was put off for the holiday of 31 December"),
        ("2027-01-04", ""),
        ("2028-02-29", ""),
    ],
)
def test_arxiv_has_an_edition_from_monday_to_friday_but_after_holidays(day, why):
    day = date.fromisoformat(day)

    assert ARXIV.why_none(day) == why
    assert ARXIV.has_edition(day) == (why == "")


@pytest.mark.parametrize(
    ("day", "due", "over"),
    [
        ("2026-08-14", "2026-08-14T04:30", "2026-08-15T04:00"),  # summer: four hours behind
        ("2026-11-24", "2026-11-24T05:30", "2026-11-25T05:00"),  # winter: five
        ("2026-03-06", "2026-03-06T05:30", "2026-03-07T05:00"),  # before the clocks go forward
        ("2026-03-09", "2026-03-09T04:30", "2026-03-10T04:00"),  # the Monday after
        ("2026-10-30", "2026-10-30T04:30", "2026-10-31T04:00"),  # before they go back
        ("2026-11-02", "2026-11-02T05:30", "2026-11-03T05:00"),
        ("2026-12-31", "2026-12-31T05:30", "2027-01-01T05:00"),
        ("2028-02-29", "2028-02-29T05:30", "2028-03-01T05:00"),
    ],
)
def test_an_edition_is_due_by_the_clocks_of_its_feed(day, due, over):
    day = date.fromisoformat(day)

    assert ARXIV.due_at(day).isoformat()[:16] == due
    assert ARXIV.over_at(day).isoformat()[:16] == over


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        ("2026-08-14T00:29", "2026-08-14"),
        ("2026-08-14T00:30", "2026-08-17"),  # Friday's is there: Monday's is next
        ("2026-08-16T20:05", "2026-08-17"),
        ("2026-01-19T12:00", "2026-01-21"),
        ("2026-07-03T12:00", "2026-07-07"),
        ("2026-12-31T12:00", "2027-01-04"),
        ("2026-03-08T01:59", "2026-03-09"),
        ("2026-03-08T03:00", "2026-03-09"),
        ("2028-02-28T12:00", "2028-02-29"),
        ("2028-02-29T12:00", "2028-03-01"),
    ],
)
def test_the_next_edition_is_told_with_its_moment(moment, day):
    day = date.fromisoformat(day)

    assert ARXIV.next_due(eastern(moment)) == (day, ARXIV.due_at(day))


@pytest.mark.parametrize(
    ("day", "begin", "end", "announced"),
    [
        ("2026-08-12", "2026-08-10T14:00", "2026-08-11T14:00", "2026-08-11T20:00"),
        ("2026-08-17", "2026-08-13T14:00", "2026-08-14T14:00", "2026-08-16T20:00"),
        ("2026-08-18", "2026-08-14T14:00", "2026-08-17T14:00", "2026-08-17T20:00"),
        ("2026-01-21", "2026-01-16T14:00", "2026-01-20T14:00", "2026-01-20T20:00"),
        ("2026-11-03", "2026-10-30T14:00", "2026-11-02T14:00", "2026-11-02T20:00"),
    ],
)
def test_an_edition_takes_what_was_sent_between_two_cut_offs(day, begin, end, announced):
    day = date.fromisoformat(day)

    assert ARXIV.window(day) == (eastern(begin), eastern(end))
    assert ARXIV.announced_at(day) == eastern(announced)


def test_a_day_without_edition_takes_nothing():
    assert ARXIV.window(date(2026, 8, 15)) is None


@given(DAYS)
def test_every_edition_is_due_on_its_own_day_and_over_after_it(day):
    due = ARXIV.due_at(day)

    assert ARXIV.day_at(due) == day
    assert due < ARXIV.over_at(day) <= due + timedelta(hours=25)
    assert ARXIV.over_at(day) < ARXIV.due_at(day + timedelta(days=1))


@given(MOMENTS)
def test_the_last_and_the_next_edition_enclose_the_moment(moment):
    last, (following, due) = ARXIV.latest(moment), ARXIV.next_due(moment)

    assert ARXIV.due_at(last) <= moment < due
    between = (following - last).days
    days = [last + timedelta(days=n) for n in range(1, between)]
    assert not [day for day in days if ARXIV.has_edition(day)]
    assert ARXIV.before(following) == last


@given(MOMENTS, st.timedeltas(timedelta(days=-400), timedelta(days=400)))
def test_a_clock_that_jumps_and_comes_back_has_changed_nothing(moment, jump):
    before = ARXIV.next_due(moment)
    ARXIV.next_due(moment + jump)

    assert ARXIV.next_due(moment) == before


@pytest.mark.parametrize("day", [date(2027, 1, 4), date(2027, 1, 19), date(2028, 2, 29)])
def test_of_a_year_whose_holidays_are_not_known_every_weekday_may_have_an_edition(day):
    assert ARXIV.has_edition(day)
    assert ARXIV.why_none(day) == ""


def test_an_operator_names_the_days_of_another_year_and_feeds_of_their_own(tmp_path):
    own = tmp_path / "calendar.toml"
    own.write_text(
        "[arxiv]\ndeferred = [2027-01-18]\n"
        "[ponds-example-feed]\nzone = 'Europe/Paris'\nweekdays = [1]\n"
    )
    said = published(own)

    assert said["arxiv"].why_none(date(2027, 1, 19)).endswith("for the holiday of 18 January")
    assert said["arxiv"].due == ARXIV.due
    monday = date(2027, 1, 18)
    assert said["ponds-example-feed"].due_at(monday) == datetime(2027, 1, 17, 23, tzinfo=UTC)
    assert published(tmp_path / "none.toml") == published()


@pytest.mark.parametrize(
    "text",
    [
        "[arxiv",
        "arxiv = 1",
        "[a]\nweekdays = [1]",
        "[arxiv]\nweekdays = [0]",
        "[arxiv]\nweekdays = []",
        "[arxiv]\nzone = 'Nowhere'",
        "[arxiv]\ndue = 'soon'",
        "[arxiv]\ndeferred = ['2027-01-01']",
        "[arxiv]\ndeferred = 2027",
    ],
)
def test_a_calendar_that_is_none_is_told_with_its_file(tmp_path, text):
    own = tmp_path / "calendar.toml"
    own.write_text(text)
    with pytest.raises(BadOption) as refused:
        published(own)
    assert str(own) in refused.value.user_message


@given(DAYS)
def test_windows_of_editions_leave_no_gap_between_them(day):
    if ARXIV.has_edition(day):
        window = ARXIV.window(day)
        assert window[0] < window[1] <= ARXIV.announced_at(day) < ARXIV.due_at(day)
        assert ARXIV.window(ARXIV.before(day))[1] == window[0]


def last_days(today, count, weekdays):
    days = (today - timedelta(days=back) for back in range(1, count + 1))
    return {day for day in days if day.isoweekday() in weekdays}


@pytest.mark.parametrize(
    ("known", "weekdays"),
    [
        (last_days(date(2026, 8, 15), 56, {1, 2, 3, 4, 5}), {1, 2, 3, 4, 5}),
        (last_days(date(2026, 8, 15), 56, {6, 7}), {6, 7}),
        (last_days(date(2026, 8, 15), 56, {3}), {3}),
        (last_days(date(2026, 8, 15), 20, {1, 2, 3, 4, 5}), {1, 2, 3, 4, 5}),
        (last_days(date(2026, 8, 15), 56, {1, 2}) | {date(2026, 8, 9)}, {1, 2}),  # one Sunday
        (last_days(date(2026, 8, 15), 13, {1, 2, 3, 4, 5}), set()),  # known for too short
        (set(), set()),
    ],
)
def test_the_habit_of_a_feed_is_the_weekdays_it_mostly_had_an_edition_on(known, weekdays):
    calendar = by_habit(known, date(2026, 8, 15))

    assert calendar.weekdays == weekdays


def test_a_feed_that_fell_silent_has_no_habit_left():
    known = last_days(date(2026, 3, 1), 56, {1, 2, 3, 4, 5})

    assert by_habit(known, date(2026, 8, 15)).weekdays == frozenset()


def test_a_feed_without_a_habit_has_no_next_edition_and_no_holidays():
    calendar = by_habit((), date(2026, 8, 15))

    assert calendar.next_due(datetime(2026, 8, 15, tzinfo=UTC)) is None
    assert calendar.latest(datetime(2026, 8, 15, tzinfo=UTC)) is None
    assert calendar.why_none(date(2026, 8, 16)) == ""
