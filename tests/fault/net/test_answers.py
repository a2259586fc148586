"""The client before a real socket: what it says, and what it makes of every kind of answer."""

from datetime import UTC, datetime, timedelta

import pytest
from tests.fault.net.conftest import reply

from broadsheet.kernel import clock
from broadsheet.kernel.errors import NotAsked, NotThere
from broadsheet.net.addresses import Checks
from broadsheet.net.client import HttpClient
from broadsheet.net.contract import Known
from broadsheet.net.exchange import Means
from broadsheet.net.limiter import ProcessLimiter
from broadsheet.net.testing import AGENT, QuickClient

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
RESET = int(NOW.timestamp()) + 15 * 60


@pytest.fixture(autouse=True)
def noon():
    with clock.at(NOW):
        yield


def test_an_answer_comes_back_whole_with_who_gave_it_and_when(site):
    there = site(reply(body=b"<xml/>", ETag='W/"1"', X_Twice="a\r\nX-Twice: b"))

    answer = QuickClient().get(f"{there.url}/oai?a=1", {"b": "x y&z"})

    assert (answer.status, answer.body, answer.asked_at) == (200, b"<xml/>", NOW)
    assert answer.url == f"{there.url}/oai?a=1&b=x%20y%26z"
    assert (answer.headers["etag"], answer.headers["x-twice"]) == ('W/"1"', "a, b")


def test_a_request_says_who_asks_and_nothing_a_caller_says_can_change_that(site):
    there = site(reply())

    QuickClient().get(there.url, headers={"Accept": "text/html", "User-Agent": "x", "Host": "y"})

    assert there.requests[0].startswith("GET / HTTP/1.1\r\n")
    assert there.headers() == {
        "accept": "text/html",
        "host": there.place,
        "user-agent": AGENT,
        "accept-encoding": "gzip",
        "connection": "close",
    }


def test_what_is_known_is_sent_along_and_the_same_is_not_sent_again(site):
    there = site(reply(304, ETag='W/"1"'))
    known = Known(etag='W/"1"', last_modified="Fri, 20 Nov 2026 00:00:00 GMT")

    answer = QuickClient().get(there.url, known=known)

    assert (answer.status, answer.body) == (304, b"")
    assert there.headers()["if-none-match"] == 'W/"1"'
    assert there.headers()["if-modified-since"] == "Fri, 20 Nov 2026 00:00:00 GMT"


def test_unchanged_is_no_answer_to_who_knows_nothing(site):
    with pytest.raises(NotAsked, match="it answered 304"):
        QuickClient().get(site(reply(304)).url)


@pytest.mark.parametrize("status", [404, 410, 451])
def test_what_is_not_there_is_said_to_be_not_there_without_telling_a_key(site, status):
    there, client = site(reply(status)), QuickClient()

    with pytest.raises(NotThere) as raised:
        client.get(f"{there.url}/repos/a/b", {"key": "secret"})

    assert raised.value.user_message == f"{there.place} has no /repos/a/b."
    assert "secret" not in str(raised.value)
    assert (len(there.requests), client.limiter.rests) == (1, [])


@pytest.mark.parametrize("status", [204, 206, 300, 400, 401, 402, 406, 409, 422])
def test_what_will_not_change_is_not_asked_again(site, status):
    there, client = site(reply(status)), QuickClient()

    with pytest.raises(NotAsked, match=f"it answered {status}"):
        client.get(there.url)

    assert (len(there.requests), client.limiter.rests, client.waits) == (1, [], [])


@pytest.mark.parametrize("status", [408, 425, 429, 500, 502, 503, 504, 520])
def test_what_may_pass_is_asked_again_after_longer_and_longer_waits(site, status):
    there = site(reply(status), reply(status), reply(status), reply(body=b"at last"))
    client = QuickClient()

    assert client.get(there.url).body == b"at last"
    assert client.waits == [5, 10, 20]
    assert client.limiter.turns == [there.place] * 4


def test_after_five_tries_it_gives_up(site):
    there, client = site(reply(500)), QuickClient()

    with pytest.raises(NotAsked) as raised:
        client.get(there.url)

    assert raised.value.user_message == (
        f"{there.place} could not be asked: it answered 500 (Internal Server Error)."
    )
    assert (raised.value.facts["again_at"], raised.value.facts["status"]) == (None, 500)
    assert (len(there.requests), client.waits) == (5, [5, 10, 20, 40])


def test_a_wait_that_is_asked_for_is_kept_by_everybody(site):
    there = site(reply(503, Retry_After=30), reply(body=b"ready"))
    client = QuickClient()

    assert client.get(there.url).body == b"ready"
    assert client.waits == [30]
    reason = "after it answered 503 (Service Unavailable)"
    assert client.limiter.rests == [(there.place, NOW + timedelta(seconds=30), reason)]


@pytest.mark.parametrize(
    ("said", "until"),
    [
        ({"Retry_After": 3600}, timedelta(hours=1)),
        ({"Retry_After": "Fri, 20 Nov 2026 14:00:00 GMT"}, timedelta(hours=2)),
        ({"Retry_After": 10**9}, timedelta(hours=24)),
        ({"RateLimit": '"api";r=0;t=240'}, timedelta(seconds=240)),
    ],
)
def test_who_must_wait_long_is_told_until_when(site, said, until):
    there, client = site(reply(429, **said)), QuickClient()

    with pytest.raises(NotAsked) as raised:
        client.get(there.url)

    assert raised.value.facts["again_at"] == NOW + until
    assert f"not to be asked before {NOW + until:%Y-%m-%d %H:%M} UTC" in raised.value.user_message
    assert [rest[:2] for rest in client.limiter.rests] == [(there.place, NOW + until)]
    assert (len(there.requests), client.waits) == (1, [])


