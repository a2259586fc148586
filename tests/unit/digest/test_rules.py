"""When a subscription is due where clocks change, and how it is said."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadsheet.digest.rules import next_due, said
from broadsheet.kernel.errors import BadOption

# Half an hour (Lord Howe), at midnight (Santiago, Havana, Beirut), the day before (Nuuk), a
# double jump (Troll), winter instead of summer time (Dublin), no changes at all.
ZONES = [
    "Europe/Berlin",
    "Europe/Dublin",
    "America/New_York",
    "America/Santiago",
    "America/Havana",
    "America/Nuuk",
    "Asia/Beirut",
    "Australia/Lord_Howe",
    "Antarctica/Troll",
    "Pacific/Chatham",
    "Asia/Kolkata",
    "UTC",
]
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def changes(zone, year):
    """The days of a year on whose morning clocks do not stand where they stood a day before."""
    clocks = ZoneInfo(zone)
    noons = [datetime(year, 1, 1, 12, tzinfo=UTC) + DAY * number for number in range(366)]
    offsets = [noon.astimezone(clocks).utcoffset() for noon in noons]
    pairs = zip(noons[1:], offsets, offsets[1:], strict=False)
    return [noon for noon, before, after in pairs if before != after]


def dues(cadence, zone, start, end, *, hour=7, weekday=0):
    """Every due time of a span, each asked for at the one before, as the worker does."""
    found = []
    while (start := next_due(cadence, weekday=weekday, hour=hour, zone=zone, after=start)) < end:
        found.append(start.astimezone(ZoneInfo(zone)))
    return found


def meant(due, hour):
    """The day it is for: where 23:00 is left out (Nuuk) it comes at midnight."""
    return due.date() - DAY * (due.hour < hour)


@pytest.mark.parametrize("zone", ZONES)
def test_every_day_on_which_clocks_change_sends_once_at_every_hour(zone):
    days = changes(zone, 2026)
    assert bool(days) == (zone not in ("Asia/Kolkata", "UTC"))

    for noon in days:
        for hour in range(24):
            got = dues("announced", zone, noon - 3 * DAY, noon + 3 * DAY, hour=hour)
            dates = [meant(due, hour) for due in got]
            assert dates == [dates[0] + DAY * number for number in range(len(dates))], (noon, hour)
            away = [due for due in got if due.hour != hour]
            assert all(due - due.replace(hour=hour) <= 2 * HOUR for due in away)
            assert len(away) <= 1, (noon, hour)


@pytest.mark.parametrize(
    ("zone", "hour", "day", "expected"),
    [
        # 29 March 2026 has no 02:00 in Berlin; 25 October has two, and the first counts.
        ("Europe/Berlin", 2, "2026-03-29", "2026-03-29T01:00"),
        ("Europe/Berlin", 2, "2026-10-25", "2026-10-25T00:00"),
        ("Europe/Berlin", 3, "2026-10-25", "2026-10-25T02:00"),
        # No midnight on 6 September 2026 in Santiago: 01:00 there is 04:00 UTC.
        ("America/Santiago", 0, "2026-09-06", "2026-09-06T04:00"),
        # Half an hour less: 4 October 2026 has no 02:00 on Lord Howe, but 02:30, 15:30 UTC.
        ("Australia/Lord_Howe", 2, "2026-10-04", "2026-10-03T15:30"),
    ],
)
def test_an_hour_that_is_left_out_comes_at_the_first_minute_there_is(zone, hour, day, expected):
    start = datetime.fromisoformat(f"{day}T00:00+00:00") - DAY
    got = dues("announced", zone, start, start + 3 * DAY, hour=hour)

    assert [f"{due.astimezone(UTC):%Y-%m-%dT%H:%M}" for due in got if f"{due:%Y-%m-%d}" == day] == [
        expected
    ]


moments = st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001  # aware by timezones=
subscriptions = st.fixed_dictionaries(
    {
        "cadence": st.sampled_from(["announced", "weekdays", "weekly", "monthly", "at_once"]),
        "weekday": st.integers(0, 6),
        "hour": st.integers(0, 23),
        "zone": st.sampled_from(ZONES),
    }
)
LONGEST = {
    "announced": DAY,
    "weekdays": 3 * DAY,
    "weekly": 7 * DAY,
    "monthly": 31 * DAY,
    "at_once": HOUR / 4,
}


@given(subscriptions, moments)
def test_the_next_time_lies_ahead_and_nothing_is_passed_over(subscription, moment):
    due = next_due(**subscription, after=moment)

    assert due.tzinfo is UTC
    assert moment < due <= moment + LONGEST[subscription["cadence"]] + 3 * HOUR
    assert next_due(**subscription, after=due - timedelta(seconds=1)) == due


@given(subscriptions.filter(lambda one: one["cadence"] != "at_once"), moments)
def test_no_day_is_due_twice_and_each_is_one_that_was_asked_for(subscription, moment):
    clocks = ZoneInfo(subscription["zone"])
    first = next_due(**subscription, after=moment)
    second = next_due(**subscription, after=first)
    days = [meant(due.astimezone(clocks), subscription["hour"]) for due in (first, second)]

    assert days[0] < days[1]
    for day in days:
        assert {
            "announced": True,
            "weekdays": day.weekday() < 5,
            "weekly": day.weekday() == subscription["weekday"],
            "monthly": day.day == 1,
        }[subscription["cadence"]]


def test_a_search_that_writes_at_once_is_looked_at_every_quarter_of_an_hour():
    start = datetime(2026, 8, 14, 7, 1, tzinfo=UTC)

    assert [f"{due:%H:%M}" for due in dues("at_once", "UTC", start, start + HOUR)] == [
        "07:15",
        "07:30",
        "07:45",
        "08:00",
    ]


def test_a_zone_that_this_machine_does_not_know_is_named():
    with pytest.raises(BadOption, match="Mars/Olympus"):
        next_due("announced", weekday=0, hour=7, zone="Mars/Olympus", after=datetime.now(UTC))


@pytest.mark.parametrize(
    ("cadence", "expected"),
    [
        ("announced", "the list, every announcement day at 7:00, America/New York"),
        ("weekdays", "the list, Monday to Friday at 7:00, America/New York"),
        ("weekly", "the list, every Saturday at 7:00, America/New York"),
        ("monthly", "the list, on the first of every month at 7:00, America/New York"),
        ("at_once", "the list, as soon as something new matches"),
    ],
)
def test_a_subscription_in_words(cadence, expected):
    assert said("the list", cadence, weekday=5, hour=7, zone="America/New_York") == expected
