"""The ledger: counts, gaps and their healing, batches that are not believed, complete days."""

from datetime import UTC, date, datetime, timedelta

import pytest

from broadsheet.harvest import healing, queries
from broadsheet.harvest.models import Day, Source
from broadsheet.kernel import clock
from broadsheet.kernel.errors import NotAsked, Unreadable
from broadsheet.papers import actions as papers
from broadsheet.papers.models import Announcement
from broadsheet.sources.contract import Trouble
from broadsheet.sources.live import Listed, Portion

THURSDAY, FRIDAY, SATURDAY, MONDAY = (date(2026, 8, day) for day in (13, 14, 15, 17))
OPEN = datetime(2026, 8, 14, 5, tzinfo=UTC)  # Friday's edition is there since 04:30
NOT_ASKED = NotAsked(host="example.org", reason="it did not answer")
BROKEN = Unreadable(where="https://example.org/rss", reason="it is cut off")


@pytest.fixture
def numbers():
    """Numbers of papers: so many, after others."""

    def make(count, after=0, month="2608"):
        return [f"{month}.{after + n:05}" for n in range(1, count + 1)]

    return make


@pytest.fixture
def batch(said):
    """A portion that lists numbers on a day, with their records, but for some."""

    def make(day, numbers, *, without=(), whole=True):
        records = [
            said(id=n, announced=day.isoformat(), title=f"On the number {n} of them")
            for n in numbers
            if n not in without
        ]
        names = {f"arxiv:{n}": "new" for n in numbers}
        listed = Listed(feed="arxiv", day=day, names=names, whole=whole)
        return Portion(items=tuple(records), listed=(listed,), reached=day)

    return make


@pytest.fixture(autouse=True)
def friday_morning():
    with clock.at(OPEN):
        yield


def later(**hours):
    return clock.at(OPEN + timedelta(**hours))


def stands(day=FRIDAY):
    return queries.day_state("arxiv", day)


def test_a_day_that_is_held_whole_is_complete_at_once(scripted, batch, run, numbers):
    run(scripted({"": batch(FRIDAY, numbers(12))}))

    day = stands()
    assert (day.outcome, day.count, day.complete_at, day.late) == ("found", "12 of 12", OPEN, 0)
    assert day.why == "The arXiv list of new papers: 12 of 12 are held."
    assert (day.next_day, day.next_due) == (MONDAY, datetime(2026, 8, 17, 4, 30, tzinfo=UTC))


def test_what_was_announced_and_could_not_be_read_is_missing_with_its_reason(
    scripted, batch, run, numbers
):
    three = numbers(3)
    broken = Trouble(path="x", line=0, reason="it has no title", source_id=three[1], raw=b"<x/>")
    portion = batch(FRIDAY, three, without=three[1])
    run(scripted({"": Portion(items=(*portion.items, broken), listed=portion.listed)}))

    day = stands()
    assert (day.count, day.rejected, day.complete_at) == ("2 of 3", 1, None)
    assert day.why.endswith(
        "2 of 3 are held; 1 paper is missing (1 could not be read), and asked for again."
    )
    (missing,) = queries.missing("arxiv", FRIDAY)
    assert (missing.name, missing.reason) == (f"arxiv:{three[1]}", "it has no title")


def test_a_good_list_is_never_replaced_by_a_worse_one(scripted, batch, run, numbers):
    source = scripted({"": batch(FRIDAY, numbers(12))})
    run(source)
    source.script[""] = batch(FRIDAY, numbers(5))
    with later(hours=1):
        run(source)
    source.script[""] = Portion(outcome="nothing-new")
    with later(hours=2):
        run(source)

    assert stands().count == "12 of 12"


def test_a_list_that_grows_after_its_day_was_complete_tells_what_was_late(
    scripted, batch, run, numbers
):
    source = scripted({"": batch(FRIDAY, numbers(4))})
    run(source)
    with later(hours=3):
        source.script[""] = batch(FRIDAY, numbers(6))
        # What the source says it saw, it saw at the time of asking.
        run(source)
        Announcement.objects.filter(paper__key__in=numbers(2, 4)).update(seen_at=clock.now())
        run(source)

    day = stands()
    assert (day.count, day.late, day.complete_at) == ("6 of 6", 2, OPEN)


