"""Which lists are believed, and why a day is empty."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadsheet.harvest import rules
from broadsheet.harvest.rules import Standing

KINDS = st.sampled_from(["new", "cross", "replace", "picked"])
NAMES = st.dictionaries(st.integers(1, 40).map(lambda n: f"arxiv:2608.{n:05}"), KINDS, max_size=30)
DUE = datetime(2026, 8, 14, 4, 30, tzinfo=UTC)
OVER = datetime(2026, 8, 15, 4, tzinfo=UTC)


@given(NAMES)
def test_names_are_read_as_they_were_written(names):
    assert rules.read(rules.written(names)) == names
    assert list(rules.read(rules.written(names))) == list(names)


@given(NAMES, NAMES)
def test_a_list_loses_no_name_and_keeps_its_order(held, said):
    joined = rules.joined(held, said)

    assert joined.keys() == held.keys() | said.keys()
    assert list(joined)[: len(held)] == list(held)
    assert rules.joined(joined, said) == joined


@given(NAMES, NAMES)
def test_a_batch_is_a_repeat_only_if_most_of_it_stood_there_before(said, before):
    again = rules.repeats(said, before)

    same = len(said.items() & before.items())
    assert again in (0, same)
    assert bool(again) == (same >= 3 and same > len(said) / 2)


@given(NAMES)
def test_yesterdays_list_is_itself_again(names):
    assert rules.repeats(names, names) == (len(names) if len(names) >= 3 else 0)


@pytest.mark.parametrize(
    ("count", "before", "is_short"),
    [
        (206, [412, 400, 420, 390], True),
        (260, [412, 400, 420, 390], False),
        (0, [412, 400, 420, 390], True),
        (206, [412, 400, 420], False),  # too few known to tell
        (3, [5, 2, 1, 3, 9], False),
        (206, [], False),
    ],
)
def test_a_list_is_short_against_what_is_usual(count, before, is_short):
    assert rules.is_short(count, before) is is_short


@pytest.mark.parametrize(
    ("facts", "now", "outcome"),
    [
        ({"announced": 3}, OVER, "found"),
        ({"announced": 3, "said": "not-asked"}, OVER, "found"),
        ({"has_none": True}, DUE, "holiday"),
        ({"has_none": True, "said": "not-asked"}, OVER, "holiday"),
        ({"said": "not-asked"}, DUE, "not-asked"),
        ({"said": "unreadable"}, OVER, "unreadable"),
        ({}, DUE - timedelta(days=3), "not-announced"),
        ({"said": "nothing-new", "asked_at": DUE}, DUE, "not-announced"),
        ({"said": "nothing-new", "asked_at": DUE}, OVER, "nothing-new"),
        ({"said": "not-announced", "asked_at": DUE}, OVER, "nothing-new"),
        ({"asked_at": DUE - timedelta(seconds=1)}, OVER, "not-asked"),
        ({}, OVER, "not-asked"),
    ],
)
def test_the_five_reasons_for_an_empty_day_are_kept_apart(facts, now, outcome):
    day = {
        "announced": 0, "said": "", "asked_at": None, "has_none": False, "due": DUE, "over": OVER,
    }  # fmt: skip

    assert rules.outcome_of(Standing(**(day | facts)), now) == outcome
