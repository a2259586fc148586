"""Each live source asks through the real client while everything goes wrong that can.

However it fares, it ends with the truth to the last field, or says clearly that it could not
ask, could not read, or lost its place. A record that is not true never comes of a fault.
"""

import itertools
import os
from datetime import date

import pytest
from tests.fault.sources.live_cases import CASES, SERVICE_FAULTS, differences, harvest
from tests.upstream import Fault, Upstream, faults, records
from tests.upstream.archive import Habits
from tests.upstream.requests import most_at_once

from broadsheet.kernel.errors import Expired, NotAsked, Unreadable
from broadsheet.net.connection import Timeouts
from broadsheet.sources.contract import Trouble

START = date(2026, 4, 1)
# Each of these takes seconds: one source shows it, all of them do in `make soak`.
LENGTHY = ("stalled", "dripping", "endless", "gzip-bomb")
# What the source hears of it; None where the client itself asks again or waits.
HEARD = {
    "unavailable": None,
    "unavailable-until": None,
    "too-many": None,
    "too-many-bare": None,
    "not-acceptable": NotAsked,
    "forbidden": NotAsked,
    "server-error": None,
    "slow": None,
    "stalled": None,
    "dripping": None,
    "cut": None,
    "cut-early": None,
    "truncated": Unreadable,
    "html": Unreadable,
    "empty": Unreadable,
    "redirect-private": NotAsked,
    "redirect-loop": NotAsked,  # after five of them
    "gzip-bomb": Unreadable,
    "broken-gzip": Unreadable,
    "endless": NotAsked,
    "entity-bomb": Unreadable,
}


@pytest.fixture
def busy_day():
    """An upstream on a day on which all kinds of things have happened; three pages of papers."""
    papers = records.generated(60, start=START, per_day=8, days_ahead=3)
    habits = Habits(replaced=4, withdrawn=2, crosslisted=2, published=3, restamped=3)
    with Upstream(papers, START, habits=habits, records_per_page=25) as up:
        up.advance(days=1)
        yield up


def test_every_fault_has_its_expectation():
    assert HEARD.keys() | {"wrong-charset"} == faults.ON_THE_WAY.keys()


@pytest.mark.parametrize("name", CASES)
def test_without_faults_the_truth_comes_at_once_and_one_request_at_a_time(busy_day, name):
    done = harvest(CASES[name], busy_day)

    assert differences(CASES[name], busy_day, done) == {}
    assert done.records
    assert (done.errors, done.troubles) == ([], [])
    assert most_at_once(busy_day.requests) == 1
    assert all(one.agent.startswith("Broadsheet/") for one in busy_day.requests)


def tried():
    """Every source with every fault; those that take seconds with one source, but in make soak."""
    soaking = os.environ.get("BROADSHEET_TEST_ROUNDS") == "all"
    for name, kind in itertools.product(CASES, HEARD):
        if soaking or kind not in LENGTHY or name == "arxiv_oai":
            yield name, kind


@pytest.mark.parametrize(("name", "kind"), list(tried()))
def test_what_goes_wrong_on_the_way_costs_time_and_nothing_else(busy_day, name, kind):
    seconds = 30 if kind in ("stalled", "dripping") else 0.1 if kind == "slow" else 2
    times = 6 if kind == "redirect-loop" else 1
    busy_day.faults(Fault(kind, on=CASES[name].service, seconds=seconds, times=times))

    hasty = Timeouts(read_s=2, total_s=5) if kind in ("stalled", "dripping") else None
    done = harvest(CASES[name], busy_day, hasty)

    assert [one.fault for one in busy_day.requests].count(kind) == times
    assert differences(CASES[name], busy_day, done) == {}
    assert done.troubles == []
    assert [type(error) for error in done.errors] == ([HEARD[kind]] if HEARD[kind] else [])
    assert all("127.0.0.1" in error.user_message for error in done.errors)