def test_yesterdays_batch_under_todays_date_is_an_alarm_and_not_a_day(
    scripted, batch, run, numbers
):
    source = scripted({"": batch(THURSDAY, numbers(10))})
    with later(days=-1):
        run(source)
    source.script[""] = batch(FRIDAY, [*numbers(8), *numbers(2, 50)])

    told = run(source)

    day = stands()
    assert told.alarms == [
        "scripted listed 10, of which 8 stood on 2026-08-13 already: the list of that day again"
    ]
    assert (day.outcome, day.announced, day.alarm) == ("not-announced", 0, told.alarms[0])
    assert not Announcement.objects.filter(day=FRIDAY).exists()

    source.script[""] = batch(FRIDAY, numbers(9, 50))
    with later(hours=1):
        run(source)
    assert (stands().count, stands().alarm) == ("9 of 9", "")
    assert stands().complete_at == OPEN + timedelta(hours=1)
    assert stands(THURSDAY).count == "10 of 10"


def test_half_a_batch_is_not_complete_before_the_upstream_says_so_again(
    scripted, batch, run, numbers
):
    source = scripted()
    for back, after in ((7, 100), (4, 200), (3, 300), (2, 400), (1, 500)):
        with later(days=-back):
            source.script[""] = batch(FRIDAY - timedelta(days=back), numbers(20, after))
            run(source)
    source.script[""] = batch(FRIDAY, numbers(10, 600))
    run(source)
    assert (stands().count, stands().complete_at) == ("10 of 10", None)

    with later(minutes=40):
        run(source)
        assert stands().complete_at == clock.now()


def test_two_upstreams_must_agree(scripted, batch, run, numbers):
    first = scripted({"": batch(FRIDAY, numbers(4))})
    names = {f"arxiv:{n}": "new" for n in numbers(6)}
    second = scripted({}, name="second")
    run(first)
    assert stands().complete_at is None

    second.script[""] = Portion(listed=(Listed(feed="arxiv", day=FRIDAY, names=names),))
    run(second)
    assert (stands().count, stands().complete_at) == ("4 of 6", None)
    assert {one.source: one.count for one in queries.listings("arxiv", FRIDAY)} == {
        "scripted": 4,
        "second": 6,
    }

    first.script[""] = batch(FRIDAY, numbers(6))
    with later(hours=1):
        run(first)
    day = stands()
    assert (day.count, day.missed_at, day.healed_at) == (
        "6 of 6",
        OPEN,
        OPEN + timedelta(hours=1),
    )
    assert day.complete_at == OPEN + timedelta(hours=1)


def test_a_day_says_which_of_its_upstreams_did_not_list_it(scripted, batch, run, numbers):
    thursday = batch(THURSDAY, numbers(4))
    feed = scripted({"": thursday}, title="The feed")
    other = scripted({"": thursday}, name="other", title="The numbers")
    new = scripted({}, name="new", title="One that was switched on today")
    for source in (feed, other, new):
        run(source)
    feed.script[""] = batch(FRIDAY, numbers(4, after=4))
    other.script[""] = NOT_ASKED
    run(feed)
    run(other)
    assert (stands().count, stands().silent) == ("4 of 4", ())  # it still may

    with later(hours=24):
        run(new)
        assert stands(THURSDAY).silent == ()
        assert stands().silent == ("other",)
        assert stands().why == (
            "The arXiv list of new papers: 4 of 4 are held."
            " The numbers did not list that day: more may have been announced."
        )

        other.script[""] = batch(FRIDAY, numbers(5, after=4))
        run(other)
        assert (stands().count, stands().silent) == ("5 of 5", ())


def test_a_day_is_complete_when_its_time_is_over_whatever_is_missing(scripted, batch, run, numbers):
    source = scripted({"": batch(FRIDAY, numbers(4), without=numbers(1))})
    run(source)
    source.script[""] = Portion(outcome="not-announced")
    with later(hours=22):
        run(source)
        assert stands().complete_at is None
    with later(hours=23):
        run(source)
        assert stands().complete_at == clock.now()
    assert stands().count == "3 of 4"


def test_gaps_are_closed_by_name_and_by_what_is_held_already(
    scripted, batch, run, numbers, *, said
):
    first, second, third = numbers(3)
    feed = scripted({"": batch(FRIDAY, numbers(3), without=(first, second))})
    papers.ingest([said(id=second, title="A paper held without its announcement")])
    asked = []

    def by_name(wanted):
        asked.append(wanted.names)
        return Portion(items=(said(id=first, title="A paper asked for by its name"),))

    scripted({"": by_name}, name="healer", feeds=(), heals=("arxiv",))
    run(feed)
    assert stands().count == "1 of 3"

    with later(hours=1):
        assert healing.heal(("arxiv",), client=object()) == 2

    assert asked == [(first,)]
    day = stands()
    assert (day.count, day.healed_at) == ("3 of 3", OPEN + timedelta(hours=1))
    assert healing.heal(("arxiv",), client=object()) == 0
    kinds = Announcement.objects.filter(day=FRIDAY).values_list("paper__key", "kind")
    assert sorted(kinds) == [(n, "new") for n in (first, second, third)]


