"""Thousands of real records through every fault, killed again and again: complete and exact."""

import json
import random
import sqlite3
import subprocess
import time
from contextlib import closing
from datetime import UTC, date, datetime

import pytest
from tests.servers import COMMAND, broadsheet, environ
from tests.upstream import Fault, Upstream, records

START = date(2026, 8, 3)
# Waited out, asked again, or restarted from; those that only take time are met elsewhere.
FAULTS = (
    "unavailable",
    "too-many",
    "server-error",
    "cut",
    "cut-early",
    "truncated",
    "html",
    "empty",
    "wrong-charset",
    "broken-gzip",
    "gzip-bomb",
    "entity-bomb",
    "redirect-private",
    "expired-token",
    "repeated-page",
    "swapped-pages",
    "shuffled",
    "protocol-error",
    "duplicates",
)


@pytest.fixture
def upstream(shared, soaking):
    count, page = (50_000, 2_500) if soaking else (3_000, 300)
    with Upstream(records.corpus(shared, count, START), START, records_per_page=page) as made:
        yield made


def held(data):
    """Every paper by its number, with its title and whether it is withdrawn."""
    with closing(sqlite3.connect(data / "catalogue.sqlite3")) as catalogue:
        assert catalogue.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        rows = catalogue.execute(
            "SELECT i.value, p.title, p.withdrawn, p.authors FROM papers_identifier i"
            " JOIN papers_paper p ON p.id = i.paper_id WHERE i.scheme = 'arxiv'"
        )
        return {number: facts for number, *facts in rows}


def command(upstream, folder):
    """How this upstream is asked for everything, and in what environment."""
    options = upstream.environ(folder) | {"BROADSHEET_CONTACT": "ada@example.org"}
    return ["sync", "arxiv_oai", "--since", "2005-09-16"], options


def prepared(upstream, data, options):
    environment = environ(data, **options)
    arguments = ("sources", "on", "arxiv_oai", "--base-url", upstream.oai_url)
    assert broadsheet(data, *arguments, env=environment).returncode == 0
    return environment


def test_a_harvest_through_faults_and_deaths_is_that_of_a_quiet_day(
    upstream, fresh_data, tmp_path, soaking
):
    arguments, options = command(upstream, tmp_path)
    data = fresh_data()
    environment = prepared(upstream, data, options)
    told = broadsheet(data, *arguments, env=environment, timeout=1_200)
    assert told.returncode == 0, told.stderr
    quiet = held(data)
    assert quiet.keys() == upstream.truth().papers.keys()
    assert {number for number, facts in quiet.items() if facts[1]} == upstream.truth().withdrawn

    data = fresh_data()
    environment = prepared(upstream, data, options)
    upstream.chaos(9, 0.4, FAULTS, on="oai", seconds=1)
    draw = random.Random(9)
    deaths = 0
    for _ in range(400):
        asked = len(upstream.requests)
        process = subprocess.Popen(
            [str(COMMAND), *arguments],
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        arguments = ["sync", "arxiv_oai"]  # what was begun goes on
        wanted = asked + draw.randint(1, 6)
        while process.poll() is None and len(upstream.requests) < wanted:
            time.sleep(0.02)
        time.sleep(draw.random() / 2)
        if process.poll() is None and deaths < (40 if soaking else 4):
            process.kill()
            deaths += 1
        if process.wait(1_200) == 0:
            break

    assert deaths
    assert held(data) == quiet
    state = json.loads(broadsheet(data, "sources", "list", "--json", env=environment).stdout)
    (source,) = (one for one in state if one["name"] == "arxiv_oai")
    assert (source["under_way"], source["error"]) == (False, "")


def test_what_changed_while_we_were_away_is_caught_up_with(upstream, fresh_data, tmp_path):
    arguments, options = command(upstream, tmp_path)
    data = fresh_data()
    environment = prepared(upstream, data, options)
    assert broadsheet(data, *arguments, env=environment, timeout=1_200).returncode == 0
    some = sorted(upstream.truth().papers)[:3]
    upstream.withdraw(some[0])
    upstream.replace(some[1], title="A title of its second version")
    upstream.advance(days=3)
    upstream.change(some[2], doi="10.1000/182")
    upstream.advance(hours=6)
    upstream.faults(Fault("unavailable", on="oai"), Fault("expired-token", on="oai", at=2))

    for _ in range(3):
        told = broadsheet(data, "sync", "arxiv_oai", env=environment, timeout=1_200)
        if told.returncode == 0:
            break

    assert told.returncode == 0, told.stderr
    found = held(data)
    assert found.keys() == upstream.truth().papers.keys()
    assert found[some[0]][1]
    assert found[some[1]][0] == "A title of its second version"


# What a day's lists are asked through; whatever bytes it damages costs time and no paper.
ON_DAYS = ("unavailable", "server-error", "cut", "truncated", "html", "empty", "half", "yesterday")


def test_the_ledger_of_real_days_is_that_of_the_upstream(shared, fresh_data, tmp_path, soaking):
    start = date(2026, 6, 22)  # a Monday
    papers = records.corpus(shared, 50_000 if soaking else 3_000, start)
    with Upstream(papers, start, records_per_page=1_000) as upstream:
        options = upstream.environ(tmp_path) | {"BROADSHEET_CONTACT": "ada@example.org"}
        data = fresh_data()
        environment = environ(data, **options)
        for name, url in {
            "arxiv_feed": upstream.feed_url,
            "arxiv_oai": upstream.oai_url,
            "arxiv_numbers": upstream.oai_url,
            "arxiv_api": upstream.api_url,
        }.items():
            told = broadsheet(data, "sources", "on", name, "--base-url", url, env=environment)
            assert told.returncode == 0, told.stderr
        everything = ("sync", "arxiv_oai", "--since", "2005-09-16")
        assert broadsheet(data, *everything, env=environment, timeout=1_200).returncode == 0
        upstream.chaos(11, 0.15, ON_DAYS, seconds=1)
        for day in (date(2026, 6, 23), date(2026, 6, 24), date(2026, 6, 25)):
            five = datetime(day.year, day.month, day.day, 5, tzinfo=UTC)
            upstream.advance(seconds=(five - upstream.now).total_seconds())
            killed_then_synced(data, environment)
            line = settled(upstream, data, environment, day)
            announced = upstream.truth().announced(day)
            assert len(announced) > 20
            assert (line["announced"], line["held"]) == (len(announced), len(announced))
            assert (line["missing"], line["alarm"], line["silent"]) == ([], "", [])


def killed_then_synced(data, environment):
    process = subprocess.Popen([str(COMMAND), "sync"], env=environment, stderr=subprocess.DEVNULL)
    time.sleep(1 + random.random())
    process.kill()
    process.wait()


def settled(upstream, data, environment, day):
    """The ledger's line of a day once it is complete and holds what was announced."""
    line = {}
    for _ in range(20):
        broadsheet(data, "sync", env=environment, timeout=600)
        told = broadsheet(data, "ledger", str(day), "--feed", "arxiv", "--json", env=environment)
        (line,) = json.loads(told.stdout) or [{}]
        if line.get("complete_at") and line["held"] == line["announced"] and not line["alarm"]:
            break
        upstream.advance(minutes=20)
    return line