@pytest.mark.parametrize("name", CASES)
def test_bytes_that_are_no_text_cost_the_record_they_stand_in_or_the_whole_of_a_list(
    busy_day, name
):
    busy_day.faults(Fault("wrong-charset", on=CASES[name].service))

    done = harvest(CASES[name], busy_day)

    lost = differences(CASES[name], busy_day, done)
    assert len(done.troubles) + len(done.errors) == 1
    assert [held for held, _ in lost.values()] == [None] * len(done.troubles)
    assert all(type(error) is Unreadable for error in done.errors)


@pytest.mark.parametrize("name", ["arxiv_oai", "arxiv_raw"])
@pytest.mark.parametrize("at", [1, 2, 3])
@pytest.mark.parametrize("kind", ["repeated-page", "swapped-pages", "shuffled", "duplicates"])
def test_pages_out_of_order_or_twice_bring_every_paper_all_the_same(busy_day, name, at, kind):
    busy_day.faults(Fault(kind, on="oai", at=at))

    done = harvest(CASES[name], busy_day)

    assert differences(CASES[name], busy_day, done) == {}
    assert (done.errors, done.troubles) == ([], [])


@pytest.mark.parametrize("at", [2, 3])
def test_a_place_that_is_lost_is_said_and_asking_again_loses_nothing(busy_day, at):
    busy_day.faults(Fault("expired-token", on="oai", at=at))

    done = harvest(CASES["arxiv_oai"], busy_day)

    assert [type(error) for error in done.errors] == [Expired]
    assert differences(CASES["arxiv_oai"], busy_day, done) == {}


@pytest.mark.parametrize(
    ("name", "error"), [("arxiv_oai", NotAsked), ("arxiv_api", NotAsked), ("hf_daily", Unreadable)]
)
def test_an_error_with_status_200_is_no_empty_answer(busy_day, name, error):
    busy_day.faults(Fault("protocol-error", on=CASES[name].service))

    done = harvest(CASES[name], busy_day)

    assert [type(one) for one in done.errors] == [error]
    assert differences(CASES[name], busy_day, done) == {}


@pytest.mark.parametrize(
    "name", [name for name, own in SERVICE_FAULTS.items() if "broken-record" in own]
)
def test_one_record_that_breaks_its_schema_is_set_aside_and_the_others_are_true(busy_day, name):
    busy_day.faults(Fault("broken-record", on=CASES[name].service))

    done = harvest(CASES[name], busy_day)

    (trouble,) = done.troubles
    assert isinstance(trouble, Trouble)
    assert trouble.reason
    assert trouble.raw
    (missing,) = differences(CASES[name], busy_day, done).values()
    assert missing[0] is None


def test_an_empty_page_of_a_search_is_not_believed(busy_day):
    busy_day.faults(Fault("empty-page", on="api"))

    done = harvest(CASES["arxiv_api"], busy_day)

    assert done.errors == []
    assert differences(CASES["arxiv_api"], busy_day, done) == {}


@pytest.mark.parametrize("kind", ["duplicates", "empty-page", "protocol-error", "cut"])
def test_a_search_of_several_pages_loses_nothing_at_their_edges(kind):
    case = CASES["arxiv_api"]
    week = {"published": "2026-03-20"}
    papers = [one | week for one in records.generated(700, start=START, days_ahead=0)]
    with Upstream(papers, START) as up:
        up.faults(Fault(kind, on="api"))

        done = harvest(case, up)

        assert differences(case, up, done) == {}
        assert [one.fault for one in up.requests].count(kind) == 1
        assert "start=500" in "".join(one.query for one in up.requests)


@pytest.mark.parametrize("name", ["arxiv_feed", "arxiv_api", "hf_daily"])
def test_what_is_told_twice_is_held_once(busy_day, name):
    busy_day.faults(Fault("duplicates", on=CASES[name].service))

    done = harvest(CASES[name], busy_day)

    assert (done.errors, done.troubles) == ([], [])
    assert differences(CASES[name], busy_day, done) == {}


