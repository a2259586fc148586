"""The job that runs a source."""

import pytest

from broadsheet.harvest import actions, queries, tasks
from broadsheet.harvest.models import Checkpoint
from broadsheet.jobs import registry as jobs
from broadsheet.jobs.models import Schedule
from broadsheet.kernel.errors import NotAsked
from broadsheet.sources.live import Portion


class Told:
    """A job's context that notes what it is told, and stops the job when told to."""

    def __init__(self, stop_after=100):
        self.said, self._stop_after = [], stop_after

    def beat(self, said=""):
        self.said.append(said)
        if len(self.said) >= self._stop_after:
            raise jobs.Stopped

    def cancelled(self):
        return False


@pytest.fixture
def two(said, settings):
    settings.CONTACT = "ada@example.org"
    return {"": Portion(items=(said(),), resume="a"), "a": Portion(items=(said(),))}


def test_a_job_runs_a_source_and_tells_how_far_it_is(scripted, two):
    scripted(two)
    told = Told()

    jobs.function(actions.JOB)(told, source="scripted")

    assert told.said == ["1 record in 1 portion", "2 records in 2 portions"]
    assert queries.sources()[0].outcome == "found"
    assert Schedule.objects.get().job == actions.JOB


def test_a_job_that_is_stopped_goes_on_with_the_next(scripted, two):
    source = scripted(two)
    with pytest.raises(jobs.Stopped):
        tasks.sync(Told(stop_after=1), source="scripted")
    assert Checkpoint.objects.get().resume == "a"

    tasks.sync(Told(), source="scripted")

    assert [place for _, place in source.asked] == ["", "a"]


def test_a_job_whose_upstream_fails_fails(scripted, two):
    scripted({"": NotAsked(host="example.org", reason="it did not answer")})

    with pytest.raises(NotAsked):
        tasks.sync(Told(), source="scripted")
