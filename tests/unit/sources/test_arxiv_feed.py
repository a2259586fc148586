"""arXiv's announcement feeds: day, kinds, names, full and failing feeds."""

from datetime import UTC, date, datetime

import pytest
from tests.unit.sources.arxiv_answers import item, rss

from broadsheet.kernel.errors import NotAsked, Unreadable
from broadsheet.sources.arxiv_feed import client as feed_client
from broadsheet.sources.arxiv_feed.parse import parse
from broadsheet.sources.contract import Announced
from broadsheet.sources.live import Upstream, Wanted
from broadsheet.sources.registry import LIVE, SOURCES
from broadsheet.sources.testing import Canned
from broadsheet.sources.values import Broken

DAY = date(2026, 4, 2)


def ask(client, wanted=Wanted(), categories=("cs.AI", "q-bio.NC")):  # noqa: B008  # frozen
    upstream = Upstream(client=client, base_url="https://rss.example/rss/", categories=categories)
    return LIVE["arxiv_feed"].ask(upstream, wanted)


def test_an_item_says_all_of_these():
    said = parse(
        item(
            **{"arxiv:DOI": "10.1000/BEES", "arxiv:journal_reference": "J. Bees 1 (2026)"}
        ).encode()
    )
    assert (said.source, said.origin, said.source_id) == ("arxiv_feed", "arxiv", "2604.00010")
    assert (said.title, said.abstract) == ("How Bees Count", "Bees count.")
    assert said.authors == ("Ada Comb", "B. Honey")
    assert [str(one) for one in said.identifiers] == ["arxiv:2604.00010", "doi:10.1000/bees"]
    assert said.categories == ("q-bio.NC", "cs.AI")
    assert (said.version, said.published, said.updated) == (1, "2026-04-02", "")
    assert said.journal_ref == "J. Bees 1 (2026)"
    assert said.announcements == (
        Announced(
            feed="arxiv",
            day=DAY,
            rank=None,
            kind="new",
            seen_at=datetime(2026, 4, 2, 4, tzinfo=UTC),
        ),
    )


@pytest.mark.parametrize(
    ("said", "kind"),
    [("new", "new"), ("cross", "cross"), ("replace", "replace"), ("replace-cross", "replace")],
)
def test_four_kinds_become_three(said, kind):
    assert parse(item(kind=said).encode()).announcements[0].kind == kind


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        ("Thu, 02 Apr 2026 00:00:00 -0400", DAY),
        ("Thu, 02 Apr 2026 04:00:00 +0000", DAY),
        ("Thu, 02 Apr 2026 03:59:59 GMT", date(2026, 4, 1)),
        ("Thu, 15 Jan 2026 05:00:00 GMT", date(2026, 1, 15)),
        ("2026-04-02T00:00:00-04:00", DAY),
    ],
)
def test_the_day_is_that_of_new_york(moment, day):
    assert parse(item(day=moment).encode()).announcements[0].day == day


@pytest.mark.parametrize(
    ("number", "kind", "day", "published"),
    [
        ("2604.00010", "new", "Thu, 02 Apr 2026 00:00:00 -0400", "2026-04-02"),
        # Announced on the last evening of a month, listed on the first day of the next.
        ("2603.00010", "new", "Wed, 01 Apr 2026 00:00:00 -0400", "2026-04-01"),
        ("2603.00010", "new", "Thu, 02 Apr 2026 00:00:00 -0400", "2026-03"),
        ("2604.00010", "replace", "Thu, 02 Apr 2026 00:00:00 -0400", "2026-04"),
    ],
)
def test_a_new_paper_is_as_old_as_its_announcement(number, kind, day, published):
    assert parse(item(number, kind, day).encode()).published == published


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (item(kind="moved"), "its announce type is “moved”"),
        (item(day="someday"), "its date is “someday”"),
        (item(day="Thu, 02 Apr 2026 00:00:00"), "no moment with an offset"),
        (item(pubDate=None), "it has no published"),
        (item(title=""), "it has no title"),
        (item(guid="moss"), "“moss” is no arXiv number"),
    ],
)
def test_an_item_that_breaks_the_rules_says_which(text, reason):
    with pytest.raises(Broken, match=reason):
        parse(text.encode())


