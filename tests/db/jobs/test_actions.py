"""Asking for jobs, cancelling them, trying them again."""

from datetime import timedelta

import pytest
from django.db import transaction
from tests.db.conftest import NOW

from broadsheet.jobs import actions, claims, queries
from broadsheet.jobs.models import Job
from broadsheet.kernel import clock
from broadsheet.kernel.errors import NotFound, Refused

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("calls")]


def take():
    return claims.claim("here:1", ["count"])


def test_the_same_job_is_queued_once_and_takes_the_newest_arguments(job):
    first = actions.enqueue("count", "a", since="2026-08-01")
    again = actions.enqueue("count", "a", since="2026-08-02")
    other = actions.enqueue("count", "b")

    assert first == again != other
    assert job(subject="a").arguments == {"since": "2026-08-02"}
    assert queries.queue().waiting == 2


def test_a_name_that_nobody_registered_is_refused(job):
    with pytest.raises(LookupError, match="no job called cuont is registered"):
        actions.enqueue("cuont", "a")

    assert not Job.objects.exists()


def test_a_job_comes_to_be_with_the_transaction_it_was_asked_for_in():
    with transaction.atomic():
        actions.enqueue("count", "a")
        transaction.set_rollback(True)

    assert take() is None


def test_a_job_asked_for_while_it_runs_is_run_once_more(job):
    actions.enqueue("count", "a", page=1)
    claim = take()
    actions.enqueue("count", "a", page=2)
    actions.enqueue("count", "a", page=3)
    assert take() is None
    claims.finish(claim.run)
    second = take()
    claims.finish(second.run)

    assert (claim.arguments, second.arguments) == ({"page": 1}, {"page": 3})
    assert second.attempt == 1
    assert job().state == "done"


def test_a_job_that_is_done_can_be_asked_for_anew(job):
    actions.enqueue("count", "a")
    claims.finish(take().run)
    actions.enqueue("count", "a")

    assert (job().state, job().attempts) == ("waiting", 0)


def test_a_job_in_its_back_off_stays_there_when_it_is_asked_for(job):
    actions.enqueue("count", "a")
    claims.fail(take().run, "no answer", again_at=NOW + timedelta(minutes=1))
    actions.enqueue("count", "a")

    assert take() is None
    with clock.at(NOW + timedelta(minutes=1)):
        assert take().attempt == 2


def test_a_waiting_job_is_cancelled_at_once(job):
    number = actions.enqueue("count", "a")

    assert actions.cancel(number)
    assert take() is None
    assert job().state == "cancelled"


def test_a_running_job_is_told_and_cancelled_when_it_stops(job):
    number = actions.enqueue("count", "a")
    claim = take()

    assert not actions.cancel(number)
    assert claims.beat({claim.run: ""}) == {claim.run: True}
    claims.end(claim.run)
    assert job().state == "cancelled"


def test_a_running_job_that_finishes_all_the_same_is_done(job):
    number = actions.enqueue("count", "a")
    claim = take()
    actions.cancel(number)
    claims.finish(claim.run)

    assert job().state == "done"


def test_a_job_asked_for_after_it_was_to_be_cancelled_runs_again(job):
    number = actions.enqueue("count", "a")
    claim = take()
    actions.cancel(number)
    actions.enqueue("count", "a")
    claims.end(claim.run)

    assert job().state == "waiting"
    assert claims.beat({take().run: ""}).popitem()[1] is False


def test_a_job_set_aside_is_tried_again_with_all_its_attempts(job):
    number = actions.enqueue("count", "a")
    for _ in range(claims.ATTEMPTS):
        claims.fail(take().run, "no answer", again_at=NOW)
    assert (job().state, job().error) == ("failed", "no answer")
    assert take() is None
    actions.retry(number)

    assert take().attempt == 1


def test_what_cannot_be_done_to_a_job_is_said(job):
    number = actions.enqueue("count", "a")
    claim = take()
    with pytest.raises(Refused) as running:
        actions.retry(number)
    claims.finish(claim.run)
    with pytest.raises(Refused) as done:
        actions.cancel(number)
    with pytest.raises(NotFound) as unknown:
        actions.retry(number + 1)

    said = [error.value.user_message for error in (running, done, unknown)]
    assert said == [
        f"Job {number} cannot be tried again: it is running.",
        f"Job {number} cannot be cancelled: it is done.",
        f"There is no job called {number + 1}.",
    ]
