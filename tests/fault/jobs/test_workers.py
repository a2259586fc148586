"""Workers that die, meet, or are told to end: no job is lost, and none runs twice at once."""

import os
import random
import signal
import time
from pathlib import Path

import pytest
from tests.servers import broadsheet
from tests.workers import Site, overlaps

from broadsheet.jobs.claims import ATTEMPTS


@pytest.fixture
def site(data):
    with Site(data) as made:
        yield made


def test_the_job_of_a_killed_worker_is_done_by_another(site):
    worker = site.start(("dawdle", "gold"))
    site.wait("step", "gold", count=3)
    other = site.start()
    worker.kill()

    assert site.ended("gold")["gold"]["attempts"] == 2
    assert site.wait("end", "gold").pid == other.pid
    assert not overlaps(site)


def test_the_job_of_a_killed_worker_is_done_by_the_next_one(site):
    site.start(("endless", "gold"), ("dig", "iron"))
    site.wait("begin", "gold")
    site.workers[0].kill()
    site.start(pace={"silence_s": 1.0})

    assert site.wait("begin", "gold", count=2).attempt == 2


def test_two_workers_killed_again_and_again_finish_everything_one_run_at_a_time(site, rounds):
    moments = random.Random(9)
    subjects = [f"hole{n}" for n in range(30)]
    site.start(*(("dig", subject) for subject in subjects), pace={"at_once": 2})
    site.start(pace={"at_once": 2})
    for _ in range(min(rounds, 3)):  # a job that is met more often than that may be set aside
        time.sleep(moments.uniform(0.1, 1))
        victim = moments.choice(site.workers[-2:])
        victim.kill()
        victim.wait()
        site.start(pace={"at_once": 2})
    jobs = site.ended(*subjects)

    assert {job["state"] for job in jobs.values()} == {"done"}
    assert {line.subject for line in site.lines("end")} == set(subjects)
    assert not overlaps(site)


def test_a_job_that_kills_its_worker_every_time_is_set_aside_and_shown(site):
    for attempt in range(1, ATTEMPTS + 1):
        worker = site.start(*([("deadly", "lead")] if attempt == 1 else []), pace={"silence_s": 1})
        assert site.wait("begin", "lead", count=attempt).attempt == attempt
        assert worker.wait(20) == -signal.SIGKILL
    site.start(("dig", "gold"), pace={"silence_s": 1})
    jobs = site.ended("lead", state="failed")
    listed = broadsheet(site.data, "jobs", "list").stdout

    assert f"deadly lead, failed {ATTEMPTS} times: the worker that ran it is gone" in listed
    assert len(site.lines("begin", "lead")) == ATTEMPTS
    assert site.ended("gold")["lead"] == jobs["lead"]


def test_a_job_that_fails_every_time_is_set_aside_with_its_error_and_can_be_tried_again(site):
    site.start(("faulty", "wine"), ("dig", "gold"))
    site.ended("gold")
    job = site.ended("wine", state="failed")["wine"]

    assert (job["attempts"], job["error"]) == (ATTEMPTS, "ValueError: no wine today")
    assert len(site.lines("begin", "wine")) == ATTEMPTS
    assert broadsheet(site.data, "jobs", "retry", job["number"]).returncode == 0
    assert site.wait("begin", "wine", count=ATTEMPTS + 1).attempt == 1


def test_a_running_job_is_cancelled_by_the_command(site):
    site.start(("endless", "gold"))
    site.wait("begin", "gold")
    said = broadsheet(site.data, "jobs", "cancel", site.jobs()["gold"]["number"]).stdout

    assert said.endswith("is told to stop.\n")
    site.ended("gold", state="cancelled")
    assert len(site.lines("end", "gold")) == 1


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_worker_told_to_end_hands_back_what_it_runs(site, number):
    worker = site.start(("endless", "gold"), ("deaf", "wood"))
    site.wait("begin", "gold")
    site.wait("begin", "wood")
    worker.send_signal(number)

    assert worker.wait(15) == 0
    jobs = site.jobs()
    assert {jobs[one]["state"] for one in ("gold", "wood")} == {"waiting"}
    assert {jobs[one]["attempts"] for one in ("gold", "wood")} == {0}
    site.start()
    assert site.wait("begin", "gold", count=2).attempt == 1
    assert "Traceback" not in site.stderr.read_text()


def test_an_idle_worker_ends_at_once(site):
    worker = site.start()
    worker.terminate()

    assert worker.wait(15) == 0


def test_what_was_missed_while_no_worker_ran_is_fired_once_by_two_workers(site):
    site.start(missed=["gold", "iron"])
    site.start()
    site.ended("gold", "iron")
    time.sleep(1)  # in which both look at the schedule several times

    assert len(site.lines("begin")) == 2
    fired = [entry["last_fired"] for entry in site.said()["schedule"]]
    assert len(fired) == 2
    assert all(fired)


def test_a_worker_beside_a_long_import_waits_for_moments_only(site, real_lines):
    """The import has the catalogue to itself nearly all the time, batch after batch."""
    subjects = [f"hole{n}" for n in range(20)]
    site.start(*(("dig", subject) for subject in subjects))
    done = broadsheet(site.data, "import", real_lines(5_000))
    jobs = site.ended(*subjects)

    assert (done.returncode, done.stderr) == (0, "")
    assert {job["attempts"] for job in jobs.values()} == {1}
    assert "locked" not in site.stderr.read_text()


def test_an_idle_worker_costs_under_one_percent_of_a_core(site, soaking):
    worker = site.start(missed=[f"gold{n}" for n in range(10)], pace={"tick_s": 1, "look_s": 5})
    site.ended(*(f"gold{n}" for n in range(10)))
    seconds = 30 if soaking else 10
    before = spent_s(worker.pid)
    time.sleep(seconds)

    assert (spent_s(worker.pid) - before) / seconds < 0.01


def spent_s(pid):
    """Processor time of a process."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
