"""Asking feeds: what is asked, what comes of each answer, and going on to the next."""

from datetime import UTC, date, datetime

import pytest

from broadsheet.kernel.errors import Expired, NotAsked, Unreadable
from broadsheet.net.contract import Known, Response
from broadsheet.sources.contract import Record, Trouble
from broadsheet.sources.feed.client import LiveFeed
from broadsheet.sources.live import Upstream, Wanted

ASKED = datetime(2026, 8, 14, 12, tzinfo=UTC)
ONE, TWO = "https://ponds.example/feed", "https://moss.example/feed"
RSS = b"""<rss version="2.0"><channel><title>Ponds</title><item><title>Bees</title>
<link>https://ponds.example/1</link><category>Insects</category>
<pubDate>Thu, 13 Aug 2026 10:00:00 GMT</pubDate></item>
<item><title>Moss</title><link>https://arxiv.org/abs/2608.00010</link></item></channel></rss>"""


class Client:
    """Gives what it holds of each address, and notes what it was asked."""

    def __init__(self, **answers):
        self.answers = {ONE: answers.get("one", RSS), TWO: answers.get("two", RSS)}
        self.asked = []

    def get(self, url, params=None, *, headers=None, known=None, most_bytes=0):
        self.asked.append((url, known))
        body = self.answers[url]
        if isinstance(body, Exception):
            raise body
        return Response(
            url=url,
            status=200 if body else 304,
            headers={"etag": '"7"', "content-type": "text/xml"},
            body=body,
            asked_at=ASKED,
        )


def ask(client, resume="", *, categories=(), said=None, addresses=ONE):
    upstream = Upstream(client=client, base_url=addresses, categories=categories)
    return LiveFeed().ask(upstream, Wanted(said=said or {}), resume)


def test_a_feed_gives_its_items_and_what_stood_in_it_on_each_day():
    portion = ask(Client())
    assert [record.title for record in portion.items] == ["Bees", "Moss"]
    assert [(one.feed, one.day, dict(one.names), one.whole) for one in portion.listed] == [
        ("ponds-example-feed", date(2026, 8, 13), {"url:https://ponds.example/1": "new"}, False),
        ("ponds-example-feed", date(2026, 8, 14), {"arxiv:2608.00010": "new"}, False),
    ]
    assert (portion.resume, portion.outcome) == ("", "found")


def test_what_was_said_before_is_sent_along_and_the_same_is_nothing_new():
    client = Client(one=b"")
    portion = ask(client, said={f"etag {ONE}": '"7"', f"last-modified {ONE}": "Thu"})
    assert client.asked == [(ONE, Known(etag='"7"', last_modified="Thu"))]
    assert (portion.outcome, portion.items) == ("nothing-new", ())
    assert portion.said == {f"etag {ONE}": '"7"'}


def test_several_feeds_are_asked_one_after_the_other():
    client = Client()
    first = ask(client, addresses=f"{ONE} {TWO}")
    second = ask(client, first.resume, addresses=f"{ONE} {TWO}")
    assert [url for url, _ in client.asked] == [ONE, TWO]
    assert second.resume == ""
    assert second.listed[0].feed == "moss-example-feed"


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (NotAsked(host="ponds.example", reason="it took too long"), "not-asked"),
        (Unreadable(where="ponds.example", reason="it is cut off"), "unreadable"),
    ],
)
def test_one_of_several_that_gives_no_answer_is_told_and_costs_no_other(error, outcome):
    client = Client(one=error)
    portion = ask(client, addresses=f"{ONE} {TWO}")
    [trouble] = portion.items
    assert isinstance(trouble, Trouble)
    assert (trouble.path, portion.outcome, portion.resume) == (ONE, outcome, "1")
    with pytest.raises(type(error)):
        ask(client)


def test_a_page_in_place_of_a_feed_cannot_be_read():
    with pytest.raises(Unreadable) as refused:
        ask(Client(one=b"<html><body>Sign in</body></html>"))
    assert "it is no feed" in refused.value.user_message


def test_a_broken_feed_gives_what_can_be_read_and_a_trouble():
    *records, trouble = ask(Client(one=RSS[:-30])).items
    assert [record.title for record in records] == ["Bees", "Moss"]
    assert "it is broken" in trouble.reason


def test_only_wanted_categories_are_taken():
    portion = ask(Client(), categories=("insects",))
    assert [record.title for record in portion.items if isinstance(record, Record)] == ["Bees"]


def test_no_address_and_a_place_that_is_gone_are_told():
    with pytest.raises(NotAsked, match="no address"):
        ask(Client(), addresses=" ")
    for resume in ("7", "moss"):
        with pytest.raises(Expired):
            ask(Client(), resume)
