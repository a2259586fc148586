"""Every live source against the same promises, asked through a client that answers as told."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import orjson
import pytest
from tests.unit.sources import arxiv_answers as arxiv

from broadsheet.kernel import clock
from broadsheet.kernel.errors import Expired, NotAsked, NotThere, Unreadable
from broadsheet.sources.contract import Record, Trouble
from broadsheet.sources.live import Portion, Upstream, Wanted
from broadsheet.sources.registry import LIVE, SOURCES
from broadsheet.sources.testing import Canned

NOW = datetime(2026, 4, 10, 12, tzinfo=UTC)
SINCE = Wanted(since=date(2026, 4, 2))
BOMB = b'<!DOCTYPE a [<!ENTITY b "bb"><!ENTITY c "&b;&b;">]><a>&c;</a>'


@dataclass(frozen=True)
class Asked:
    """A source that is asked ``wanted`` and answered ``bodies``."""

    bodies: tuple[bytes, ...]
    wanted: Wanted = SINCE
    categories: tuple[str, ...] = ()


DAILY = {
    "paper": {
        "id": "2604.00010",
        "title": "How Bees Count",
        "summary": "They count to four.",
        "authors": [{"name": "Ada Lovelace"}],
        "publishedAt": "2026-04-01T00:00:00.000Z",
        "submittedOnDailyAt": "2026-04-02T00:00:00.000Z",
        "upvotes": 3,
    },
    "title": "How Bees Count",
    "numComments": 1,
}
RSS = b"""<rss version="2.0"><channel><title>Ponds</title>
<item><title>How Bees Count</title><link>https://ponds.example/1</link>
<pubDate>Thu, 02 Apr 2026 10:00:00 GMT</pubDate></item>
<item><title>On Moss</title><link>https://arxiv.org/abs/2604.00010</link></item></channel></rss>"""

# A good answer for each source.
GOOD = {
    "arxiv_feed": Asked((arxiv.rss(arxiv.item(), arxiv.item("2604.00011", "cross")),)),
    "arxiv_oai": Asked((arxiv.oai(arxiv.record(), arxiv.record("2604.00011")),)),
    "arxiv_raw": Asked((arxiv.oai(arxiv.raw_record(), token="more"),)),
    "arxiv_numbers": Asked(
        (arxiv.headers(("2604.00001", "2026-04-01"), ("2604.00002", "2026-04-02")),)
    ),
    "arxiv_api": Asked((arxiv.query(arxiv.entry()),), Wanted(names=("2604.00010",))),
    "hf_daily": Asked((orjson.dumps([DAILY]),)),
    "github": Asked(
        (orjson.dumps({"id": 7, "full_name": "comb/pond", "stargazers_count": 42}),),
        Wanted(names=("comb/pond arxiv:2604.00010 How Bees Count",)),
    ),
    "feed": Asked((RSS,)),
}
# What these say holds for a moment, which their records keep with what was received.
MOMENTARY = ("hf_daily", "github", "feed")

HOSTILE = {
    "html": b"<!DOCTYPE html><html><body>Down for maintenance</body></html>",
    "xhtml": b"<?xml version='1.0'?><html xmlns='http://www.w3.org/1999/xhtml'><body/></html>",
    "empty": b"",
    "blanks": b" \n ",
    "binary": bytes(range(256)) * 40,
    "bomb": BOMB,
    "deep": b"<a>" * 20_000,
    "many": b"<item>" * 50_000 + b"<record>" * 50_000 + b"<entry>" * 50_000,
    "json": b'{"error": "rate limited"}',
    "number": b"7",
    "null": b"null",
    "list": b"[[], {}, 3, null]",
    "other xml": b"<opml version='2.0'><body/></opml>",
    "strange encoding": b"<?xml version='1.0' encoding='punycode'?><a/>",
    "utf-16": "<rss><channel/></rss>".encode("utf-16"),
}


@pytest.fixture(autouse=True)
def now():
    with clock.at(NOW):
        yield


