"""The ledger's page, the count on a day's page, and empty days that say which of five they are."""

import re
from datetime import UTC, date, datetime
from html import unescape

import pytest

from broadsheet.harvest import running
from broadsheet.harvest.models import Source
from broadsheet.kernel import clock
from broadsheet.kernel.errors import NotAsked
from broadsheet.sources import registry
from broadsheet.sources.live import Listed, Portion, Wanted

FRIDAY = date(2026, 8, 14)


class Scripted:
    """A source that gives one answer."""

    name = "scripted"
    title = "A scripted source"
    base_url = "https://example.org"
    needs = ()
    schedule = "20 0 * * 1-5"
    zone = "America/New_York"
    feeds = ("arxiv",)
    heals = ()
    repositories = (0, 0)
    answer = Portion(outcome="not-announced")

    def ask(self, upstream, wanted, resume=""):
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


@pytest.fixture(autouse=True)
def friday():
    with clock.at(datetime(2026, 8, 14, 6, tzinfo=UTC)):
        yield


@pytest.fixture
def source(db, monkeypatch):
    source = Scripted()
    monkeypatch.setattr(registry, "LIVE", {source.name: source})
    Source.objects.create(name=source.name, on=True)
    return source


def run(source):
    return running.run(source, Wanted(), client=object())


def text_of(response):
    text = re.sub(
        r"<(script|style).*?</\1>|<[^>]+>", " ", response.content.decode(), flags=re.DOTALL
    )
    return " ".join(unescape(text).split())


@pytest.fixture
def two_of_three(said):
    numbers = [f"2608.0000{n}" for n in (1, 2, 3)]
    items = tuple(said(id=n, announced="2026-08-14", title=f"Paper {n}") for n in numbers[:2])
    names = {f"arxiv:{n}": "new" for n in numbers}
    return Portion(items=items, listed=(Listed(feed="arxiv", day=FRIDAY, names=names),))


def test_a_day_says_how_much_of_it_is_held(client, source, two_of_three):
    source.answer = two_of_three
    run(source)

    page = text_of(client.get("/daily/2026-08-14"))
    assert "2 of 3 held" in page
    assert "The arXiv list of new papers: 2 of 3 are held; 1 paper is missing" in page
    (line,) = client.get("/daily/2026-08-14.json").json()["ledger"]
    assert (line["held"], line["announced"], line["complete_at"]) == (2, 3, None)
    assert client.get("/daily/2026-08-14.json?as_of=2026-08-14").json()["ledger"] == []


@pytest.mark.parametrize(
    ("day", "answer", "reason"),
    [
        ("2026-08-14", Portion(outcome="not-announced"), "was due on Friday 14 August at 04:30"),
        ("2026-08-14", NotAsked(host="a.org", reason="it is down"), "a.org could not be asked"),
        ("2026-08-15", Portion(outcome="not-announced"), "there is none on Saturdays."),
        ("2026-08-17", Portion(outcome="not-announced"), "is due on Monday 17 August at 04:30"),
    ],
)
def test_an_empty_day_says_which_it_is_and_when_the_next_is_due(
    client, source, day, *, answer, reason
):
    source.answer = answer
    run(source)

    response = client.get(f"/daily/{day}")

    assert reason in text_of(response)
    assert "The next edition is due on Monday 17 August at 04:30 UTC." in text_of(response)
    assert client.get(f"/daily/{day}.json").json()["ledger"][0]["outcome"] != "found"


def test_days_before_a_feed_was_watched_are_no_gap(client, source, two_of_three):
    source.answer = two_of_three
    run(source)

    assert client.get("/daily/2026-08-13.json").json()["ledger"] == []
    assert "The first edition held is of Friday 14 August 2026" in text_of(
        client.get("/daily/2026-08-13")
    )


def test_a_kept_page_is_made_anew_when_a_source_was_asked(client, source):
    assert "was due on Friday" in text_of(client.get("/daily/2026-08-14"))
    source.answer = NotAsked(host="a.org", reason="it is down")
    run(source)

    assert "a.org could not be asked" in text_of(client.get("/daily/2026-08-14"))


def test_the_ledger_has_a_line_for_every_day(client, source, two_of_three):
    source.answer = two_of_three
    run(source)
    with clock.at(datetime(2026, 8, 19, 6, tzinfo=UTC)):
        page = text_of(client.get("/ledger"))
        days = client.get("/ledger.json").json()["days"]
        none = client.get("/ledger.json?feed=elsewhere").json()["days"]

    assert "Friday 14 August The arXiv list of new papers 2 of 3 open, gap since" in page
    assert "was not asked while that day could be had." in page
    assert [(line["day"], line["outcome"]) for line in days] == [
        ("2026-08-19", "not-announced"),
        ("2026-08-18", "not-asked"),
        ("2026-08-17", "not-asked"),
        ("2026-08-14", "found"),
    ]
    assert none == []


def test_without_a_watched_feed_the_ledger_says_so(client, db):
    assert "No feed is watched here" in text_of(client.get("/ledger"))
    assert client.get("/ledger.json").json() == {"days": []}
