"""Due times where clocks change, waits after failures, and the silence of dead workers."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from broadsheet.jobs import rules
from broadsheet.kernel.errors import BadOption

MINUTE = timedelta(minutes=1)
BERLIN, NEW_YORK = "Europe/Berlin", "America/New_York"


def utc(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def dues(cron, zone, moment, last):
    """The due times that somebody meets who looks every minute."""
    found = []
    while moment <= last:
        found.append(rules.latest_due(cron, zone, moment))
        moment += MINUTE
    return [due for before, due in pairwise(found) if due != before]


@pytest.mark.parametrize(
    ("cron", "zone", "span", "expected"),
    [
        # 29 March 2026: at 02:00 clocks in Berlin go to 03:00, which is 01:00 UTC.
        ("30 2 * * *", BERLIN, ("2026-03-28T12:00", "2026-03-30T12:00"), ["29T01:00", "30T00:30"]),
        ("0,30 2 * * *", BERLIN, ("2026-03-28T12:00", "2026-03-29T12:00"), ["29T01:00"]),
        ("0 3 * * *", BERLIN, ("2026-03-28T12:00", "2026-03-29T12:00"), ["29T01:00"]),
        ("30 * * * *", BERLIN, ("2026-03-29T00:00", "2026-03-29T02:00"), ["29T00:30", "29T01:30"]),
        # 25 October 2026: at 03:00 they go back to 02:00; 02:30 is 00:30 and 01:30 UTC.
        ("30 2 * * *", BERLIN, ("2026-10-24T12:00", "2026-10-26T12:00"), ["25T00:30", "26T01:30"]),
        ("0 3 * * *", BERLIN, ("2026-10-24T12:00", "2026-10-25T12:00"), ["25T02:00"]),
        ("30 * * * *", BERLIN, ("2026-10-25T00:00", "2026-10-25T02:00"), ["25T00:30", "25T01:30"]),
        # 8 March 2026: at 02:00 clocks in New York go to 03:00, which is 07:00 UTC.
        ("30 2 * * 0", NEW_YORK, ("2026-03-07T12:00", "2026-03-09T12:00"), ["08T07:00"]),
        # 1 November 2026: at 02:00 they go back to 01:00; 01:10 is 05:10 and 06:10 UTC.
        ("10 1 * * *", NEW_YORK, ("2026-10-31T12:00", "2026-11-01T12:00"), ["01T05:10"]),
        # Half an hour, on an island: 4 October 2026, 02:00 becomes 02:30, which is 15:30 UTC.
        (
            "15 2 * * *",
            "Australia/Lord_Howe",
            ("2026-10-03T00:00", "2026-10-04T12:00"),
            ["03T15:30"],
        ),
        # No change of clocks, but the calendar's own corners.
        ("0 0 29 2 *", "UTC", ("2028-02-28T12:00", "2028-03-02T12:00"), ["29T00:00"]),
        ("59 23 31 12 *", "UTC", ("2026-12-31T12:00", "2027-01-01T12:00"), ["31T23:59"]),
    ],
)
def test_whoever_looks_every_minute_meets_each_due_time_once(cron, zone, span, expected):
    first, last = map(utc, span)

    assert [f"{due:%dT%H:%M}" for due in dues(cron, zone, first, last)] == expected


def test_what_was_missed_in_the_hour_that_comes_twice_is_still_found():
    """Wall clocks show 02:10 again, and 02:30 has passed already."""
    assert rules.latest_due("30 2 * * *", BERLIN, utc("2026-10-25T01:10")) == utc(
        "2026-10-25T00:30"
    )
    assert rules.next_due("30 2 * * *", BERLIN, utc("2026-10-25T01:10")) == utc("2026-10-26T01:30")


zones = st.sampled_from(
    [BERLIN, NEW_YORK, "UTC", "Australia/Lord_Howe", "America/Sao_Paulo", "Asia/Kolkata"]
)
moments = st.datetimes(datetime(2010, 1, 1), datetime(2035, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001  # aware by timezones=


@given(zones, moments, st.integers(0, 23), st.integers(0, 59))
@settings(deadline=None)
def test_a_time_of_day_is_due_once_on_every_day(zone, moment, hour, minute):
    cron, here = f"{minute} {hour} * * *", ZoneInfo(zone)
    found, end = [], moment + timedelta(days=8)
    while moment < end:
        found.append(rules.latest_due(cron, zone, moment))
        moment += timedelta(minutes=13)
    days = [due.astimezone(here).date() for due in dict.fromkeys(found)]

    assert days == [days[0] + timedelta(days=n) for n in range(len(days))]
    assert found == sorted(found)
    assert len(days) >= 8


crons = st.sampled_from(
    ["30 2 * * *", "*/20 * * * *", "20 0,1,4 * * 1-5", "5 */6 * * *", "0 3 1 * *", "15 1 * * SUN"]
)


@given(crons, zones, moments)
@settings(deadline=None)
def test_looking_back_and_looking_ahead_agree(cron, zone, moment):
    latest = rules.latest_due(cron, zone, moment)
    following = rules.next_due(cron, zone, moment)

    assert latest <= moment < following
    assert rules.latest_due(cron, zone, following) == following
    assert rules.latest_due(cron, zone, following - timedelta(seconds=1)) == latest
    assert rules.next_due(cron, zone, latest) == following


WORDS = "minute, hour, day, month and weekday are five words"
UNKNOWN = "this machine knows no such zone; they are written as Europe/Paris or UTC"


@pytest.mark.parametrize(
    ("cron", "zone", "message"),
    [
        ("61 * * * *", "UTC", "The schedule “61 * * * *” cannot be used: bad minute."),
        ("* * * *", "UTC", f"The schedule “* * * *” cannot be used: {WORDS}."),
        ("0 0 * * * *", "UTC", f"The schedule “0 0 * * * *” cannot be used: {WORDS}."),
        ("0 0 30 2 *", "UTC", "The schedule “0 0 30 2 *” cannot be used: bad day-of-month."),
        ("0 0 * * *", "Mars", f"The time zone “Mars” cannot be used: {UNKNOWN}."),
        ("0 0 * * *", "../etc", f"The time zone “../etc” cannot be used: {UNKNOWN}."),
    ],
)
def test_a_schedule_that_means_nothing_is_refused_with_the_reason(cron, zone, message):
    with pytest.raises(BadOption) as refused:
        rules.check(cron, zone)

    assert refused.value.user_message == message


def test_waits_grow_threefold_up_to_an_hour_and_are_shortened_by_up_to_half():
    whole = [rules.wait_s(attempt, first_s=60, draw=0) for attempt in range(1, 7)]

    assert whole == [60, 180, 540, 1_620, 3_600, 3_600]
    assert rules.wait_s(2, first_s=60, draw=0.5) == 180 * 0.75


@given(st.integers(1, 100), st.floats(0, 1, exclude_max=True))
def test_no_wait_is_shorter_than_half_or_longer_than_an_hour(attempt, draw):
    assert 30 <= rules.wait_s(attempt, first_s=60, draw=draw) <= rules.LONGEST_WAIT_S


def test_a_run_is_silent_when_its_beats_stood_still_for_so_long():
    silence = rules.Silence(60)

    assert silence.silent({"a": 1, "b": 7}, 0) == []
    assert silence.silent({"a": 2, "b": 7}, 30) == []
    assert silence.silent({"a": 2, "b": 7}, 60) == ["b"]
    assert silence.silent({"a": 3}, 90) == []
    # Seen anew, it gets all its time again, as after a restart of the one that looks.
    assert silence.silent({"b": 7}, 91) == []
    assert silence.silent({"b": 7}, 151) == ["b"]