@pytest.mark.parametrize(
    ("said", "rest"),
    [
        ({}, timedelta(hours=24)),
        ({"X_RateLimit_Remaining": 0, "X_RateLimit_Reset": RESET}, timedelta(minutes=15)),
        ({"X_RateLimit_Remaining": 59}, timedelta(minutes=1)),
    ],
    ids=["denied", "used-up", "one-thing"],
)
def test_a_host_that_denies_access_rests(site, said, rest):
    there, client = site(reply(403, **said)), QuickClient()

    with pytest.raises(NotAsked, match="it answered 403") as raised:
        client.get(there.url)

    assert raised.value.facts["again_at"] == NOW + rest
    assert [entry[1] for entry in client.limiter.rests] == [NOW + rest]
    assert len(there.requests) == 1


def test_an_allowance_used_up_by_a_good_answer_makes_the_host_rest(site):
    there, client = site(reply(body=b"last", RateLimit='"pages";r=0;t=17')), QuickClient()

    assert client.get(there.url).body == b"last"
    assert [rest[1] for rest in client.limiter.rests] == [NOW + timedelta(seconds=17)]


def test_a_short_rest_is_waited_for_and_a_long_one_is_told(site):
    there = site(reply(body=b"ready"))
    limiter, waits = ProcessLimiter(), []

    def sleep(wait):
        waits.append(wait)
        limiter._rests.clear()  # time goes on

    client = HttpClient(AGENT, limiter, Means(checks=Checks(allowed=("127.0.0.1",))), sleep=sleep)
    limiter.rest(there.place, NOW + timedelta(seconds=90), "because it asked for it")
    assert client.get(there.url).body == b"ready"
    assert waits == [90]

    limiter.rest(there.place, NOW + timedelta(hours=1), "because it asked for it")
    with pytest.raises(NotAsked, match=r"rests until 2026-11-20 13:00 UTC, because it asked"):
        client.get(there.url)
    assert len(there.requests) == 1


def test_a_redirect_is_followed_in_a_turn_of_its_own(site):
    second = site(reply(body=b"here"))
    first = site(reply(301, Location=f"{second.url}/there"))
    client = QuickClient()

    answer = client.get(first.url)

    assert (answer.url, answer.body) == (f"{second.url}/there", b"here")
    assert client.limiter.turns == [first.place, second.place]


def test_a_key_is_told_only_to_the_origin_it_is_for(site):
    other = site(reply())
    there = site(reply(302, Location="/b"), reply(307, Location=f"{other.url}/c"))

    QuickClient().get(
        there.url,
        headers={"Authorization": "Bearer secret", "Accept": "text/html"},
        known=Known(etag='"1"'),
    )

    assert [("authorization" in there.headers(n)) for n in (0, 1)] == [True, True]
    assert "secret" not in other.requests[0]
    assert (other.headers()["accept"], other.headers()["if-none-match"]) == ("text/html", '"1"')


def test_six_redirects_are_too_many(site):
    there = site(reply(302, Location="/again"))

    with pytest.raises(NotAsked, match="more than 5 redirects"):
        QuickClient().get(there.url)

    assert len(there.requests) == 6


def test_a_redirect_that_asks_for_time_gets_it(site):
    there = site(
        reply(302, Location="/b", Retry_After=7), reply(302, Location="/c", Retry_After=700)
    )
    client = QuickClient()

    with pytest.raises(NotAsked, match="it asks us to come back later") as raised:
        client.get(there.url)

    assert (client.waits, len(there.requests)) == ([7], 2)
    assert raised.value.facts["again_at"] == NOW + timedelta(seconds=700)


def test_a_body_longer_than_wanted_is_not_fetched(site):
    exact = QuickClient().get(site(reply(body=b"x" * 1000)).url, most_bytes=1000)
    assert len(exact.body) == 1000

    there, client = site(reply(body=b"x" * 1001)), QuickClient()
    with pytest.raises(NotAsked, match="longer than 1,000 bytes"):
        client.get(there.url, most_bytes=1000)
    assert (len(there.requests), client.waits) == (1, [])


@pytest.mark.parametrize(
    ("address", "says"),
    [
        ("ftp://me:word@127.0.0.1/x", "only http and https are spoken"),
        ("file:///etc/passwd", "only http and https are spoken"),
        ("x", "only http and https are spoken"),
        ("http://me:word@127.0.0.1/", "its address carries a name or a password"),
        ("http:///x", "that is not the name of a host"),
        ("http://a b/", "that is not the name of a host"),
        ("http://127.0.0.1:99999/", "Port out of range 0-65535"),
        (f"http://127.0.0.1/{'x' * 16_000}", "its address is longer than 16000 characters"),
    ],
)
def test_what_is_no_web_address_is_not_asked(address, says):
    client = QuickClient()

    with pytest.raises(NotAsked) as raised:
        client.get(address)

    assert f"could not be asked: {says}." in raised.value.user_message
    assert "word@" not in raised.value.user_message
    assert (raised.value.facts["again_at"], client.limiter.turns) == (None, [])
