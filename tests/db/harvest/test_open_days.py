"""Days that nobody lists again: completed when they are over, and empty for the right reason."""

from datetime import UTC, date, datetime, timedelta

import pytest

from broadsheet.editions import tasks as sealing
from broadsheet.harvest import actions, healing, queries
from broadsheet.harvest.models import Listing, Source
from broadsheet.kernel import clock
from broadsheet.kernel.errors import NotAsked
from broadsheet.sources.live import Listed, Portion

FRIDAY = date(2026, 8, 14)
NOON = datetime(2026, 8, 14, 12, tzinfo=UTC)
BLOG, DAILY = "example.org", "huggingface-daily"
NOT_ASKED = NotAsked(host="example.org", reason="it did not answer")


class Told:
    def beat(self, said=""):
        pass


@pytest.fixture(autouse=True)
def friday():
    with clock.at(NOON):
        yield


def listing(feed, day, *numbers, whole=False):
    names = {f"arxiv:{number}": "new" for number in numbers}
    return Portion(listed=(Listed(feed=feed, day=day, names=names, whole=whole),))


def test_a_day_of_a_blog_that_is_never_listed_again_ends_with_its_day(scripted, run):
    source = scripted({"": listing(BLOG, FRIDAY, "2608.00001")}, feeds=())
    run(source)
    source.script[""] = Portion(outcome="nothing-new")  # 304 from now on
    with clock.at(NOON + timedelta(days=1)):
        run(source)
        sealing.seal(Told())
        day = queries.day_state(BLOG, FRIDAY)

        assert (day.count, day.complete_at) == ("0 of 1", clock.now())


def test_a_day_of_a_source_that_was_switched_off_ends_with_its_day(scripted, said, run):
    announced = said(id="2608.00001", announced="2026-08-14", title="The one paper of that day")
    listed = listing("arxiv", FRIDAY, "2608.00001").listed
    run(scripted({"": Portion(items=(announced,), listed=listed)}))
    Source.objects.update(on=False)
    assert queries.day_state("arxiv", FRIDAY).complete_at is None

    with clock.at(NOON + timedelta(days=2)):
        sealing.seal(Told())

        assert queries.day_state("arxiv", FRIDAY).complete_at == clock.now()


@pytest.mark.parametrize("first", [None, NOT_ASKED], ids=["for the first time", "after a failure"])
def test_a_day_that_was_asked_for_later_and_is_empty_had_nothing_new(scripted, run, first):
    source = scripted({}, name="daily", feeds=(DAILY,))
    if first:
        source.script[""] = first
        run(source)
    empty = Listed(feed=DAILY, day=FRIDAY, names={})
    source.script[""] = Portion(listed=(empty,), outcome="nothing-new")
    with clock.at(NOON + timedelta(days=3)):
        run(source)
        day = queries.day_state(DAILY, FRIDAY)

    assert (day.outcome, day.announced) == ("nothing-new", 0)
    assert day.why.endswith("was asked for that day, and announced nothing.")


def test_what_one_source_finds_empty_hides_no_failure_of_another(scripted, run):
    run(scripted({"": NOT_ASKED}, name="first", feeds=(DAILY,)))
    empty = Listed(feed=DAILY, day=FRIDAY, names={})
    second = scripted({"": Portion(listed=(empty,))}, name="second", feeds=(DAILY,))
    with clock.at(NOON + timedelta(days=3)):
        run(second)

        assert queries.day_state(DAILY, FRIDAY).outcome == "not-asked"


def test_a_holiday_that_the_calendar_does_not_know_yet_raises_no_alarm(scripted, run):
    source = scripted({"": Portion(outcome="not-announced")})
    tuesday = date(2027, 1, 19)  # after a holiday that is not published yet
    with clock.at(datetime(2027, 1, 19, 5, 45, tzinfo=UTC)):
        assert run(source).outcome == "not-announced"
        day = queries.day_state("arxiv", tuesday)
        assert (day.outcome, day.alarm) == ("not-announced", "")
        assert "was not announced yet" in day.why
    source.script[""] = listing("arxiv", tuesday + timedelta(days=1), "2701.00001", whole=True)
    with clock.at(datetime(2027, 1, 20, 5, 45, tzinfo=UTC)):
        run(source)
        day = queries.day_state("arxiv", tuesday)
        assert (day.outcome, day.alarm, day.silent) == ("nothing-new", "", ())
        assert queries.day_state("arxiv", tuesday + timedelta(days=1)).outcome == "found"


def test_gaps_of_many_days_do_not_storm_an_upstream_that_is_down(scripted, run):
    for back in range(5):
        day = FRIDAY - timedelta(days=back)
        numbers = [f"2608.{back:02}{n:03}" for n in range(4)]
        run(scripted({"": listing("arxiv", day, *numbers)}))
    healer = scripted({"": NOT_ASKED}, name="healer", feeds=(), heals=("arxiv",))

    assert healing.heal(("arxiv",), client=object()) == 0
    assert len(healer.asked) == 1


def test_a_look_at_one_category_makes_no_list_whole(scripted, said):
    numbers = ["2608.00001", "2608.00002"]
    papers = [said(id=n, announced="2026-08-14", title=f"On the number {n}") for n in numbers]
    whole = listing("arxiv", FRIDAY, *numbers, whole=True).listed
    source = scripted({"": Portion(items=tuple(papers), listed=whole)})

    actions.run(source, categories=("cs.CL",), client=object())
    day = queries.day_state("arxiv", FRIDAY)
    assert (day.count, day.complete_at) == ("2 of 2", None)
    assert not Listing.objects.get().whole

    actions.run(source, client=object())
    assert queries.day_state("arxiv", FRIDAY).complete_at == NOON
    actions.run(source, categories=("cs.CL",), client=object())
    assert Listing.objects.get().whole
