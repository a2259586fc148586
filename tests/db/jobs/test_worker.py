"""The worker's own decisions, in this process: what a job did, and what that makes of it."""

import time
from datetime import timedelta

import pytest
from django.db import OperationalError
from tests.db.conftest import NOW

from broadsheet.jobs import actions, registry
from broadsheet.jobs.claims import claim
from broadsheet.jobs.worker import Pace, Worker, _Run
from broadsheet.kernel import clock
from broadsheet.kernel.errors import NotAsked

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def one_connection(monkeypatch):
    """The job runs here and not in a thread: its end must not close the test's connection."""
    monkeypatch.setattr("broadsheet.jobs.worker.connections.close_all", lambda: None)


def attempt(function, *, told=False, register=registry.register):
    """One attempt at a job, told to end or not, with the draw of the longest wait."""
    register("try", function)
    actions.enqueue("try", "a", page=3)
    worker = Worker(Pace(retry_s=60), draw=lambda: 0)
    run = _Run(claim(worker.name, ["try"]))
    run.is_to_end = told
    worker._carry_out(run)


def returns(context, page):
    assert (context.subject, context.attempt, page) == ("a", 1, 3)


def beats(context, page):
    context.beat("half")


def looks(context, page):
    return context.cancelled()


def fails(context, page):
    raise ValueError("odd")


def rests(context, page):
    raise NotAsked(host="arxiv.org", reason="it rests", again_at=NOW + timedelta(hours=2))


def waits_not(context, page):
    raise NotAsked(host="arxiv.org", reason="no answer", again_at=None)


def leaves(context, page):
    raise SystemExit(3)


@pytest.mark.parametrize(
    ("function", "told", "state", "error", "wait"),
    [
        (returns, False, "done", "", 0),
        (beats, False, "done", "", 0),
        (looks, False, "done", "", 0),
        (returns, True, "done", "", 0),  # it did not ask, so it did all of its work
        (beats, True, "waiting", "", 0),
        (looks, True, "waiting", "", 0),
        (fails, False, "waiting", "ValueError: odd", 60),
        (fails, True, "waiting", "ValueError: odd", 60),
        (rests, False, "waiting", "arxiv.org could not be asked: it rests.", 7_200),
        (waits_not, False, "waiting", "arxiv.org could not be asked: no answer.", 60),
        (leaves, False, "waiting", "SystemExit: 3", 60),
    ],
)
def test_what_a_job_did_decides_what_becomes_of_it(  # noqa: PLR0917  # a table
    function, told, state, error, wait, job, register
):
    attempt(function, told=told, register=register)

    assert (job().state, job().error) == (state, error)
    assert job().due_at == NOW + timedelta(seconds=wait)
    assert job().attempts == (0 if state == "waiting" and not error else 1)


def test_a_job_called_with_arguments_it_does_not_take_has_failed(job, register):
    attempt(lambda context: None, register=register)

    assert job().error.startswith("TypeError: ")


def test_what_a_job_says_is_written_with_the_next_beat(job, register):
    register("try", print)
    actions.enqueue("try", "a")
    worker = Worker()
    run = _Run(claim(worker.name, ["try"]))
    worker._runs[run.claim.run] = run
    run.beat("12,000 records")
    run.beat()
    worker._beat()

    assert (job().said, job().beats, job().worker) == ("12,000 records", 1, worker.name)


def test_a_job_that_another_worker_took_over_is_told_to_end(job, register):
    register("try", print)
    actions.enqueue("try", "a")
    worker = Worker()
    run = _Run(claim(worker.name, ["try"]))
    worker._runs[run.claim.run] = run
    type(job()).objects.update(run="another")
    worker._beat()

    assert run.cancelled()


def test_the_jobs_of_silent_workers_are_taken_back_whatever_clocks_show(job, register):
    register("try", print)
    actions.enqueue("try", "a")
    claim("there:2", ["try"])
    worker, start = Worker(Pace(silence_s=60)), time.monotonic()
    for years, later_s, state in ((0, 0, "running"), (5, 59, "running"), (-5, 60, "waiting")):
        with clock.at(NOW + timedelta(days=365 * years)):
            worker._take_back(start + later_s)
            assert job().state == state


def test_a_job_that_hangs_has_failed_and_makes_room_and_what_it_does_later_counts_no_more(
    job, register
):
    register("try", print)
    actions.enqueue("try", "a")
    worker, start = Worker(Pace(hung_s=5_400, at_once=1), draw=lambda: 0), time.monotonic()
    run = _Run(claim(worker.name, ["try"]))
    worker._runs[run.claim.run] = run
    worker._give_up(start + 5_300)
    assert job().state == "running"

    worker._give_up(time.monotonic() + 5_400)

    assert (job().state, job().error) == ("waiting", "Hung: it said nothing for 1.5 hours")
    assert not worker._runs
    with pytest.raises(registry.Stopped):
        run.beat("still here")
    worker._settle(run, None)
    assert job().state == "waiting"


def test_a_job_that_speaks_now_and_then_may_take_as_long_as_it_likes(job, register):
    register("try", print)
    actions.enqueue("try", "a")
    worker = Worker(Pace(hung_s=3_600))
    run = _Run(claim(worker.name, ["try"]))
    worker._runs[run.claim.run] = run
    run.heard_s -= 7_200
    run.beat("12,000 records")
    worker._give_up(time.monotonic() + 3_500)

    assert job().state == "running"


def test_trouble_with_the_database_is_waited_out(monkeypatch, register):
    troubles, waits = [OperationalError("database is locked")], []

    def fire():
        if troubles:
            raise troubles.pop()

    def rest(seconds):
        waits.append(seconds)
        return len(waits) == 4

    monkeypatch.setattr("broadsheet.jobs.worker.schedule.fire", fire)
    monkeypatch.setattr("broadsheet.jobs.worker.connection.close", lambda: None)

    assert Worker(Pace(tick_s=1, look_s=5)).run(rest)
    assert waits == [0, 5, 1, 1]
    assert not troubles