def test_an_edition_is_its_records_and_their_names():
    body = rss(item("2604.00011", "replace-cross", version=2), item(), item("2603.00001", "cross"))
    client = Canned(body)
    portion = ask(client, Wanted(since=DAY))
    assert client.asked == [("https://rss.example/rss/cs.AI%2Bq-bio.NC", {})]
    assert [record.source_id for record in portion.items] == [
        "2604.00010",
        "2603.00001",
        "2604.00011",
    ]
    (listed,) = portion.listed
    assert (listed.feed, listed.day, listed.whole) == ("arxiv", DAY, True)
    assert list(listed.names.items()) == [
        ("arxiv:2604.00010", "new"),
        ("arxiv:2603.00001", "cross"),
        ("arxiv:2604.00011", "replace"),
    ]
    assert (portion.outcome, portion.reached, portion.resume) == ("found", DAY, "")


def test_what_cannot_be_read_stood_in_the_feed_all_the_same():
    portion = ask(Canned(rss(item(), item("2604.00011", "cross", title=""))))
    _, trouble = portion.items
    assert (trouble.source_id, trouble.reason) == ("2604.00011", "it has no title")
    assert portion.listed[0].names == {"arxiv:2604.00010": "new", "arxiv:2604.00011": "cross"}


def test_yesterdays_feed_is_no_new_announcement_and_keeps_its_day():
    portion = ask(Canned(rss(item())), Wanted(since=date(2026, 4, 3)))
    assert portion.outcome == "not-announced"
    assert portion.listed[0].day == DAY
    assert portion.reached == DAY


def test_an_empty_feed_announces_nothing_and_lists_no_day():
    portion = ask(Canned(rss()))
    assert (portion.outcome, portion.listed, portion.items) == ("not-announced", (), ())
    assert portion.reached is None


def test_a_failing_feed_says_why():
    body = rss(title="Feed error for query: x", said="Bad archive 'cooking'.")
    with pytest.raises(NotAsked, match="no feed of cooking: Bad archive"):
        ask(Canned(body), categories=("cooking",))


@pytest.mark.parametrize(
    "body",
    [b"<html></html>", b"<rss/>", rss(item())[:-30], rss(title="A blog"), b"<OAI-PMH/>", b""],
)
def test_what_is_no_whole_feed_of_announcements_is_unreadable(body):
    with pytest.raises(Unreadable):
        ask(Canned(body))


def test_a_full_feed_is_asked_for_in_halves_and_the_strongest_word_wins(monkeypatch):
    monkeypatch.setattr(feed_client, "FULL", 2)
    full = rss(item("2604.00010", "cross"), item("2604.00011"))
    client = Canned(full, rss(item("2604.00010", "cross")), rss(item("2604.00010")))
    portion = ask(client)
    assert [url.rpartition("/")[2] for url, _ in client.asked] == [
        "cs.AI%2Bq-bio.NC",
        "cs.AI",
        "q-bio.NC",
    ]
    assert portion.listed[0].names == {"arxiv:2604.00010": "new"}
    assert portion.listed[0].whole
    assert len(portion.items) == 1


def test_a_full_feed_that_cannot_be_parted_is_not_whole(monkeypatch):
    monkeypatch.setattr(feed_client, "FULL", 1)
    portion = ask(Canned(rss(item())), categories=("cs.AI",))
    assert not portion.listed[0].whole


def test_the_archive_that_fills_a_feed_alone_is_parted_into_its_categories(monkeypatch):
    monkeypatch.setattr(feed_client, "FULL", 1)
    client = Canned(rss(item()), rss())
    portion = ask(client, categories=("cs",))
    assert len(client.asked) == 3
    assert client.asked[1][0].endswith("%2Bcs.HC")
    assert portion.outcome == "not-announced"


def test_without_categories_every_archive_is_asked_for():
    client = Canned(rss(item()))
    ask(client, categories=())
    assert "hep-th" in client.asked[0][0]


def test_a_saved_feed_gives_what_can_be_saved_and_a_message(tmp_path):
    path = tmp_path / "feed.xml"
    path.write_bytes(rss(item(), item("2604.00011", title=""), item("2604.00012"))[:-200])
    said, broken, trouble = SOURCES["arxiv_feed"].read(path)
    assert said.source_id == "2604.00010"
    assert broken.reason == "entry 2: it has no title"
    assert trouble.fatal
    path.write_bytes(rss(title="Feed error for query: x", said="Bad archive."))
    (trouble,) = SOURCES["arxiv_feed"].read(path)
    assert trouble.reason == "arXiv had no such feed: Bad archive"
