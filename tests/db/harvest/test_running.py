"""Runs: portion by portion, going on where one was cut short, and how each ends."""

from dataclasses import replace
from datetime import UTC, date, datetime
from types import SimpleNamespace

import pytest

from broadsheet.harvest import running
from broadsheet.harvest.models import Checkpoint, Source
from broadsheet.kernel import clock
from broadsheet.kernel.errors import BadOption, Busy, Expired, NotAsked, Unreadable
from broadsheet.papers import actions as papers
from broadsheet.papers import queries
from broadsheet.papers.models import Paper
from broadsheet.sources.contract import Trouble
from broadsheet.sources.live import Portion

TODAY = date(2026, 8, 15)
NOT_ASKED = NotAsked(host="example.org", reason="it did not answer")
FORGOTTEN = Expired(host="example.org", reason="the token is unknown")
BROKEN = Unreadable(where="https://example.org/oai", reason="it is cut off")


@pytest.fixture
def three(said):
    """Three portions of two records each."""
    pages = [tuple(said() for _ in range(2)) for _ in range(3)]
    return {
        "": Portion(items=pages[0], resume="a", reached=date(2026, 8, 10)),
        "a": Portion(items=pages[1], resume="b", reached=date(2026, 8, 12)),
        "b": Portion(items=pages[2]),
    }


def keys():
    return sorted(Paper.objects.values_list("key", flat=True))


def test_a_run_holds_every_portion_and_notes_how_far_it_came(scripted, three, run):
    source = scripted(three)

    told = run(source, since=date(2026, 8, 9))

    assert (told.outcome, told.portions, told.records, told.left_s) == ("found", 3, 6, 0)
    assert source.asked == [(date(2026, 8, 9), place) for place in ("", "a", "b")]
    mark = Checkpoint.objects.get()
    assert (mark.covered, mark.begun_at, mark.resume) == (TODAY, None, "")
    assert queries.sizes().papers == 6


def test_the_next_run_asks_from_a_day_before_the_last(scripted, three, run):
    source = scripted(three)
    run(source)
    source.script = {}
    with clock.at(datetime(2026, 8, 18, 9, tzinfo=UTC)):
        told = run(source)

    assert source.asked[0] == (date(2026, 8, 8), "")  # the first harvest: a week
    assert source.asked[-1] == (date(2026, 8, 14), "")
    assert told.outcome == "not-announced"  # the source lists the days of a feed


def test_a_run_that_broke_off_goes_on_where_it_was(scripted, three, run):
    source = scripted(three | {"a": NOT_ASKED})
    told = run(source, since=date(2026, 8, 9))
    assert (told.outcome, told.records) == ("not-asked", 2)
    assert told.error == "example.org could not be asked: it did not answer."
    source.script = three

    told = run(source)

    assert (told.outcome, told.resumed, told.records) == ("found", True, 4)
    assert source.asked[-2:] == [(date(2026, 8, 9), "a"), (date(2026, 8, 9), "b")]
    assert queries.sizes().papers == 6


def test_nothing_of_a_portion_stays_whose_end_was_never_reached(scripted, three, run, monkeypatch):
    source = scripted(three)
    ingest = papers.ingest

    def dies(items):
        report = ingest(items)
        if queries.sizes().papers == 4:
            raise KeyboardInterrupt
        return report

    monkeypatch.setattr(papers, "ingest", dies)
    with pytest.raises(KeyboardInterrupt):
        run(source)
    assert queries.sizes().papers == 2
    assert Checkpoint.objects.get().resume == "a"

    monkeypatch.undo()
    run(source)
    assert queries.sizes().papers == 6


def test_a_forgotten_place_sends_back_to_the_last_safe_day_and_loses_nothing(scripted, three, run):
    source = scripted(three | {"b": [FORGOTTEN, three["b"]]})

    told = run(source, since=date(2026, 8, 9))

    assert source.asked == [
        (date(2026, 8, 9), ""),
        (date(2026, 8, 9), "a"),
        (date(2026, 8, 9), "b"),
        (date(2026, 8, 12), ""),
        (date(2026, 8, 12), "a"),
        (date(2026, 8, 12), "b"),
    ]
    assert (told.outcome, told.restarts) == ("found", 1)
    assert (told.report.new, told.report.unchanged) == (6, 4)


def test_a_place_that_is_forgotten_again_and_again_ends_the_run_not_the_harvest(
    scripted, three, run
):
    source = scripted(three | {"a": FORGOTTEN})

    told = run(source)

    assert told.outcome == "not-asked"
    assert len(source.asked) < 10
    source.script = three
    assert run(source).outcome == "found"
    assert queries.sizes().papers == 6


def test_an_answer_that_leads_to_itself_is_unreadable_and_not_endless(scripted, three, run):
    source = scripted(three | {"b": Portion(resume="b")})

    told = run(source)

    assert told.outcome == "unreadable"
    assert told.error.startswith("A scripted source: it says to go on from where we are")


@pytest.mark.parametrize(
    ("answer", "outcome", "succeeded"),
    [
        (NOT_ASKED, "not-asked", False),
        (BROKEN, "unreadable", False),
        (Portion(outcome="nothing-new"), "nothing-new", True),
        (Portion(outcome="not-announced"), "not-announced", True),
    ],
)
def test_how_a_run_ended_stands_on_its_source(scripted, run, answer, outcome, *, succeeded):
    source = scripted({"": answer}, feeds=())

    told = run(source)

    row = Source.objects.get(name=source.name)
    assert (told.outcome, row.outcome, row.error) == (outcome, outcome, told.error)
    assert (row.succeeded_at is not None, bool(told.error)) == (succeeded, not succeeded)


