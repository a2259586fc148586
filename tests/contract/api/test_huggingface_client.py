"""The unmodified client of the Daily Papers API, and its command line, against a running instance.

All day files are imported once. Every run of the client is a process of its own: it reads
``HF_ENDPOINT`` when it is imported.
"""

import json
import os
import subprocess
import sys
import tarfile
import urllib.request
from collections import Counter, defaultdict
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlencode

import pytest
import zstandard
from tests.servers import Server, broadsheet

from broadsheet.kernel.text import clean
from broadsheet.net.contract import Response
from broadsheet.sources.hf_daily.client import DailyPapers
from broadsheet.sources.hf_daily.days import stored as stored_moments
from broadsheet.sources.live import Upstream, Wanted
from broadsheet.sources.registry import SOURCES

# No warning of ours to hide: the client's own imports.
PYTHON = [sys.executable, "-W", "ignore", "-c"]
HF = Path(sys.executable).with_name("hf")

EVERY_DAY = """
import json, sys
from dataclasses import asdict
from huggingface_hub import HfApi

api, found = HfApi(), {}
for day in json.load(sys.stdin):
    papers, page, more = [], 0, range(100)
    while len(more) == 100:
        more = list(api.list_daily_papers(date=day, limit=100, p=page, token=False))
        papers += more
        page += 1
    found[day] = [asdict(paper) for paper in papers]
print(json.dumps(found, default=str))
"""


def entries(shared):
    """Every entry of every day file, by day; a paper listed twice once."""
    found = {}
    path = shared / "formats/hf_daily/days.tar.zst"
    with (
        path.open("rb") as packed,
        zstandard.ZstdDecompressor().stream_reader(packed) as stream,
        tarfile.open(fileobj=stream, mode="r|") as tar,
    ):
        for member in tar:
            if member.name.endswith(".json"):
                listed = json.load(tar.extractfile(member))
                by_id = {entry["paper"]["id"]: entry for entry in reversed(listed)}
                found[Path(member.name).stem] = by_id
    return found


def ran(command, environ, given=""):
    """A command to its end."""
    return subprocess.run(
        [str(part) for part in command],
        check=False,
        env=environ,
        input=given,
        capture_output=True,
        text=True,
        timeout=1_200,  # so that it ends some day, not to time it
    )


@pytest.fixture(scope="module")
def days(shared):
    return entries(shared)


@pytest.fixture(scope="module")
def server(shared, tmp_path_factory):
    """An instance that holds all day files, its index caught up."""
    data = tmp_path_factory.mktemp("client") / "data"
    imported = broadsheet(data, "import", shared / "formats/hf_daily/days.tar.zst", timeout=1_200)
    assert imported.returncode == 0, imported.stderr
    with Server(data) as running:
        yield running


