"""Names that were announced and do not come are asked for again, later each time, not for ever."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest

from broadsheet.harvest import healing, ledger
from broadsheet.harvest.models import Sought
from broadsheet.kernel import clock
from broadsheet.kernel.errors import NotAsked
from broadsheet.sources.live import Listed, Portion

DAY = date(2026, 8, 14)
NOON = datetime(2026, 8, 14, 12, tzinfo=UTC)
NUMBERS = ("2608.00001", "2608.00002", "2608.00003")


@pytest.fixture(autouse=True)
def noon():
    with clock.at(NOON):
        yield


@pytest.fixture
def gap(scripted, run):
    """A day of arXiv of which three papers are missing."""
    names = {f"arxiv:{number}": "new" for number in NUMBERS}
    run(scripted({"": Portion(listed=(Listed(feed="arxiv", day=DAY, names=names),))}))


@pytest.fixture
def healer(gap, scripted):
    """Whoever is asked for papers by number; its script says what comes."""
    return scripted({"": Portion()}, name="healer", feeds=(), heals=("arxiv",))


def heal(later=timedelta()):
    with clock.at(NOON + later):
        return healing.heal(("arxiv",), client=object())


def test_a_name_that_never_comes_is_asked_for_about_ten_times_and_then_no_more(healer):
    hours = 24 * 45
    for hour in range(hours):
        heal(timedelta(hours=hour, minutes=hour % 7))

    assert all(names == NUMBERS for names in healer.asked)
    assert 8 <= len(healer.asked) <= 12


def test_the_pauses_grow_threefold(healer):
    moments = []
    for quarters in range(4 * 48):
        before = len(healer.asked)
        heal(timedelta(minutes=15 * quarters))
        if len(healer.asked) > before:
            moments.append(15 * quarters)

    assert [b - a for a, b in pairwise(moments)] == [30, 90, 270, 810]


def test_a_name_that_is_new_in_the_list_is_asked_for_at_once(healer, run, scripted):
    heal()
    names = {f"arxiv:{number}": "new" for number in (*NUMBERS, "2608.00004")}
    run(scripted({"": Portion(listed=(Listed(feed="arxiv", day=DAY, names=names),))}))

    heal(timedelta(minutes=5))

    assert healer.asked[-1] == ("2608.00004",)


def test_what_came_at_last_is_announced_and_forgotten(healer, said):
    heal()
    papers = [said(id=n, title=f"On the number {n}") for n in NUMBERS]
    healer.script[""] = Portion(items=tuple(papers))

    assert heal(timedelta(hours=1)) == 3
    assert not Sought.objects.exists()
    assert heal(timedelta(hours=9)) == 0


def test_what_another_source_brings_meanwhile_is_announced_without_asking(
    healer, run, scripted, said
):
    heal()
    papers = [said(id=n, title=f"On the number {n}") for n in NUMBERS]
    run(scripted({"": Portion(items=tuple(papers))}, name="metadata", feeds=()))

    assert heal(timedelta(minutes=5)) == 3
    assert len(healer.asked) == 1


def test_an_upstream_that_cannot_be_asked_is_not_held_against_a_name(healer):
    healer.script[""] = NotAsked(host="example.org", reason="it did not answer")

    heal()
    heal(timedelta(minutes=1))

    assert len(healer.asked) == 2
    assert not Sought.objects.exists()


def test_a_clock_that_was_ahead_keeps_no_name_waiting(healer):
    heal(timedelta(days=20))
    heal()

    assert len(healer.asked) == 2


def test_names_that_never_come_leave_room_for_others(healer, monkeypatch, scripted, run):
    monkeypatch.setattr(healing, "MOST_NAMES", 3)
    before = DAY - timedelta(days=1)
    names = {"arxiv:2608.00009": "new"}
    run(scripted({"": Portion(listed=(Listed(feed="arxiv", day=before, names=names),))}))

    heal()
    heal(timedelta(minutes=5))

    assert healer.asked == [NUMBERS, ("2608.00009",)]
    assert ledger.names_of("arxiv", before)
