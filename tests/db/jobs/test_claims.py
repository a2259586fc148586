"""Taking jobs and bringing them to an end: each attempt speaks only for itself."""

from datetime import timedelta

import pytest
from tests.db.conftest import NOW

from broadsheet.jobs import actions, claims
from broadsheet.jobs.models import Job
from broadsheet.kernel import clock

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("calls")]


def take(worker="here:1"):
    return claims.claim(worker, ["count"])


def test_a_job_is_taken_once_and_those_due_for_longest_come_first():
    for subject, minutes in (("c", 3), ("a", 1), ("b", 2)):
        with clock.at(NOW - timedelta(minutes=10 - minutes)):
            actions.enqueue("count", subject)

    assert [take().subject, take("there:2").subject, take().subject] == ["a", "b", "c"]
    assert take() is None


def test_looking_for_a_job_costs_one_query_and_writes_nothing(django_assert_num_queries):
    with django_assert_num_queries(1) as made:
        assert take() is None

    assert made[0]["sql"].startswith("SELECT")


def test_jobs_that_this_worker_does_not_know_are_left_to_others():
    actions.enqueue("count", "a")

    assert claims.claim("here:1", ["mail"]) is None
    assert claims.claim("here:1", []) is None


def test_an_attempt_given_up_for_dead_can_change_nothing_any_more(job):
    actions.enqueue("count", "a")
    dead = take()
    assert claims.take_back(dead.run)
    fresh = take("there:2")
    claims.finish(dead.run)
    claims.fail(dead.run, "late", again_at=NOW)
    claims.end(dead.run)

    assert not claims.take_back(dead.run)
    assert claims.beat({dead.run: "alive", fresh.run: "half"}) == {fresh.run: False}
    assert (job().state, job().run, job().said, job().attempts) == ("running", fresh.run, "half", 2)


def test_a_job_whose_workers_keep_dying_is_set_aside(job):
    actions.enqueue("count", "a")
    for _ in range(claims.ATTEMPTS):
        claims.take_back(take().run)

    assert take() is None
    assert (job().state, job().error) == ("failed", "the worker that ran it is gone")


def test_a_job_to_be_cancelled_whose_worker_died_is_cancelled(job):
    number = actions.enqueue("count", "a")
    claim = take()
    actions.cancel(number)
    claims.take_back(claim.run)

    assert job().state == "cancelled"


def test_a_job_handed_back_has_lost_no_attempt(job):
    actions.enqueue("count", "a")
    for _ in range(2 * claims.ATTEMPTS):
        claims.end(take().run)

    assert (job().state, job().attempts) == ("waiting", 0)


def test_beats_of_several_runs_are_one_statement_and_go_up(django_assert_num_queries):
    for subject in "abc":
        actions.enqueue("count", subject)
    mine, other = {take().run: "1 of 2", take().run: ""}, take("there:2").run
    with django_assert_num_queries(2):
        claims.beat(mine)

    assert claims.beats(but=[other]) == dict.fromkeys(mine, 1)
    assert claims.beats(but=mine) == {other: 0}
    assert {row.said for row in Job.objects.filter(run__in=mine)} == {"1 of 2", ""}


def test_a_clock_that_is_set_back_makes_no_job_wait():
    with clock.at(NOW + timedelta(days=3_650)):  # as a machine without a battery may think
        actions.enqueue("count", "a")
        claims.fail(take().run, "no answer", again_at=clock.now() + timedelta(hours=1))

    assert take().subject == "a"


def test_a_clock_that_differs_by_a_minute_does_not_shorten_a_back_off():
    with clock.at(NOW + timedelta(minutes=1)):
        actions.enqueue("count", "a")
        claims.fail(take().run, "no answer", again_at=clock.now() + timedelta(hours=1))

    assert take() is None


def test_an_error_of_any_text_is_kept(job):
    actions.enqueue("count", "a")
    claims.fail(take().run, "a\0b" + "é" * 5_000, again_at=NOW)

    assert job().error == "a b" + "é" * 1_997


def test_what_ended_a_week_ago_is_forgotten_and_what_was_set_aside_is_not():
    actions.enqueue("count", "done")
    claims.finish(take().run)
    actions.enqueue("count", "failed")
    for _ in range(claims.ATTEMPTS):
        claims.fail(take().run, "no answer", again_at=NOW)
    actions.enqueue("count", "waiting")
    with clock.at(NOW + timedelta(days=6)):
        claims.forget()
    assert Job.objects.count() == 3
    with clock.at(NOW + timedelta(days=8)):
        claims.forget()

    assert sorted(Job.objects.values_list("subject", flat=True)) == ["failed", "waiting"]
