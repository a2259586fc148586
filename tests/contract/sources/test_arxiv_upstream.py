"""arXiv's live sources against a server that speaks as arXiv does: what they bring is the truth."""

from dataclasses import dataclass, field
from datetime import date
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

import pytest
from tests.upstream import Fault, Upstream, records

from broadsheet.kernel import clock
from broadsheet.kernel.errors import NotAsked
from broadsheet.net.contract import Response
from broadsheet.sources import live
from broadsheet.sources.contract import Record, Trouble
from broadsheet.sources.live import Wanted
from broadsheet.sources.registry import LIVE

START = date(2026, 4, 1)
FRIDAY = date(2026, 4, 3)


class Plain:
    """A client without manners, for a server of our own."""

    def __init__(self):
        self.asked = 0

    def get(self, url, params=None, **_):
        self.asked += 1
        address = f"{url}?{urlencode(params)}" if params else url
        request = Request(address, headers={"User-Agent": "Broadsheet/0 (mailto:a@b.example)"})  # noqa: S310
        try:
            with urlopen(request) as answer:  # noqa: S310  # loopback
                body = answer.read()
        except HTTPError as error:
            raise NotAsked(host=url, reason=str(error), again_at=None) from None
        return Response(url=url, status=200, headers={}, body=body, asked_at=clock.now())


@dataclass
class Harvest:
    """All portions of one run together."""

    records: dict[str, Record] = field(default_factory=dict)
    troubles: list[Trouble] = field(default_factory=list)
    listed: list[live.Listed] = field(default_factory=list)
    outcomes: list[str] = field(default_factory=list)


def harvest(name, base_url, wanted=Wanted(), categories=()):  # noqa: B008  # frozen
    upstream = live.Upstream(client=Plain(), base_url=base_url, categories=categories)
    found, resume = Harvest(), ""
    while True:
        portion = LIVE[name].ask(upstream, wanted, resume)
        for item in portion.items:
            if isinstance(item, Record):
                found.records[item.source_id] = item
            else:
                found.troubles.append(item)
        found.listed += portion.listed
        found.outcomes.append(portion.outcome)
        resume = portion.resume
        if not resume:
            return found


@pytest.fixture(scope="module")
def world():
    """Friday 3 April 2026 at noon UTC, three listings in; small pages, so that there are many."""
    papers = records.generated(900, start=START, days_ahead=3)
    with Upstream(papers, START, records_per_page=100, headers_per_page=300) as up:
        up.advance(days=2)
        yield up


@pytest.fixture
def up(world):
    with clock.at(world.now):
        yield world
    world.calm()


def agree(found, truth):
    """Whether every paper is there, as it stands upstream."""
    assert found.records.keys() == truth.papers.keys()
    for number, paper in truth.papers.items():
        said = found.records[number]
        assert (said.title, said.authors) == (paper.title, paper.authors)
        assert said.categories == tuple(paper.categories)
        assert said.withdrawn == paper.withdrawn
        assert said.version in (None, len(paper.versions))


@pytest.mark.parametrize("name", ["arxiv_oai", "arxiv_raw"])
def test_a_harvest_holds_every_paper_as_it_stands(up, name):
    found = harvest(name, up.oai_url)
    agree(found, up.truth())
    assert not found.troubles
    assert any(record.withdrawn for record in found.records.values())


def test_versions_tell_the_days_exactly(up):
    found = harvest("arxiv_raw", up.oai_url)
    for number, paper in up.truth().papers.items():
        assert found.records[number].published == paper.published.isoformat()


@pytest.mark.parametrize("fault", ["repeated-page", "swapped-pages", "shuffled", "duplicates"])
def test_pages_again_and_in_the_wrong_order_lose_nothing(up, fault):
    up.faults(Fault(fault, on="oai", at=2))
    agree(harvest("arxiv_oai", up.oai_url), up.truth())


def test_a_record_that_breaks_the_schema_costs_only_itself(up):
    up.faults(Fault("broken-record", on="oai", at=2))
    found = harvest("arxiv_oai", up.oai_url)
    [trouble] = found.troubles
    missing = up.truth().papers.keys() - found.records.keys()
    assert missing == {trouble.source_id}


def test_bytes_in_another_charset_are_troubles_of_their_records(up):
    up.faults(Fault("wrong-charset", on="oai", at=2))
    found = harvest("arxiv_oai", up.oai_url)
    refused = {trouble.source_id for trouble in found.troubles}
    assert found.records.keys() | refused == up.truth().papers.keys()


def test_the_feed_of_a_day_names_what_was_announced(up):
    found = harvest("arxiv_feed", up.feed_url)
    [listed] = found.listed
    announced = up.truth().announced(FRIDAY)
    expected = {f"arxiv:{n}": kind.removesuffix("-cross") for n, kind in announced.items()}
    assert (listed.day, listed.whole) == (FRIDAY, True)
    assert listed.names == expected
    assert found.records.keys() == announced.keys()


def test_the_feed_of_some_categories_names_theirs(up):
    found = harvest("arxiv_feed", up.feed_url, categories=("cs.CL", "math"))
    announced = up.truth().announced(FRIDAY, "cs.CL", "math")
    expected = {f"arxiv:{n}": kind.removesuffix("-cross") for n, kind in announced.items()}
    assert {name: kind for one in found.listed for name, kind in one.names.items()} == expected


def test_yesterdays_feed_is_known_by_its_day(up):
    up.faults(Fault("late", on="feed"))
    found = harvest("arxiv_feed", up.feed_url, Wanted(since=FRIDAY))
    assert found.outcomes == ["not-announced"]
    assert all(listed.day < FRIDAY for listed in found.listed)


def test_the_numbers_of_a_day_are_those_announced_as_new_until_they_change(up):
    found = harvest("arxiv_numbers", up.oai_url, Wanted(since=START))
    truth = up.truth()
    told = {listed.day: set() for listed in found.listed}
    for listed in found.listed:
        told[listed.day] |= set(listed.names)
    assert told.keys() == {START, date(2026, 4, 2), FRIDAY}
    for day, names in told.items():
        new = {f"arxiv:{n}" for n, kind in truth.announced(day).items() if kind == "new"}
        # What was changed since has another datestamp, and is no longer among them.
        moved = {name for name in new if truth.papers[name[6:]].modified.date() > day}
        assert names == new - moved


def test_single_papers_come_by_name_and_unknown_ones_are_told(up):
    names = (*list(up.truth().papers)[:150], "2604.99999")
    found = harvest("arxiv_api", up.api_url, Wanted(names=names))
    assert found.records.keys() == set(names[:-1])
    assert [trouble.source_id for trouble in found.troubles] == ["2604.99999"]


def test_past_days_come_whole_in_spite_of_empty_pages(up):
    up.faults(Fault("empty-page", on="api", times=2))
    days = Wanted(since=date(2026, 3, 20), until=date(2026, 4, 3))
    found = harvest("arxiv_api", up.api_url, days)
    papers = up.truth().papers.values()
    assert found.records.keys() == {
        paper.id for paper in papers if days.since <= paper.published <= days.until
    }
