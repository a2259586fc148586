"""Runs that are killed, meet each other, or are forgotten upstream: nothing lost, nothing twice."""

import random
import shutil
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest
from tests.servers import environ, until

SCRIPT = Path(__file__).with_name("harvesting.py")
PORTIONS, EACH = 24, 40
TABLES = {
    "papers": "SELECT key, title FROM papers_paper",
    "announced": "SELECT p.key, a.feed, a.day, a.kind FROM papers_announcement a"
    " JOIN papers_paper p ON p.id = a.paper_id",
    "records": "SELECT source, source_id, digest FROM papers_record",
    "changes": "SELECT COUNT(*) FROM papers_change",
    "days": "SELECT feed, day, announced, held, late, rejected FROM harvest_day"
    " WHERE announced > 0",
    "places": "SELECT source, covered, begun_at, resume FROM harvest_checkpoint",
}


def command(portions=PORTIONS, deadly=""):
    return [sys.executable, str(SCRIPT), str(portions), *([deadly] if deadly else [])]


def harvest(data, portions=PORTIONS, deadly=""):
    return subprocess.run(
        command(portions, deadly), env=environ(data), capture_output=True, text=True, check=False
    )


def held(data):
    with closing(sqlite3.connect(data / "catalogue.sqlite3")) as catalogue:
        assert catalogue.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        return {name: sorted(catalogue.execute(query)) for name, query in TABLES.items()}


def asked(data):
    return (data / "asked").read_text().split()


@pytest.fixture(scope="module")
def straight(empty_data, tmp_path_factory):
    """What an undisturbed harvest leaves."""
    data = Path(shutil.copytree(empty_data, tmp_path_factory.mktemp("straight") / "data"))
    told = harvest(data)
    assert (told.returncode, told.stdout) == (0, f"found {PORTIONS * EACH}\n"), told.stderr
    found = held(data)
    assert len(found["papers"]) == PORTIONS * EACH
    assert len(found["days"]) == PORTIONS
    return found


@pytest.mark.parametrize("deadly", ["asked:0", "asked:7", "held:0", "held:7"])
def test_a_run_killed_between_or_inside_portions_goes_on_where_it_was(data, straight, deadly):
    when, _, place = deadly.partition(":")
    killed = harvest(data, deadly=deadly)
    assert killed.returncode == -9
    assert len(held(data)["papers"]) == int(place) * EACH

    told = harvest(data)

    assert told.returncode == 0, told.stderr
    assert held(data) == straight
    repeated = [one for one in set(asked(data)) if asked(data).count(one) > 1]
    assert len(repeated) == 1, f"only the portion of the death by {when} is asked for twice"


def test_runs_killed_at_any_moment_end_complete(fresh_data, straight, rounds):
    for _ in range(rounds // 5):  # each is killed several times
        data = fresh_data()
        for _ in range(100):
            process = subprocess.Popen(command(), env=environ(data), stderr=subprocess.DEVNULL)
            begun = len(held(data)["papers"])
            until(lambda: process.poll() is not None or grown(data, begun), within_s=120)  # noqa: B023
            time.sleep(random.random() / 2)
            if process.poll() is None:
                process.kill()
            if process.wait() == 0:
                break
        assert held(data) == straight


def grown(data, begun):
    with closing(sqlite3.connect(data / "catalogue.sqlite3")) as catalogue:
        (papers,) = catalogue.execute("SELECT COUNT(*) FROM papers_paper").fetchone()
    return papers > begun


def test_two_runners_at_once_are_one(data, straight):
    runners = [subprocess.Popen(command(), env=environ(data)) for _ in range(2)]
    codes = sorted(runner.wait(300) for runner in runners)

    assert codes in ([0, 75], [0, 0])  # the second may begin when the first has ended
    found = held(data)
    places = found.pop("places")
    assert [place[2:] for place in places] == [(None, "")]
    assert found == {name: rows for name, rows in straight.items() if name != "places"}


def test_a_place_forgotten_after_a_death_loses_nothing(data, straight):
    assert harvest(data, deadly="held:9").returncode == -9
    (data / "expires").touch()

    told = harvest(data)

    assert told.returncode == 0, told.stderr
    assert "2026-06-09" in asked(data)[-PORTIONS:]  # from the last safe day, not from the first
    assert held(data) == straight
