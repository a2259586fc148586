"""Feeds and reference files: valid, stable, read back by the libraries people use."""

from datetime import timedelta

import bibtexparser
import feedparser
import pytest

from broadsheet.kernel import clock
from broadsheet.papers import actions
from broadsheet.sources.registry import SOURCES

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "address",
    ["/latest.atom", "/weekly/2026-W33.atom", "/trending.atom", "/search.atom?q=agents"],
)
def test_a_feed_is_valid_and_names_every_paper(client, starter, follow, address):
    follow()
    answer = client.get(address)
    feed = feedparser.parse(answer.content)

    assert answer["Content-Type"].startswith("application/atom+xml")
    assert not feed.bozo
    assert feed.version == "atom10"
    assert len(feed.entries) == len(client.get(address.replace(".atom", ".json")).json()["hits"])
    for entry in feed.entries:
        assert entry.link.startswith("http://testserver/papers/")
        assert entry.title
        assert entry.authors
        assert entry.id.startswith("urn:uuid:")


def test_ids_stay_when_titles_and_lists_change(client, said):
    actions.ingest([said(id="2608.00001", title="A draft", announced="2026-08-14")])
    before = feedparser.parse(client.get("/latest.atom").content).entries[0]
    actions.ingest([said(id="2608.00001", title="Not a draft", announced="2026-08-14")])
    after = feedparser.parse(client.get("/monthly/2026-08.atom").content).entries[0]

    assert before.id == after.id
    assert (before.title, after.title) == ("A draft", "Not a draft")


def test_the_latest_feed_stays_the_latest(client, picked):
    feeds = []
    for day in ("2026-08-13", "2026-08-14"):
        actions.ingest([picked(day=day)])
        feeds.append(feedparser.parse(client.get("/latest.atom").content))
    first, second = (feed.feed for feed in feeds)

    assert first.id == second.id
    assert first.title == second.title == "The latest edition · Broadsheet"
    assert {"rel": "self", "href": "http://testserver/latest.atom"}.items() <= next(
        link for link in first.links if link.rel == "self"
    ).items()
    assert feeds[0].entries[0].id != feeds[1].entries[0].id


def test_a_long_feed_leads_through_its_pages(client, starter):
    address, seen = "/monthly/2026-08.atom", []
    while address:
        feed = feedparser.parse(client.get(address).content)
        seen += [entry.id for entry in feed.entries]
        address = next((link.href for link in feed.feed.links if link.rel == "next"), None)

    assert len(seen) == len(set(seen)) == client.get("/monthly/2026-08.json").json()["total"]
    assert len(seen) > 2 * 30


def test_an_entry_says_when_it_was_published_and_by_whom_if_known(client, said, follow):
    actions.ingest(
        [
            said(title="A walrus alone", authors=None, published="2026-05"),
            said(title="A walrus in company", published=None),
        ]
    )
    follow()
    answer = client.get("/search.atom?q=walrus")
    entries = {entry.title: entry for entry in feedparser.parse(answer.content).entries}

    assert b"0 authors" not in answer.content
    assert "authors" not in entries["A walrus alone"]
    assert entries["A walrus alone"].published == "2026-05-01T00:00:00+00:00"
    assert entries["A walrus in company"].author == "Ada Lovelace"
    assert "published" not in entries["A walrus in company"]


def test_what_no_xml_can_hold_is_dropped_from_a_question(client, db):
    feed = feedparser.parse(client.get("/search.atom?q=%01x").content)

    assert not feed.bozo
    assert feed.feed.title == "Search: x · Broadsheet"


def test_a_feed_gives_the_same_bytes_an_hour_later(client, starter):
    first = client.get("/daily/2026-08-14.atom").content
    with clock.at(clock.now() + timedelta(hours=1)):
        assert client.get("/daily/2026-08-14.atom").content == first


def test_votes_do_not_make_an_entry_new(client, picked):
    number = {"id": "arxiv:2608.00001", "arxiv_id": "2608.00001", "title": "A paper with votes"}
    actions.ingest([picked(**number, votes=1)])
    before = feedparser.parse(client.get("/latest.atom").content).entries[0]
    with clock.at(clock.now() + timedelta(hours=1)):
        later = {"day": "2026-08-14", "rank": 1, "upvotes": 5}
        actions.ingest([picked(**number, votes=5, feed_days=[later])])
        after = feedparser.parse(client.get("/latest.atom").content).entries[0]

    assert before.updated == after.updated


@pytest.mark.parametrize(
    "address",
    ["/latest.bib", "/monthly/2026-08.bib", "/search.bib?q=agents", "/papers/2608.13546.bib"],
)
def test_a_reference_file_is_read_back_whole(client, starter, follow, address):
    follow()
    answer = client.get(address)
    library = bibtexparser.parse_string(answer.content.decode())

    assert answer["Content-Disposition"].startswith("attachment")
    assert library.entries
    assert not library.failed_blocks
    assert len({entry.key for entry in library.entries}) == len(library.entries)
    for entry in library.entries:
        assert {"title", "year"} <= entry.fields_dict.keys() or "year" not in entry.fields_dict


@pytest.mark.django_db
def test_hostile_titles_and_many_authors_survive_both_formats(
    client, shared, settings, monkeypatch
):
    settings.PAGE_SIZE = 100
    monkeypatch.setattr("broadsheet.editions.catalogue.PATIENCE_S", 60)  # both find all
    actions.ingest(SOURCES["jsonl"].read(shared / "corpus" / "tricky.jsonl"))

    for page in (1, 2, 3):
        atom = client.get(f"/search.atom?page={page}&recipe=new").content
        feed = feedparser.parse(atom)
        library = bibtexparser.parse_string(
            client.get(f"/search.bib?page={page}&recipe=new").content.decode()
        )
        assert not feed.bozo
        assert not library.failed_blocks
        assert len(feed.entries) == len(library.entries)


def test_a_feed_without_papers_says_why(client, starter):
    """The same reason as on the page, in JSON and by the command."""
    feed = feedparser.parse(client.get("/daily/2026-08-15.atom").content)
    full = feedparser.parse(client.get("/daily/2026-08-14.atom").content)

    assert feed.feed.subtitle == client.get("/daily/2026-08-15.json").json()["why_empty"]
    assert feed.feed.subtitle in client.get("/daily/2026-08-15").content.decode()
    assert "subtitle" not in full.feed
