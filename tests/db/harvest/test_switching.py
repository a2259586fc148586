"""What stays and what goes when a source is switched, pointed elsewhere, or the clock is set."""

from datetime import UTC, date, datetime, timedelta

import pytest

from broadsheet.harvest import actions, limiter, tasks
from broadsheet.harvest.models import Checkpoint, Host, Source
from broadsheet.jobs import actions as jobs
from broadsheet.jobs.models import Job
from broadsheet.kernel import clock
from broadsheet.kernel.errors import NotAsked
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