def test_yesterdays_feed_under_its_own_date_is_not_taken_for_todays(busy_day):
    busy_day.faults(Fault("late", on="feed"))

    done = harvest(CASES["arxiv_feed"], busy_day)

    assert done.outcomes == ["not-announced"]
    assert busy_day.now.date() not in done.listed
    assert {one.announcements[0].day for one in done.records.values()} == {START}


@pytest.mark.parametrize("kind", ["yesterday", "half"])
def test_a_feed_that_lies_about_its_day_is_listed_as_it_stood_for_the_ledger_to_see(busy_day, kind):
    today = busy_day.now.date()
    true = {day: set(busy_day.truth().announced(day)) for day in (START, today)}
    busy_day.faults(Fault(kind, on="feed"))

    done = harvest(CASES["arxiv_feed"], busy_day)
    again = harvest(CASES["arxiv_feed"], busy_day)

    listed = {name.removeprefix("arxiv:") for name in done.listed[today].names}
    assert listed == done.records.keys()
    assert listed == true[START] if kind == "yesterday" else listed < true[today]
    assert differences(CASES["arxiv_feed"], busy_day, again) == {}


@pytest.mark.parametrize("kind", ["late", "half"])
def test_a_list_that_is_not_all_there_is_not_whole_while_its_day_goes_on(busy_day, kind):
    busy_day.faults(Fault(kind, on="daily"))

    done = harvest(CASES["hf_daily"], busy_day)

    true = CASES["hf_daily"].true(busy_day)
    assert done.records.keys() < true.keys()
    assert not any(one.whole for one in done.listed.values())
    assert done.outcomes == (["not-announced"] if kind == "late" else ["found"])


def test_an_allowance_that_is_used_up_says_until_when(busy_day):
    busy_day.faults(Fault("limited", on="github"))

    done = harvest(CASES["github"], busy_day)

    (error,) = done.errors
    assert type(error) is NotAsked
    assert error.facts["again_at"] is not None
    assert differences(CASES["github"], busy_day, done) == {}


def test_a_repository_that_moved_is_found_and_one_that_went_has_no_stars(busy_day):
    names = sorted(CASES["github"].true(busy_day))
    moved, gone = (name.split()[0] for name in names[:2])
    before = busy_day.github.stars(moved)
    busy_day.github.rename(moved, "elsewhere/tool")
    busy_day.github.gone.add(gone)

    done = harvest(CASES["github"], busy_day)

    assert (done.errors, done.troubles) == ([], [])
    assert done.records[names[0]].signals[0].total == before
    assert done.records[names[1]].signals == ()


@pytest.mark.parametrize("name", CASES)
def test_a_storm_ends_with_the_truth(busy_day, soaking, name):
    kinds = [kind for kind in HEARD if kind not in (*LENGTHY, "slow")]
    for seed in range(20 if soaking else 2):
        busy_day.calm()
        busy_day.chaos(seed, 0.5, kinds, on=CASES[name].service)

        done = harvest(CASES[name], busy_day)

        assert differences(CASES[name], busy_day, done) == {}, f"seed {seed}"
        assert done.troubles == []


def test_a_paper_that_is_changed_while_it_is_harvested_is_true_after_the_next_harvest(busy_day):
    case = CASES["arxiv_oai"]
    before = harvest(case, busy_day)
    some = list(busy_day.truth().papers)[:3]
    busy_day.withdraw(some[0])
    busy_day.replace(some[1], title="Other words")
    busy_day.change(some[2])
    busy_day.advance(days=1)

    after = harvest(case, busy_day)

    assert differences(case, busy_day, after) == {}
    assert after.records[some[0]].withdrawn
    assert not before.records[some[0]].withdrawn
    assert after.records[some[1]].title == "Other words"
    assert after.records[some[2]].seen_at > before.records[some[2]].seen_at
