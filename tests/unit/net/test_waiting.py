"""How long to wait: what answers say of it, in every form, and what we say ourselves."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadsheet.net.verdicts import verdict
from broadsheet.net.waiting import LONGEST_S, SHORTEST_S, Patience, asked_wait, used_up

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
EPOCH = int(NOW.timestamp())


@pytest.mark.parametrize(
    ("value", "wait"),
    [
        ("120", 120),
        ("0", 1),
        ("86400", 86400),
        ("86401", 86400),
        ("9" * 12, 86400),
        ("Fri, 20 Nov 2026 12:05:00 GMT", 300),
        ("Friday, 20-Nov-26 12:05:00 GMT", 300),
        ("Fri Nov 20 12:05:00 2026", 300),
        ("Fri, 20 Nov 2026 07:05:00 -0500", 300),
        ("Fri, 20 Nov 2026 11:00:00 GMT", 1),
        ("Fri, 20 Nov 2099 12:00:00 GMT", 86400),
        ("", None),
        ("soon", None),
        ("-5", None),
        ("1.5", None),
        ("٣", None),
        ("9" * 13, None),
        ("Fri, 32 Nov 2026 12:05:00 GMT", None),
        ("Fri, 20 Nov 99999 12:05:00 GMT", None),
    ],
)
def test_retry_after_is_read_in_both_forms_and_kept_within_a_second_and_a_day(value, wait):
    assert asked_wait({"retry-after": value}, NOW) == wait


@given(st.text(max_size=40))
def test_no_retry_after_whatever_it_holds_does_harm(value):
    wait = asked_wait({"retry-after": value, "date": value, "ratelimit": value}, NOW)

    assert wait is None or SHORTEST_S <= wait <= LONGEST_S


@given(st.integers(1, 86400), st.integers(-(10**6), 10**6))
def test_a_date_is_read_by_the_clock_of_whoever_wrote_it(wait, ahead):
    theirs = NOW + timedelta(seconds=ahead)
    headers = {
        "date": format_datetime(theirs, usegmt=True),
        "retry-after": format_datetime(theirs + timedelta(seconds=wait), usegmt=True),
    }

    assert asked_wait(headers, NOW) == wait


@pytest.mark.parametrize(
    ("headers", "wait"),
    [
        ({"x-ratelimit-remaining": "0", "x-ratelimit-reset": str(EPOCH + 900)}, 900),
        ({"x-ratelimit-remaining": "0", "x-ratelimit-reset": str(EPOCH - 5)}, 1),
        ({"x-ratelimit-remaining": "1", "x-ratelimit-reset": str(EPOCH + 900)}, None),
        ({"x-ratelimit-remaining": "0"}, None),
        ({"x-ratelimit-remaining": "0", "x-ratelimit-reset": "later"}, None),
        ({"ratelimit": '"api";r=0;t=55'}, 55),
        ({"ratelimit": '"api"; t=55; r=0'}, 55),
        ({"ratelimit": '"api";r=12;t=55'}, None),
        ({"ratelimit": '"api";r=0'}, None),
        ({"ratelimit": '"burst";r=0;t=3, "day";r=0;t=7000'}, 7000),
        ({"ratelimit": '"burst";r=0;t=3, "day";r=9;t=7000'}, 3),
        ({}, None),
    ],
)
def test_an_allowance_used_up_says_when_there_is_a_new_one(headers, wait):
    assert used_up(headers, NOW) == wait
    assert asked_wait(headers, NOW) == wait


def test_retry_after_comes_before_an_allowance():
    headers = {"retry-after": "7", "ratelimit": '"api";r=0;t=55'}

    assert asked_wait(headers, NOW) == 7


def test_a_pause_grows_from_five_seconds_to_ten_minutes():
    longest = [Patience().pause(tried, lambda _, most: most) for tried in range(1, 10)]

    assert longest == [5, 10, 20, 40, 80, 160, 320, 600, 600]


@given(st.integers(1, 10**6), st.floats(0, 1))
def test_a_pause_is_any_part_of_what_it_may_be(tried, part):
    pause = Patience().pause(tried, lambda least, most: least + part * (most - least))

    assert 0 <= pause <= 600


@pytest.mark.parametrize(
    ("status", "headers", "judged"),
    [
        (200, {}, ("answer", None, False)),
        (200, {"retry-after": "9"}, ("answer", None, False)),
        (200, {"ratelimit": '"a";r=0;t=9'}, ("answer", 9, True)),
        (302, {"location": "/x"}, ("moved", None, False)),
        (302, {"location": "/x", "retry-after": "9"}, ("moved", 9, False)),
        (302, {}, ("refused", None, False)),
        (300, {"location": "/x"}, ("refused", None, False)),
        (403, {}, ("refused", 86400, True)),
        (403, {"retry-after": "60"}, ("again", 60, True)),
        (403, {"ratelimit": '"a";r=5;t=9'}, ("refused", 60, True)),
        (404, {"retry-after": "9"}, ("gone", None, False)),
        (406, {}, ("refused", None, False)),
        (429, {}, ("again", None, True)),
        (500, {}, ("again", None, False)),
        (500, {"retry-after": "9"}, ("again", 9, True)),
        (503, {}, ("again", None, True)),
    ],
)
def test_a_status_is_judged_with_what_comes_with_it(status, headers, judged):
    found = verdict(status, headers, NOW)

    assert (found.what, found.wait_s, found.rests) == judged
