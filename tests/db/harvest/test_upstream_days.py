"""Real sources against all upstreams played on loopback: the ledger is right on every day."""

from datetime import UTC, date, datetime

import pytest
from tests.upstream import days, records
from tests.upstream.faults import Fault
from tests.upstream.server import Upstream

from broadsheet.harvest import actions, queries
from broadsheet.harvest.calendar import published
from broadsheet.kernel import clock
from broadsheet.sources.live import Wanted

pytestmark = pytest.mark.django_db
START = date(2026, 6, 17)  # Wednesday; the announcement of Friday the 19th is put off
SOURCES = ("arxiv_feed", "arxiv_oai", "arxiv_numbers")


@pytest.fixture
def upstream(settings):
    settings.CONTACT = "ada@example.org"
    settings.SOURCE_KEYS = {}
    with Upstream(records.generated(250, start=START, per_day=20), START) as upstream:
        urls = {"arxiv_feed": upstream.feed_url, "arxiv_api": upstream.api_url}
        for name in (*SOURCES, "arxiv_api"):
            actions.configure(name, on=True, base_url=urls.get(name, upstream.oai_url))
        yield upstream


def sync(upstream, *names):
    """Ask as the worker does; what fails is told."""
    with clock.at(upstream.now):
        runs = [actions.run(actions.source(name), Wanted()) for name in names]
        actions.heal(("arxiv",))
    return runs


def to(upstream, day, hour=6):
    """Set the upstream's clock on a day of ours."""
    moment = datetime(day.year, day.month, day.day, hour, tzinfo=UTC)
    upstream.advance(seconds=(moment - upstream.now).total_seconds())


def stands(upstream, day):
    with clock.at(upstream.now):
        return queries.day_state("arxiv", day)


def test_the_calendar_agrees_with_the_almanac_of_the_tests():
    calendar = published()["arxiv"]
    every = [date.fromordinal(n) for n in range(date(2026, 1, 2).toordinal(), 740_000)]

    assert [calendar.has_edition(day) for day in every] == [
        days.is_announced(day, calendar.deferred) for day in every
    ]


def test_every_day_is_held_whole_and_every_day_without_edition_is_a_holiday(upstream):
    for number in range(18, 27):
        day = date(2026, 6, number)
        to(upstream, day)
        sync(upstream, *SOURCES)
        truth = upstream.truth().announced(day)
        state = stands(upstream, day)
        if days.is_announced(day):
            assert (state.outcome, state.announced, state.held) == ("found", len(truth), len(truth))
            assert (state.complete_at, state.alarm) == (upstream.now, "")
        else:
            assert (state.outcome, state.announced) == ("holiday", 0)
    with clock.at(upstream.now):
        lines = queries.ledger(date(2026, 6, 18), date(2026, 6, 26))
    assert {line.day.day for line in lines if line.outcome == "holiday"} == {20, 21, 22}


def test_a_bad_day_heals(upstream):
    thursday, friday = date(2026, 6, 18), date(2026, 6, 19)
    to(upstream, thursday)
    sync(upstream, *SOURCES)
    to(upstream, friday)
    upstream.faults(Fault("yesterday", "feed"))
    sync(upstream, "arxiv_feed")
    assert stands(upstream, friday).outcome == "not-announced"

    upstream.calm()
    upstream.faults(Fault("half", "feed"), Fault("broken-record", "feed"))
    sync(upstream, "arxiv_feed")
    upstream.calm()
    sync(upstream, "arxiv_numbers", "arxiv_oai")
    upstream.advance(hours=2)
    sync(upstream, *SOURCES)

    truth = upstream.truth().announced(friday)
    state = stands(upstream, friday)
    assert (state.announced, state.held) == (len(truth), len(truth))
    assert state.complete_at is not None
    assert stands(upstream, thursday).count == "{0} of {0}".format(
        len(upstream.truth().announced(thursday))
    )


@pytest.mark.parametrize("name", ["arxiv_oai", "arxiv_numbers", "arxiv_feed"])
def test_bytes_damaged_on_their_way_cost_no_record(upstream, name):
    day = date(2026, 6, 18)
    to(upstream, day)
    upstream.faults(Fault("wrong-charset", "feed" if name == "arxiv_feed" else "oai"))

    (told,) = sync(upstream, name)

    assert (told.error, told.report.rejected) == ("", 0)
    assert [seen.fault for seen in upstream.requests][:2] == ["wrong-charset", ""]
