"""Which lists are believed, and why a day is empty."""

from datetime import UTC, date, datetime, timedelta

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


@pytest.mark.parametrize(
    ("name", "number"),
    [
        ("2408.01234", "2408.01234"),
        ("arXiv:2408.01234v12", "2408.01234"),
        ("https://arxiv.org/pdf/2408.01234v2.pdf", "2408.01234"),
        ("10.48550/arXiv.2408.01234", "2408.01234"),
        ("math.GT/0309136", "math/0309136"),
        ("10.1000/182", ""),
        ("2408.1234", ""),
        ("2413.01234", ""),
        ("a" * 13 + "/9901001", ""),
        ("", ""),
    ],
)
def test_a_number_is_read_from_any_name_of_it(name, number):
    assert rules.arxiv_number(name) == number


@pytest.mark.parametrize(
    ("number", "may"),
    [
        ("2608.00001", True),
        ("2609.00001", True),  # the month begins somewhere
        ("2610.00001", False),
        ("9912.00001", False),
        ("math/9912001", True),
        ("math/0309136", True),
    ],
)
def test_a_number_may_exist_from_the_beginning_of_its_month(number, may):
    assert rules.may_exist(number, date(2026, 8, 31)) == may


@given(st.floats(-30, 30), st.one_of(st.none(), st.floats(-30, 30)))
def test_a_demand_is_over_after_an_hour_and_an_answer_after_a_day(asked, answered):
    def ago(hours):
        return None if hours is None else DUE - timedelta(hours=hours)

    standing = rules.demand_standing(ago(asked), ago(answered), DUE)

    if answered is None:
        assert standing == ("under-way" if abs(asked) < 1 else "none")
    else:
        assert standing == ("answered" if abs(answered) < 24 else "none")
