"""The starter edition, and that it agrees with the pages and day files it is made from."""

from datetime import UTC, date, datetime

import orjson
import pytest

from broadsheet.sources.contract import Announced, Measured, Organization
from broadsheet.sources.registry import SOURCES
from broadsheet.sources.starter import starter_path
from broadsheet.sources.starter.parse import parse
from broadsheet.sources.values import Broken

EDITION = {
    "id": "arxiv:2608.00010",
    "title": "How Bees Count",
    "summary": "Our own words.",
    "authors": ["A. Comb"],
    "n_authors": 1,
    "organization": {"slug": "pond", "name": "The Pond Lab"},
    "published": "2026-08-01",
    "comments": 0,
    "upvotes": 9,
    "feed_days": [
        {"day": "2026-08-13", "rank": 4, "upvotes": 5},
        {"day": "2026-08-14", "rank": 2, "upvotes": 9},
    ],
    "edition_days": ["2026-08-13", "2026-08-14"],
    "keywords": ["bees"],
    "topics": ["q-bio.NC"],
    "arxiv_id": "2608.00010",
    "github_stars": 40,
    "code_url": "https://github.com/comb/bees",
}
SEED = {
    "id": "title:on-moss",
    "title": "On Moss",
    "summary": "Our own words.",
    "comments": 2,
    "pages": [
        {"seed": "000", "date": "06-02", "rank": 1},
        {"seed": "003", "date": "06-02", "rank": 7},
        {"seed": "001", "date": "07-02", "rank": 2},
    ],
}


def at(month, day):
    return datetime(2026, month, day, 16, tzinfo=UTC)


def test_a_paper_of_the_edition_stands_in_the_feed_of_the_day_files():
    record = parse(orjson.dumps(EDITION))
    assert (record.source, record.origin) == ("starter", "broadsheet")
    assert (record.source_id, record.abstract) == ("arxiv:2608.00010", "Our own words.")
    assert [str(i) for i in record.identifiers] == ["arxiv:2608.00010"]
    assert record.organization == Organization(slug="pond", name="The Pond Lab")
    assert (record.categories, record.keywords) == (("q-bio.NC",), ("bees",))
    feed = {"feed": "huggingface-daily", "kind": "picked"}
    assert record.announcements == (
        Announced(day=date(2026, 8, 13), rank=4, seen_at=at(8, 13), **feed),
        Announced(day=date(2026, 8, 14), rank=2, seen_at=at(8, 14), **feed),
    )
    assert record.signals == (
        Measured(kind="votes", origin="huggingface", total=5, true_at=at(8, 13)),
        Measured(kind="votes", origin="huggingface", total=9, true_at=at(8, 14)),
        Measured(kind="comments", origin="huggingface", total=0, true_at=at(8, 14)),
        Measured(kind="stars", origin="github", total=40, true_at=at(8, 14)),
    )


def test_a_seed_paper_stands_in_no_feed_and_shows_the_comments_of_its_pages():
    record = parse(orjson.dumps(SEED))
    assert (record.announcements, record.identifiers) == ((), ())
    assert record.signals == (
        Measured(kind="comments", origin="huggingface", total=2, true_at=at(6, 2)),
        Measured(kind="comments", origin="huggingface", total=2, true_at=at(7, 2)),
    )
    assert record.seen_at == at(7, 2)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"id": None}, "no id"),
        ({"id": "x" * 300}, "longer than 250"),
        ({"title": ""}, "no title"),
        ({"pages": []}, "no day and on no page"),
        ({"pages": [{"date": "02-30"}]}, "not MM-DD"),
        ({"pages": ["06-02"]}, "pages hold text"),
        ({"feed_days": [{"rank": 1}]}, "names no day"),
        ({"arxiv_id": "moss"}, "“moss” is no arXiv number"),
        ({"authors": ["A", "B"], "n_authors": 1}, "n_authors is 1, but it names 2"),
    ],
)
def test_a_line_against_the_rules_is_refused(change, reason):
    with pytest.raises(Broken, match=reason):
        parse(orjson.dumps(SEED | change))


def test_the_bundled_edition_is_308_papers_and_six_days():
    records = list(SOURCES["starter"].read(starter_path()))
    assert len({record.source_id for record in records}) == 308
    days = [announced.day for record in records for announced in record.announcements]
    assert len(days) == 145
    assert sorted(set(days)) == [date(2026, 8, d) for d in (7, 10, 11, 12, 13, 14)]
    votes = sum(s.total for r in records for s in r.signals if s.kind == "votes")
    assert votes == 462 + 193 + 634 + 466 + 637 + 505
    assert sum(bool(record.organization) for record in records) == 97


def test_starter_and_seed_pages_agree_on_every_paper(shared):
    starter = {r.title: r for r in SOURCES["starter"].read(starter_path()) if not r.announcements}
    pages = [r for p in sorted((shared / "seeds").iterdir()) for r in SOURCES["page"].read(p)]
    assert {record.title for record in pages} == set(starter)
    for record in pages:
        ours = starter[record.title]
        assert set(record.signals) <= set(ours.signals)
        assert record.published in {"", ours.published}
        assert record.n_authors in {None, ours.n_authors}
        assert record.organization in {None, ours.organization}


def test_starter_and_day_files_agree_on_votes_and_names(shared):
    path = shared / "formats/hf_daily/single/2026-08-14.json"
    day = {record.identifiers: record for record in SOURCES["hf_daily"].read(path)}
    ours = [
        record
        for record in SOURCES["starter"].read(starter_path())
        if any(announced.day == date(2026, 8, 14) for announced in record.announcements)
    ]
    assert len(ours) == 25
    for record in ours:
        theirs = day[record.identifiers]
        assert (record.title, record.authors) == (theirs.title, theirs.authors)
        assert {s.kind: s.total for s in record.signals} == {
            s.kind: s.total for s in theirs.signals
        }
