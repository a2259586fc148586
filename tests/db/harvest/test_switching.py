"""What stays and what goes when a source is switched, pointed elsewhere, or the clock is set."""

from datetime import UTC, date, datetime, timedelta

import pytest

from broadsheet.harvest import actions, limiter, tasks
from broadsheet.harvest.models import Checkpoint, Host, Source
from broadsheet.jobs import actions as jobs
from broadsheet.jobs.models import Job
from broadsheet.kernel import clock
from broadsheet.kernel.errors import BadOption, Busy, NotAsked
from broadsheet.papers.models import Record
from broadsheet.sources.live import Portion

NOON = datetime(2026, 8, 15, 12, tzinfo=UTC)
NOT_ASKED = NotAsked(host="example.org", reason="it did not answer")


class Told:
    def beat(self, said=""):
        pass


@pytest.mark.parametrize(
    ("state", "left"),
    [("waiting", "cancelled"), ("failed", "cancelled"), ("running", "running"), ("done", "done")],
)
def test_nobody_goes_on_asking_a_source_that_is_switched_off(scripted, state, left):
    scripted()
    actions.configure("scripted", on=True)
    number = jobs.enqueue(actions.JOB, "scripted", source="scripted")
    Job.objects.filter(pk=number).update(state=state)

    actions.configure("scripted", on=False)

    job = Job.objects.get(pk=number)
    assert (job.state, job.to_cancel) == (left, state == "running")


@pytest.mark.parametrize(
    ("contact", "schedule"),
    [("ada@example.org", "20 0 * * 1-5"), ("", "20 0 * * 1-5"), ("ada@example.org", "")],
    ids=["at once", "in nobody's name", "on demand"],
)
def test_a_source_that_is_switched_on_is_asked_at_once(scripted, settings, contact, schedule):
    settings.CONTACT = contact
    scripted(schedule=schedule)

    actions.configure("scripted", on=True)

    waiting = Job.objects.filter(subject="scripted", state="waiting").exists()
    assert waiting == bool(contact and schedule)


def test_a_job_that_was_left_asks_nothing_of_a_source_that_is_off(scripted, settings):
    settings.CONTACT = "ada@example.org"
    source = scripted()
    Source.objects.update(on=False)

    tasks.sync(Told(), source="scripted")

    assert not source.asked


def test_a_new_address_is_asked_for_what_the_old_one_gave_last(scripted, run, said):
    source = scripted({"": Portion(items=(said(),)), "a": NOT_ASKED})
    run(source)
    source.script[""] = Portion(items=(said(),), resume="a", reached=date(2026, 8, 26))
    with clock.at(NOON + timedelta(days=12)):
        run(source)
        mark = Checkpoint.objects.get()
        assert (mark.covered, mark.resume) == (date(2026, 8, 15), "a")

        actions.configure("scripted", base_url="https://mirror.example.org/oai")
        source.script[""] = Portion(outcome="nothing-new")
        assert Checkpoint.objects.get().covered is None
        run(source)
        assert source.asked[-1] == (date(2026, 8, 14), "")
        mark = Checkpoint.objects.get()
        assert (mark.covered, mark.resume) == (date(2026, 8, 27), "")


@pytest.mark.parametrize(
    "change",
    [{"base_url": "https://mirror.example.org/oai"}, {"categories": ("cs.CL",)}, {"on": False}],
    ids=["elsewhere", "other categories", "off"],
)
def test_a_run_that_is_under_way_ends_where_its_source_is_set_anew(scripted, run, said, change):
    def while_asked(_wanted):
        actions.configure("scripted", **change)
        return Portion(items=(said(),), resume="a", said={"etag": "of the old address"})

    source = scripted({"": while_asked})
    with pytest.raises(Busy, match="set anew"):
        run(source)

    assert not Record.objects.exists()
    assert Source.objects.get().said == {}
    assert set(Checkpoint.objects.values_list("resume", "covered")) == {("", None)}
    assert not Source.objects.get().holder
    source.script[""] = Portion(outcome="nothing-new")
    run(source)
    assert source.asked[-1] == (date(2026, 8, 8), "")


def test_categories_that_are_added_begin_where_the_others_were_left(scripted, run):
    source = scripted()
    actions.configure("scripted", categories=("cs.CL",))
    run(source)
    with clock.at(NOON + timedelta(days=20)):
        actions.configure("scripted", categories=("cs.CL", "cs.LG"))
        run(source)
    assert source.asked[-1] == (date(2026, 8, 14), "")

    with clock.at(NOON + timedelta(days=21)):
        actions.configure("scripted", categories=())
        run(source)
    assert source.asked[-1] == (date(2026, 8, 29), "")


def test_categories_that_were_asked_for_before_go_on_where_they_were(scripted, run):
    source = scripted()
    for later, categories in ((0, ()), (1, ("cs.CL",)), (30, ())):
        with clock.at(NOON + timedelta(days=later)):
            actions.configure("scripted", categories=categories)
            run(source)

    assert source.asked[-1] == (date(2026, 8, 14), "")


@pytest.mark.parametrize(
    "address", ["https://ada:s3cret@example.org/oai", "ftp://example.org", "x"]
)
def test_what_is_no_address_to_ask_is_refused(scripted, address):
    scripted()
    with pytest.raises(BadOption, match="no password"):
        actions.configure("scripted", base_url=address)


def test_the_same_address_again_forgets_nothing(scripted, run, said):
    source = scripted({"": Portion(items=(said(),))})
    run(source)
    actions.configure("scripted", base_url=source.base_url, on=False)
    actions.configure("scripted", on=True)

    assert Checkpoint.objects.get().covered == NOON.date()


def test_what_a_clock_that_was_ahead_called_covered_is_not_believed(scripted, run):
    source = scripted()
    with clock.at(NOON + timedelta(days=400)):
        run(source)
    run(source)
    assert source.asked[-1] == (date(2026, 8, 8), "")
    assert Checkpoint.objects.get().covered == NOON.date()

    with clock.at(NOON + timedelta(days=9)):
        run(source)
    assert source.asked[-1] == (date(2026, 8, 14), "")


def test_hosts_that_nobody_asks_any_more_are_forgotten(db):
    turns = limiter.Turns()
    turns.rest("resting.example.org", NOON + timedelta(hours=20), "it said so")
    with clock.at(NOON - timedelta(days=31)):
        for name in ("old.example.org", "127.0.0.1:1"):
            with turns.turn(name):
                pass
    with turns.turn("127.0.0.1:2"):
        pass

    assert set(Host.objects.values_list("name", flat=True)) == {
        "resting.example.org",
        "127.0.0.1:2",
    }
