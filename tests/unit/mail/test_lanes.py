"""Whose turn it is: all go once, at their paces, in order but for domains that have to wait."""

import itertools
import math

from hypothesis import given
from hypothesis import strategies as st

from broadsheet.mail.lanes import Lanes

domains = st.lists(st.sampled_from("abcde"), max_size=40)
rates = st.integers(1, 20)


def run(lanes, now_s=100.0):
    """All that is held, as (when, number, domain)."""
    went = []
    while (wait_s := lanes.wait_s(now_s)) is not None:
        now_s += wait_s
        if lanes.wait_s(now_s) == 0:
            went.append((now_s, *lanes.take(now_s)))
    return went


@given(domains, rates, rates)
def test_all_go_once_and_no_faster_than_they_may(names, rate, domain_rate):
    lanes = Lanes(rate=rate, domain_rate=domain_rate)
    lanes.load(enumerate(names), 100.0)

    went = run(lanes)

    assert sorted((number, domain) for _, number, domain in went) == list(enumerate(names))
    for chosen, most in [(went, rate)] + [
        ([one for one in went if one[2] == domain], domain_rate) for domain in set(names)
    ]:
        gaps = [b[0] - a[0] for a, b in itertools.pairwise(chosen)]
        assert all(gap > 1 / most - 1e-9 for gap in gaps)


@given(domains, rates, rates)
def test_nothing_passes_another_but_where_its_domain_has_to_wait(names, rate, domain_rate):
    lanes = Lanes(rate=rate, domain_rate=domain_rate)
    lanes.load(enumerate(names), 100.0)
    free = {}

    for place, (at, number, domain) in enumerate(went := run(lanes)):
        for _, later, other in went[place + 1 :]:
            assert later > number or free[other] > at - 1e-9
        free[domain] = at + 1 / domain_rate


def test_a_lane_that_is_shut_opens_again_and_the_pace_outlives_a_new_load():
    lanes = Lanes(rate=1_000, domain_rate=10)
    lanes.load([(1, "a"), (2, "a"), (3, "b")], 100.0)
    assert lanes.wait_s(100.0) == 0
    assert lanes.take(100.0) == (1, "a")
    lanes.shut("a", 160.0)

    lanes.load([(2, "a"), (3, "b")], 101.0)
    assert lanes.wait_s(101.0) == 0
    assert lanes.take(101.0) == (3, "b")
    assert math.isclose(lanes.wait_s(101.0), 59.0)
    assert lanes.wait_s(160.0) == 0
    assert lanes.take(160.0) == (2, "a")
    assert lanes.wait_s(160.0) is None
    lanes.shut("b", 200.0)
    assert lanes.wait_s(160.0) is None
