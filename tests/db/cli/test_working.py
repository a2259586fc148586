"""``broadsheet jobs``: the queue as an operator sees it."""

from datetime import timedelta

import pytest
from tests.db.conftest import NOW

from broadsheet.jobs import actions, claims, registry, schedule
from broadsheet.jobs.models import Job
from broadsheet.kernel import clock


@pytest.fixture(autouse=True)
def count(monkeypatch):
    """A job called ``count``, and no other."""
    monkeypatch.setattr(registry, "_functions", {"count": print})


@pytest.fixture
def four(db):
    """A job that runs, one set aside, one that was tried once, one that is done."""
    runs = {}
    for subject in ("runs", "aside", "tried", "done"):
        number = actions.enqueue("count", subject)
        runs[subject] = number, claims.claim("here:1", ["count"]).run
    claims.beat({runs["runs"][1]: "half of it"})
    Job.objects.filter(subject="aside").update(attempts=claims.ATTEMPTS)
    claims.fail(runs["aside"][1], "no answer", again_at=NOW)
    claims.fail(runs["tried"][1], "no answer", again_at=NOW + timedelta(minutes=1))
    claims.finish(runs["done"][1])
    return {subject: number for subject, (number, _) in runs.items()}


def test_an_empty_queue_is_a_line(command):
    said = command("jobs", "list")

    assert (said.code, said.out, said.err) == (0, "0 running, 0 waiting, 0 set aside\n", "")


def test_jobs_are_listed_with_what_they_say_and_why_they_failed(command, four):
    schedule.declare("nightly", cron="30 2 * * *", zone="Europe/Berlin", job="count")

    assert command("jobs", "list").out.splitlines() == [
        "1 running, 1 waiting, 1 set aside",
        f"{four['runs']:>6}  running    count runs, since 2026-08-15 12:00 UTC, half of it",
        f"{four['aside']:>6}  failed     count aside, failed 5 times: no answer",
        (
            f"{four['tried']:>6}  waiting    count tried, due 2026-08-15 12:01 UTC,"
            " failed 1 of 5 times: no answer"
        ),
        "2026-08-16 00:30 UTC  nightly (30 2 * * *, Europe/Berlin)",
    ]


def test_those_that_ended_are_listed_when_asked_for_and_the_list_has_an_end(command, four):
    lines = command("jobs", "list", "--all").out.splitlines()

    assert lines[-1] == f"{four['done']:>6}  done       count done, 2026-08-15 12:00 UTC"
    assert len(command("jobs", "list", "--all", "-n", "2").out.splitlines()) == 1 + 2


def test_the_same_as_json(command, four):
    found = command("jobs", "list", "--json").data

    assert found["queue"] == {
        "waiting": 1,
        "due": 0,
        "running": 1,
        "failed": 1,
        "due_since": None,
        "next_firing": None,
    }
    assert [job["subject"] for job in found["jobs"]] == ["runs", "aside", "tried"]
    assert found["jobs"][0]["said"] == "half of it"
    assert found["schedule"] == []


def test_jobs_that_nobody_takes_are_complained_of(command):
    actions.enqueue("count", "a")
    with clock.at(NOW + timedelta(minutes=6)):
        said = command("jobs", "list")

    assert said.err == (
        "Jobs are due since 2026-08-15 12:00 UTC, and no worker takes them:"
        " run broadsheet worker.\n"
    )


def test_a_job_is_cancelled_or_told_to_stop(command, four):
    said = [command("jobs", "cancel", four[subject]) for subject in ("tried", "runs", "done")]

    assert [(one.code, one.out or one.err) for one in said] == [
        (0, f"Job {four['tried']} is cancelled.\n"),
        (0, f"Job {four['runs']} is told to stop.\n"),
        (64, f"Job {four['done']} cannot be cancelled: it is done.\n"),
    ]


def test_a_job_is_tried_again_at_once(command, four):
    assert command("jobs", "retry", four["aside"]).out == (
        f"Job {four['aside']} waits for a worker.\n"
    )
    assert claims.claim("here:1", ["count"]).subject == "aside"
    assert command("jobs", "retry", "999").err == "There is no job called 999.\n"