def test_names_are_not_asked_for_of_a_source_that_is_off(scripted, batch, run, numbers):
    feed = scripted({"": batch(FRIDAY, numbers(3), without=numbers(1))})
    healer = scripted({}, name="healer", feeds=(), heals=("arxiv",))
    Source.objects.filter(name="healer").update(on=False)
    run(feed)

    assert healing.heal(("arxiv",), client=object()) == 0
    assert not healer.asked


@pytest.mark.parametrize(
    ("answer", "at", "outcome", "why"),
    [
        (Portion(outcome="not-announced"), OPEN, "not-announced", "was due on Friday 14 August"),
        (NOT_ASKED, OPEN, "not-asked", "example.org could not be asked: it did not answer."),
        (BROKEN, OPEN, "unreadable", "cannot be read: https://example.org/rss: it is cut off."),
        (
            Portion(outcome="nothing-new"),
            OPEN + timedelta(days=1),
            "holiday",
            "has no edition that day: there is none on Saturdays.",
        ),
        (
            Portion(outcome="not-announced"),
            datetime(2026, 11, 27, 6, tzinfo=UTC),
            "holiday",
            "the announcement was put off for the holiday of 26 November.",
        ),
    ],
)
def test_an_empty_day_says_which_of_the_five_it_is(scripted, run, answer, at, *, outcome, why):
    source = scripted({"": answer})
    with clock.at(at):
        run(source)
        day = queries.day_state("arxiv", at.date())

    assert (day.outcome, day.announced, day.next_due is not None) == (outcome, 0, True)
    assert why in day.why


def test_a_day_that_was_asked_for_in_vain_brought_nothing_new(scripted, run):
    source = scripted({"": Portion(outcome="not-announced")})
    run(source)
    with later(days=1):
        assert stands().outcome == "nothing-new"
        assert stands().why.endswith("was asked for that day, and announced nothing.")


def test_a_day_nobody_asked_for_stands_in_the_ledger(scripted, batch, run, numbers):
    run(scripted({"": batch(FRIDAY, numbers(3))}))
    with later(days=5):
        lines = queries.ledger(FRIDAY, FRIDAY + timedelta(days=5))

    assert [(line.day.day, line.outcome) for line in lines] == [
        (19, "not-announced"),
        (18, "not-asked"),
        (17, "not-asked"),
        (14, "found"),
    ]


def test_success_of_one_source_hides_no_failure_of_another(scripted, run):
    feed = scripted({"": NOT_ASKED})
    other = scripted({}, name="second")
    run(feed)
    run(other)
    assert stands().outcome == "not-asked"

    feed.script = {}
    run(feed)
    assert stands().outcome == "not-announced"


def test_days_to_come_and_feeds_nobody_watches(scripted):
    assert queries.day_state("arxiv", FRIDAY) is None
    scripted({})

    assert stands(MONDAY).outcome == "not-announced"
    assert stands(MONDAY).why == (
        "The arXiv list of new papers of that day is due on Monday 17 August at 04:30 UTC."
    )
    assert stands(SATURDAY).outcome == "holiday"
    assert queries.day_state("elsewhere", FRIDAY) is None
    assert queries.watched() == ("arxiv",)


def test_a_feed_with_a_habit_is_known_by_it(scripted, picked, run):
    days = [FRIDAY - timedelta(days=back) for back in range(1, 60)]
    papers.ingest(
        picked(day=day.isoformat(), edition_days=[day.isoformat()])
        for day in days
        if day.isoweekday() <= 5
    )
    source = scripted({"": NOT_ASKED}, feeds=("huggingface-daily",))
    with later(days=2):
        run(source)
        sunday = queries.day_state("huggingface-daily", SATURDAY + timedelta(days=1))

    assert sunday.outcome == "holiday"
    assert (sunday.next_day, sunday.next_due.date()) == (MONDAY, MONDAY)


def test_a_list_that_is_not_whole_waits_for_the_end_of_its_day(scripted, batch, run, numbers):
    source = scripted({"": batch(FRIDAY, numbers(3), whole=False)}, feeds=())
    run(source)

    assert (stands().count, stands().complete_at) == ("3 of 3", None)
    assert Day.objects.get(day=FRIDAY).announced == 3
