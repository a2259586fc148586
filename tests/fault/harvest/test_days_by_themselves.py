"""A site left alone keeps itself current through faulty days, and its ledger is right on each."""

from datetime import UTC, date, datetime, timedelta

import pytest
from tests.servers import Server, broadsheet, environ, until
from tests.upstream import Upstream, days, records

START = date(2026, 6, 15)  # a Monday; the 19th is a holiday
FAULTS = ("unavailable", "server-error", "cut", "html", "truncated", "empty")
PER_DAY = 12


@pytest.fixture
def upstream():
    papers = records.generated(PER_DAY * 16, start=START, days_ahead=14, per_day=PER_DAY)
    with Upstream(papers, START) as made:
        yield made


@pytest.fixture
def site(upstream, data, tmp_path):
    options = upstream.environ(tmp_path) | {"BROADSHEET_CONTACT": "ada@example.org"}
    for name, url in {
        "arxiv_feed": upstream.feed_url,
        "arxiv_oai": upstream.oai_url,
        "arxiv_numbers": upstream.oai_url,
        "arxiv_api": upstream.api_url,
    }.items():
        told = broadsheet(
            data, "sources", "on", name, "--base-url", url, env=environ(data, **options)
        )
        assert told.returncode == 0, told.stderr
    with Server(data, flags=("--with-worker",), options=options) as server:
        until(server.worker, within_s=30)
        yield server


def to(upstream, day, hour, minute=0):
    moment = datetime(day.year, day.month, day.day, hour, minute, tzinfo=UTC)
    upstream.advance(seconds=(moment - upstream.now).total_seconds())


def line(site, day):
    """The ledger's line of a day of arXiv, {} while there is none."""
    told = site.json("/ledger.json?feed=arxiv") or {"days": []}
    return next((one for one in told["days"] if one["day"] == str(day)), {})


def test_every_day_comes_by_itself(site, upstream, soaking):
    upstream.chaos(3, 0.2, FAULTS, seconds=1)
    last = START + timedelta(days=10 if soaking else 2)
    day = START + timedelta(days=1)
    while day <= last:
        to(upstream, day, 4, 30)  # half past midnight in New York
        truth = upstream.truth().announced(day)

        def told(day=day, truth=truth):
            """Move the clock on by what a retry waits for, until the day is told of rightly."""
            found = line(site, day)
            if days.is_announced(day):
                right = found.get("held") == found.get("announced") == len(truth)
                done = right and found["complete_at"] and not found["alarm"]
            else:
                done = not found or found["outcome"] == "holiday"
            if not done and upstream.now.hour < 22:
                upstream.advance(minutes=10)
            return done

        until(told, within_s=240, every_s=3)
        day += timedelta(days=1)

    held = {paper.id for paper in upstream.truth().papers.values()}
    announced = {
        number
        for n in range((last - START).days + 1)
        for number in upstream.truth().announced(START + timedelta(days=n))
    }
    assert announced <= held
    until(lambda: all(site.get(f"/papers/{number}")[0] == 200 for number in announced), within_s=60)
    assert site.json("/status.json")["queue"]["failed"] == 0
