"""Workers as processes on one PostgreSQL; what the fault ring does to them on SQLite."""

import pytest
from tests.workers import Site, overlaps

pytestmark = pytest.mark.on("postgresql")


@pytest.fixture
def site(empty_database, tmp_path):
    with Site(tmp_path / "data", DATABASE_URL=empty_database) as made:
        yield made


def test_two_workers_share_jobs_and_one_goes_on_when_the_other_is_killed(site):
    subjects = [f"hole{n}" for n in range(20)]
    first = site.start(("dawdle", "gold"), *(("dig", subject) for subject in subjects))
    site.wait("step", "gold", count=3)
    second = site.start()
    first.kill()
    jobs = site.ended("gold", *subjects)

    assert jobs["gold"]["attempts"] == 2
    assert site.wait("end", "gold").pid == second.pid
    assert not overlaps(site)


def test_what_was_missed_is_fired_once_by_two_workers_and_they_end_when_told(site):
    site.start(missed=["gold", "iron"])
    site.start()
    site.ended("gold", "iron")
    for worker in site.workers:
        worker.terminate()

    assert [worker.wait(15) for worker in site.workers] == [0, 0]
    assert len(site.lines("begin")) == 2
    assert "Traceback" not in site.stderr.read_text()