@pytest.fixture
def environ(server, tmp_path):
    """The environment a user of the client sets up, with a home of its own."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("HF_")}
    return own | {
        "HF_ENDPOINT": server.address,
        "HF_HOME": str(tmp_path),
        "NO_COLOR": "1",
        "COLUMNS": "200",
    }


@pytest.fixture
def hf(environ):
    """Run the command line; gives what it printed."""

    def run(*args, code=0):
        done = ran([HF, "papers", *args], environ)
        assert done.returncode == code, done.stderr
        return done.stdout if code == 0 else done.stdout + done.stderr

    return run


@pytest.fixture
def python(environ):
    """Run a script on the client; gives the JSON it printed."""

    def run(script, given=""):
        done = ran([*PYTHON, script], environ, given)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    return run


def test_every_day_is_read_whole_and_nothing_that_is_held_is_none(python, days):
    found = python(EVERY_DAY, json.dumps([*days]))

    assert len(found) == 575
    twice = Counter(number for day in days.values() for number in day)
    every = [(n, entry) for day in days.values() for n, entry in day.items()]
    gone = {n for n, entry in every if entry["paper"].get("withdrawnAt")}  # may have left lists
    for day, listed in found.items():
        numbers = {paper["id"] for paper in listed}
        assert len(numbers) == len(listed)
        assert numbers - gone == {*days[day]} - gone
        for paper in listed:
            check(paper, days[day][paper["id"]], day, alone=twice[paper["id"]] == 1)


def check(found, entry, day, *, alone):
    """One paper as the client read it, against the entry as it was recorded."""
    sent = entry["paper"]
    assert found["submitted_at"].startswith(day)
    assert found["published_at"][:10] == sent["publishedAt"][:10]
    assert found["title"] == clean(sent["title"])
    if not alone:  # of two days the newer has the word
        return
    assert (found["upvotes"] or 0) == sent["upvotes"]
    assert found["comments"] == entry["numComments"]
    assert found["discussion_id"] == sent.get("discussionId")
    shown = [author["name"] for author in sent["authors"] if not author.get("hidden")]
    assert [author["name"] for author in found["authors"] or ()] == [clean(n) for n in shown]
    for name, theirs in (("github_repo", "githubRepo"), ("project_page", "projectPage")):
        address = clean(sent.get(theirs) or "")  # two are broken by a line's end: they lead nowhere
        assert found[name] == (address if address and " " not in address else None)
    assert found["github_stars"] == sent.get("githubStars")
    assert found["ai_summary"] == sent.get("ai_summary")
    assert found["ai_keywords"] == sent.get("ai_keywords", [])
    submitter = entry.get("submittedBy") or sent.get("submittedOnDailyBy") or {}
    named = submitter.get("user") or submitter.get("name") or "huggingface-daily"
    assert found["submitted_by"]["username"] == named
    house = sent.get("organization") or entry.get("organization")
    assert (found["organization"] or {}).get("name") == (house["name"] if house else None)


class Asking:
    """A Client over the loopback, each answer of whose seems to come at a set moment."""

    def __init__(self):
        self.moment = None

    def get(self, url, params=None, **_):
        asked = f"{url}?{urlencode(params)}"
        with urllib.request.urlopen(asked, timeout=30) as found:  # noqa: S310  # ours
            return Response(
                url=url,
                status=found.status,
                headers={name.lower(): value for name, value in found.headers.items()},
                body=found.read(),
                asked_at=self.moment,
            )


def test_an_instance_is_the_source_of_another_and_nothing_is_lost(server, shared):
    path = shared / "formats/hf_daily/days.tar.zst"
    stored, by_day = stored_moments(path), defaultdict(list)
    records = list(SOURCES["hf_daily"].read(path))
    gone = {record.source_id for record in records if record.withdrawn}  # may have left lists
    for record in records:
        if record.source_id not in gone:
            by_day[record.announcements[0].day].append(record)
    days_of = Counter(record.source_id for listed in by_day.values() for record in listed)
    asking = Asking()
    upstream = Upstream(client=asking, base_url=server.address)
    for day, listed in by_day.items():
        asking.moment = stored[day]
        portion = DailyPapers().ask(upstream, Wanted(since=day, until=day))
        assert (portion.resume, portion.outcome) == ("", "found")
        told = [record for record in portion.items if record.source_id not in gone]
        assert {record.seen_at for record in told} == {stored[day]}
        by_rank = sorted(told, key=lambda record: record.announcements[0].rank)
        once = [record for record in by_rank if days_of[record.source_id] == 1]
        assert bare(once) == bare(r for r in listed if days_of[r.source_id] == 1)
        # Of a paper that stood on two days the newer has the word, but for its places.
        assert [r.announcements for r in by_rank] == [r.announcements for r in listed]
        [of_day] = portion.listed
        assert set(of_day.names) >= {f"arxiv:{record.source_id}" for record in listed}
        assert of_day.whole


def bare(records):
    """Records without what was received: an instance tells the same in its own words."""
    return [replace(record, raw=b"") for record in records]


def test_listing(server, hf, days):
    told = json.loads(hf("list", "--date", "2026-08-14", "--format", "json"))
    assert len(told) == len(days["2026-08-14"]) == 28
    assert {"id", "title", "upvotes", "comments", "published_at", "submitted_by_name"} <= {*told[0]}
    assert told[0]["id"] == "2608.13546"
    page = server.json("/daily/2026-08-14.json")
    assert [one["id"] for one in told] == [hit["key"] for hit in page["hits"]]

    quiet = hf("ls", "--date", "2026-08-14", "--format", "quiet").split()
    assert quiet == [one["id"] for one in told]
    table = hf("list", "--date", "2026-08-14", "--format", "human", "--limit", "3")
    assert "2608.13546" in table
    agent = hf("list", "--date", "2026-08-14", "--format", "agent", "--limit", "3")
    assert agent.count("\t") > 9


def test_listing_weeks_months_what_is_trending_and_one_submitter(hf, days):
    week = hf("list", "--week", "2026-W33", "--limit", "100", "--format", "quiet").split()
    of_week = {n for d in range(10, 15) for n in days.get(f"2026-08-{d}", ())}
    assert set(week) <= of_week
    assert len(week) == 100
    month = hf("list", "--month", "2024-03", "--limit", "100", "--format", "quiet").split()
    assert len(month) == 100
    trending = hf("list", "--sort", "trending", "--limit", "5", "--format", "quiet").split()
    assert len(trending) == 5
    newest = hf("list", "--sort", "publishedAt", "--format", "quiet").split()
    assert set(newest) == {*days["2026-08-21"]}
    own = json.loads(
        hf("list", "--date", "2026-08-14", "--submitter", "taesiri", "--format", "json")
    )
    sent = {n for n, e in days["2026-08-14"].items() if e["submittedBy"]["name"] == "taesiri"}
    later = {*days["2026-08-20"]}  # where somebody else put one of them
    assert {one["id"] for one in own} == sent - later != set()


@pytest.mark.parametrize("day", ["2026-08-15", "2031-01-01"])
def test_a_day_without_papers(hf, day):
    assert "No results found" in hf("list", "--date", day)


def test_searching(server, hf):
    told = json.loads(hf("search", "world models", "--limit", "7", "--format", "json"))
    assert len(told) == 7
    assert all(one["id"] and one["title"] and one["summary"] for one in told)
    ours = server.json("/search.json?q=world+models")
    assert [one["id"] for one in told] == [hit["key"] for hit in ours["hits"]][:7]


def test_one_paper(hf, days):
    told = json.loads(hf("info", "2608.13546", "--format", "json"))
    sent = days["2026-08-14"]["2608.13546"]["paper"]
    assert (told["title"], told["upvotes"]) == (sent["title"], sent["upvotes"])
    assert told["submitted_at"].startswith("2026-08-14")
    text = hf("read", "2608.13546v1")
    assert text.startswith(f"# {sent['title']}\n")
    assert "| score | | |" in text


def test_what_is_not_there_and_what_makes_no_sense(hf):
    assert "Paper '9999.00001' not found on the Hub." in hf("info", "9999.00001", code=1)
    assert "Paper '9999.00001' not found on the Hub." in hf("read", "9999.00001", code=1)
    told = hf("list", "--date", "14 August", code=1)
    assert "write it as 2026-08-14" in told


def test_more_than_is_given_at_once_is_told_to_the_user(environ):
    asked = ["list", "--month", "2026-08", "--limit", "500", "--format", "quiet"]
    done = ran([HF, "papers", *asked], environ)
    assert len(done.stdout.split()) == 100
    assert "This address gives 100 papers at most, not 500." in done.stderr


def test_the_harnesses_are_asked_for_once_a_day(environ, hf, tmp_path):
    hf("list", "--limit", "1")

    cached = [path for path in tmp_path.rglob("*") if "harness" in path.name]
    assert cached