@pytest.fixture(params=sorted(LIVE))
def source(request):
    return LIVE[request.param]


@pytest.fixture(params=sorted(GOOD))
def good(request):
    return LIVE[request.param], GOOD[request.param]


def ask(source, asked, *bodies, resume="", client=None):
    upstream = Upstream(
        client=client or Canned(*(bodies or asked.bodies)),
        base_url=source.base_url or "https://feed.example/rss",
        categories=asked.categories,
        key="a key",
    )
    return source.ask(upstream, asked.wanted, resume)


def outcome(source, asked, *bodies, **more):
    """What asking gives: a portion, or one of the errors that are promised."""
    try:
        return ask(source, asked, *bodies, **more)
    except (NotAsked, Unreadable) as error:
        return error


def survives(source, asked, body):
    found = outcome(source, asked, body)
    if isinstance(found, NotAsked | Unreadable):
        assert found.user_message
    else:
        assert all(isinstance(item, Record | Trouble) for item in found.items)


def test_it_says_what_it_is_and_when_it_asks(source):
    assert source.title
    assert not source.base_url or source.base_url.startswith("https://")
    assert set(source.needs) <= {"contact", "key"}
    assert ZoneInfo(source.zone)
    assert len(source.schedule.split()) in (0, 5)


@pytest.mark.parametrize("body", HOSTILE.values(), ids=HOSTILE)
def test_hostile_answers_are_refused_in_a_sentence(source, body):
    asked = GOOD.get(source.name, Asked(()))
    survives(source, asked, body)


@pytest.mark.parametrize(
    "error",
    [
        NotAsked(host="x", reason="it is down", again_at=None),
        NotThere(host="x", what="such thing"),
        Unreadable(where="x", reason="it was cut off"),
    ],
)
def test_what_the_client_says_goes_through(source, error):
    asked = GOOD.get(source.name, Asked(()))
    client = Canned(error)
    found = outcome(source, asked, client=client)
    if client.asked:
        # Of many things asked for, one that is not there is told among the others.
        assert isinstance(found, type(error)) or isinstance(error, NotThere)


def test_every_source_has_a_good_answer_here():
    assert GOOD.keys() == LIVE.keys()


def test_a_good_answer_cut_off_anywhere_or_garbled_does_no_harm(good):
    source, asked = good
    (body, *_) = asked.bodies
    for end in range(0, len(body), max(len(body) // 40, 1)):
        survives(source, asked, body[:end])
    survives(source, asked, body.replace(b"e", b"\xe9"))
    survives(source, asked, body.replace(b">", b""))
    survives(source, asked, body.replace(b"2026", b"0000"))
    survives(source, asked, body.replace(b"2604", b"9999"))


def test_the_same_answer_gives_the_same_whenever_it_comes(good):
    source, asked = good
    once = ask(source, asked)
    with clock.at(datetime(2031, 1, 1, tzinfo=UTC)):
        again = ask(source, asked, client=Canned(*asked.bodies, asked_at=NOW))
    assert (once.items, once.listed) == (again.items, again.listed)
    assert once.items or once.listed


def test_a_record_is_read_again_as_it_was(good):
    source, asked = good
    for record in ask(source, asked).items:
        assert isinstance(record, Record)
        assert SOURCES[record.source].reread(record.raw, record.seen_at) == record
        assert record.seen_at.tzinfo is UTC
        received = b"".join(asked.bodies)
        assert record.raw in received or b"submitter" in received or source.name in MOMENTARY


def test_what_is_listed_is_of_a_feed_it_names(good):
    source, asked = good
    for listed in ask(source, asked).listed:
        assert listed.feed in source.feeds or not source.feeds
        assert all(":" in name for name in listed.names)


def test_a_place_nobody_gave_is_told_as_such_or_left_to_the_upstream(good):
    source, asked = good
    found = outcome(source, asked, resume="a place nobody gave")
    assert isinstance(found, Expired | Portion)