def test_progress_tells_how_long_it_may_still_take_once_that_can_be_known(
    scripted, run, monkeypatch
):
    seconds = iter(range(0, 100, 10))  # each portion takes ten
    watch = SimpleNamespace(monotonic=lambda: next(seconds))
    monkeypatch.setattr("broadsheet.harvest.running.time", watch)
    days = [date(2026, 8, 3), date(2026, 8, 3), date(2026, 8, 5), date(2026, 8, 11)]
    source = scripted(
        {str(n or ""): Portion(resume=str(n + 1), reached=day) for n, day in enumerate(days)}
        | {"4": Portion()}
    )
    told = []
    with clock.at(datetime(2026, 8, 14, 12, tzinfo=UTC)):
        run(source, since=date(2005, 9, 16), progress=lambda run: told.append(run.left_s))

    # the same day tells nothing; then two days took 20 s and ten are left, eight took 30, four
    assert told == [0, 0, 100, 15, 0]


def test_a_mistake_of_ours_stands_on_the_source_that_it_kept_from_running(scripted, run):
    source = scripted({"": ZeroDivisionError("by nought")})
    with pytest.raises(ZeroDivisionError):
        run(source)

    row = Source.objects.get()
    assert (row.succeeded_at, row.holder, row.outcome) == (None, "", "")
    assert row.error.startswith("The program failed (ZeroDivisionError)")
    source.script[""] = Portion(outcome="nothing-new")
    run(source)
    assert not Source.objects.get().error


def test_a_garbled_answer_is_asked_for_again(scripted, three, run):
    source = scripted(three | {"a": [BROKEN, three["a"]]})

    assert run(source).outcome == "found"
    assert [place for _, place in source.asked] == ["", "a", "a", "b"]


def garbled(portion, count=1):
    """The portion with so many of its records damaged."""
    told = Trouble(path="x", line=0, reason="it is not well-formed XML", raw=b"x", garbled=True)
    return replace(portion, items=(*portion.items[count:], *(count * (told,))))


def test_a_portion_with_a_garbled_record_is_asked_for_again(scripted, three, run):
    source = scripted(three | {"a": [garbled(three["a"]), three["a"]]})

    told = run(source)

    assert (told.records, told.report.rejected) == (6, 0)
    assert [place for _, place in source.asked] == ["", "a", "a", "b"]


@pytest.mark.parametrize("last", [BROKEN, FORGOTTEN, 1])
def test_of_answers_that_stay_garbled_the_best_is_held(scripted, three, run, last):
    last = garbled(three["a"]) if last == 1 else last
    source = scripted(three | {"a": [garbled(three["a"], 2), garbled(three["a"]), last]})

    told = run(source)

    assert (told.outcome, told.report.new, told.report.rejected) == ("found", 5, 1)
    assert [place for _, place in source.asked] == ["", "a", "a", "a", "b"]


def test_two_runs_of_a_source_at_once_are_one(scripted, three, run):
    source = scripted(three)
    with pytest.raises(Busy, match="busy"):
        run(source, progress=lambda _: run(source))

    assert run(source).outcome == "found"
    assert queries.sizes().papers == 6


def test_a_longer_errand_takes_the_place_of_one_under_way(scripted, three, run):
    source = scripted(three | {"a": NOT_ASKED})
    run(source, since=date(2026, 8, 12))
    source.script = three

    told = run(source, since=date(2026, 8, 1))
    assert (told.since, told.resumed) == (date(2026, 8, 1), False)


def test_a_shorter_errand_goes_on_with_the_longer_one_under_way(scripted, three, run):
    source = scripted(three | {"a": NOT_ASKED})
    run(source, since=date(2026, 8, 1))
    source.script = three

    told = run(source, since=date(2026, 8, 12))
    assert (told.since, told.resumed) == (date(2026, 8, 1), True)


def test_a_short_errand_by_hand_hides_no_gap_before_it(scripted, run):
    source = scripted()
    run(source)
    with clock.at(datetime(2026, 10, 1, tzinfo=UTC)):
        run(source, since=date(2026, 9, 30))
        assert Checkpoint.objects.get().covered == TODAY
        run(source)
        assert source.asked[-1] == (date(2026, 8, 14), "")
        assert Checkpoint.objects.get().covered == date(2026, 10, 1)


def test_names_are_asked_for_without_touching_the_harvest(scripted, three, run, said):
    source = scripted(three | {"": lambda wanted: Portion(items=(said(),))})

    told = run(source, names=("2601.00001",))

    assert source.asked == [("2601.00001",)]
    assert told.records == 1
    assert not Checkpoint.objects.exists()


def test_nobody_is_asked_in_nobodys_name(scripted, settings):
    settings.CONTACT = ""
    source = scripted()
    with pytest.raises(BadOption) as refused:
        running.run(source)

    assert refused.value.user_message.startswith("BROADSHEET_CONTACT cannot be used: it is not set")
    assert not source.asked
    settings.CONTACT = "ada@example.org"
    assert running.run(source).outcome
