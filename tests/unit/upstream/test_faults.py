"""Every fault as a plain client meets it, by script and by lot."""

import gzip
import http.client
import json
import threading
import time
import zlib
from email.utils import parsedate_to_datetime
from xml.etree.ElementTree import ParseError

import pytest
from tests.unit.upstream.asking import AGENT, NAMES, get, harvest, line
from tests.upstream import Fault, faults
from tests.upstream.requests import Seen, most_at_once, shortest_gap

LIST = {"verb": "ListRecords", "metadataPrefix": "arXiv"}


@pytest.fixture
def faulty(upstream):
    """An upstream with one fault, that befalls the first request."""

    def make(kind: str, **options):
        up = upstream(records_per_page=20)
        up.faults(Fault(kind, **options))
        return up

    return make


@pytest.mark.parametrize(
    ("kind", "status"),
    [("unavailable", 503), ("unavailable-until", 503), ("too-many", 429), ("too-many-bare", 429),
     ("not-acceptable", 406), ("forbidden", 403), ("server-error", 500), ("html", 200),
     ("empty", 200), ("redirect-private", 302), ("redirect-loop", 302), ("entity-bomb", 200)],
)  # fmt: skip
def test_a_fault_answers_once_with_its_status_and_then_all_is_well(faulty, kind, status):
    up = faulty(kind, seconds=3)

    got, after = get(up.oai_url, query=LIST), get(up.oai_url, query=LIST)

    assert (got.status, after.status, after.error) == (status, 200, "")
    assert [one.fault for one in up.requests] == [kind, ""]


def test_when_to_come_again_is_said_in_seconds_or_as_a_date_of_the_upstream(faulty):
    seconds = get(faulty("too-many", seconds=7).oai_url)
    up = faulty("unavailable-until", seconds=90)
    until = parsedate_to_datetime(get(up.oai_url).headers["retry-after"])

    assert seconds.headers["retry-after"] == "7"
    assert (until - up.now).total_seconds() == 90
    assert "retry-after" not in get(faulty("too-many-bare").oai_url).headers


def test_redirects_lead_inside_or_to_themselves(faulty):
    inside = get(faulty("redirect-private", to="http://10.0.0.1/").oai_url)
    up = faulty("redirect-loop")

    assert inside.headers["location"] == "http://10.0.0.1/"
    assert get(f"{up.oai_url}?verb=Identify").headers["location"] == f"{up.oai_url}?verb=Identify"


@pytest.mark.parametrize(
    ("kind", "error"),
    [("cut", http.client.IncompleteRead), ("cut-early", http.client.RemoteDisconnected),
     ("stalled", http.client.IncompleteRead), ("dripping", http.client.IncompleteRead)],
)  # fmt: skip
def test_a_connection_that_ends_too_early_is_noticed(faulty, kind, error):
    up = faulty(kind, seconds=0.2)

    with pytest.raises(error):
        get(up.oai_url, query=LIST)


@pytest.mark.parametrize("kind", ["truncated", "wrong-charset"])
def test_a_body_that_is_no_xml_comes_with_a_length_that_fits(faulty, kind):
    got = get(faulty(kind).oai_url, query=LIST)

    assert got.headers["content-length"] == str(len(got.body))
    with pytest.raises(ParseError):
        _ = got.tree


def test_a_slow_answer_is_the_right_one(faulty):
    up = faulty("slow", seconds=0.2)

    got = get(up.oai_url, query=LIST)

    assert len(got.ids) == 20
    assert up.requests[0].ended - up.requests[0].began >= 0.2


def test_an_eighth_of_a_megabyte_swells_to_128(faulty):
    got = get(faulty("gzip-bomb").oai_url)

    assert got.headers["content-encoding"] == "gzip"
    assert len(got.body) < 2**18
    plain = zlib.decompressobj(wbits=31)
    assert plain.decompress(got.body, 2**20).endswith(b"  ")
    assert int.from_bytes(got.body[-4:], "little") > 128 * 2**20


def test_a_damaged_stream_cannot_be_unpacked(faulty):
    got = get(faulty("broken-gzip").oai_url, query=LIST)

    with pytest.raises(gzip.BadGzipFile):
        gzip.decompress(got.body)


def test_an_endless_body_goes_on_until_the_client_leaves_and_harms_nobody(faulty):
    up = faulty("endless")
    connection = http.client.HTTPConnection(up.url.removeprefix("http://"), timeout=10)
    connection.request("GET", "/oai", headers={"User-Agent": AGENT})
    body = connection.getresponse()

    assert len(body.read(10_000_000)) == 10_000_000
    connection.close()
    assert get(f"{up.oai_url}?verb=Identify").status == 200


def test_the_server_ends_while_clients_wait(upstream):
    begun = time.monotonic()
    up = upstream(1)
    up.faults(Fault("slow", seconds=60))
    asking = threading.Thread(target=_ignore, args=(up.oai_url,))
    asking.start()
    while not up.requests:
        time.sleep(0.01)
    up.__exit__()
    asking.join(20)

    assert not asking.is_alive()
    assert time.monotonic() - begun < 60


def _ignore(url: str) -> None:
    try:
        get(url)
    except (OSError, http.client.HTTPException):
        return


def test_an_answer_is_packed_for_who_can_unpack_it(upstream):
    up = upstream()
    plain = get(up.oai_url, query=LIST)

    packed = get(up.oai_url, query=LIST, headers={"Accept-Encoding": "gzip"})

    assert packed.headers["content-encoding"] == "gzip"
    assert gzip.decompress(packed.body) == plain.body


@pytest.mark.parametrize("kind", ["repeated-page", "swapped-pages", "shuffled", "duplicates"])
@pytest.mark.parametrize("at", [1, 2, 3])
def test_pages_out_of_order_or_given_twice_still_hold_every_paper(faulty, kind, at):
    up = faulty(kind, on="oai:ListRecords", at=at)

    ids, _ = harvest(up.oai_url, **LIST)

    in_order = sorted(up.truth().papers)
    assert sorted(set(ids)) == in_order
    assert ids != sorted(ids, key=lambda one: (up.truth().papers[one].modified, one)) or (
        at == 3 and kind == "swapped-pages"  # the last page has none to change places with
    )


@pytest.mark.parametrize(
    ("kind", "code"), [("expired-token", "badResumptionToken"), ("protocol-error", "badArgument")]
)
def test_errors_of_the_protocol_come_with_status_200(faulty, kind, code):
    got = get(faulty(kind).oai_url, query=LIST)

    assert (got.status, got.error) == (200, code)


def test_one_broken_record_leaves_the_others_whole(faulty):
    got = get(faulty("broken-record").oai_url, query=LIST)
    ids = got.tree.findall(".//{http://arxiv.org/OAI/arXiv/}id")

    assert len(got.ids) == 20
    assert len(ids) == 19


def items(got) -> list[str]:
    return [one.findtext("guid", "") for one in got.tree.iter("item")]


def test_a_feed_gives_yesterday_again_half_a_day_or_the_day_before(upstream):
    papers = [line(n, f"2026-04-0{1 + n // 11}") for n in range(1, 21)]
    up = upstream(papers)
    url = f"{up.feed_url}/cs.CL"
    yesterday = items(get(url))
    up.advance(days=1)
    today = items(get(url))
    up.faults(*(Fault(kind, on="feed", at=n) for n, kind in enumerate(_STALE, 1)))

    again, late, half, twice, broken = (get(url) for _ in _STALE)

    assert items(again) == items(late) == yesterday
    assert again.tree.findtext("channel/pubDate", "").startswith("Thu, 02 Apr")
    assert late.tree.findtext("channel/pubDate", "").startswith("Wed, 01 Apr")
    assert items(half) == today[: len(today) // 2]
    assert len(items(twice)) > len(set(items(twice))) == len(today)
    assert sum(guid in today for guid in items(broken)) == len(today) - 1
    assert items(get(url)) == today


_STALE = ("yesterday", "late", "half", "duplicates", "broken-record")


@pytest.mark.parametrize("kind", sorted({*faults.BY_SERVICE["api"]}))
def test_queries_fail_in_ways_of_their_own(upstream, kind):
    up = upstream()
    up.faults(Fault(kind, on="api"))
    url = f"{up.api_url}?search_query=cat:cs*&max_results=9"

    wrong, right = get(url), get(url)

    assert wrong.status == right.status == 200
    entries = [len(one.tree.findall("atom:entry", NAMES)) for one in (wrong, right)]
    assert entries == [{"empty-page": 0, "protocol-error": 1, "duplicates": 12}.get(kind, 9), 9]


@pytest.mark.parametrize("kind", sorted({*faults.BY_SERVICE["daily"]}))
def test_the_daily_list_fails_in_ways_of_its_own(upstream, kind):
    up = upstream([line(n, "2026-04-01") for n in range(1, 31)])
    up.advance(days=2)
    up.faults(Fault(kind, on="daily"))

    url = f"{up.daily_url}/api/daily_papers?date=2026-04-02"
    got, right = (json.loads(get(url).body) for _ in "12")

    assert len(right) == 8
    assert len(got) == {"late": 0, "half": 4, "duplicates": 10, "protocol-error": 1}.get(kind, 8)
    if kind == "broken-record":
        assert "id" not in got[-1]["paper"]


@pytest.mark.parametrize(
    ("kind", "status"), [("limited", 403), ("protocol-error", 200), ("broken-record", 200)]
)
def test_github_fails_in_ways_of_its_own(upstream, kind, status):
    up = upstream()
    url = f"{up.github_url}/repos/{up.github.repositories()[0]}"
    up.faults(Fault(kind, on="github"))

    wrong, right = get(url), get(url)

    assert (wrong.status, right.status) == (status, 200)
    assert not isinstance(json.loads(wrong.body).get("stargazers_count"), int)
    assert isinstance(json.loads(right.body)["stargazers_count"], int)


def test_a_script_counts_requests_of_its_service_and_verb_only(upstream):
    up = upstream()
    up.faults(Fault("html", on="oai:ListRecords", at=2, times=2), Fault("forbidden", on="feed"))
    for _ in range(4):
        get(f"{up.oai_url}?verb=Identify")
        get(up.oai_url, query=LIST)
    get(f"{up.feed_url}/cs")

    faulted = [(one.what, one.fault) for one in up.requests]
    lists = [fault for what, fault in faulted if what == "ListRecords"]
    assert lists == ["", "html", "html", ""]
    assert {fault for what, fault in faulted if what == "Identify"} == {""}
    assert up.requests[-1].status == 403


def test_faults_by_lot_are_the_same_for_the_same_seed_and_never_too_many_in_a_row(upstream):
    told = []
    for _ in "12":
        up = upstream(1)
        up.chaos(5, 0.7, ["unavailable", "html", "broken-record"], most_in_a_row=3)
        for _ in range(40):
            get(f"{up.oai_url}?verb=Identify")
        told.append("".join("x" if one.fault else "." for one in up.requests))
        up.calm()
        assert get(f"{up.oai_url}?verb=Identify").error == ""

    assert told[0] == told[1]
    assert "xxx" in told[0]
    assert "xxxx" not in told[0]


@pytest.mark.parametrize(("kind", "on"), [("rain", "oai"), ("cut", "mail"), ("half", "oai")])
def test_a_fault_that_cannot_be_is_refused(kind, on):
    with pytest.raises(ValueError, match=r"is called|knows no"):
        Fault(kind, on=on)


def test_what_was_asked_is_noted(upstream):
    up = upstream(1)
    get(f"{up.oai_url}?verb=Identify")

    (seen,) = up.requests
    assert (seen.service, seen.what, seen.path, seen.query) == (
        "oai", "Identify", "/oai", "verb=Identify",
    )  # fmt: skip
    assert (seen.agent, seen.host, seen.status) == (AGENT, up.url.removeprefix("http://"), 200)
    assert seen.moment == up.now


def seen(began: float, ended: float) -> Seen:
    facts = dict.fromkeys(("service", "what", "path", "query", "host", "agent"), "")
    return Seen(**facts, headers={}, moment=None, began=began, ended=ended)


def test_gaps_and_overlaps_are_told_from_what_was_noted():
    polite = [seen(0, 2), seen(3, 4), seen(6, 9)]
    rude = [*polite, seen(8, 10), seen(8.5, 8.6)]

    assert (shortest_gap(polite), most_at_once(polite)) == (3, 1)
    assert (shortest_gap(rude), most_at_once(rude)) == (0.5, 3)


def test_two_clients_at_once_are_seen_as_two(upstream):
    up = upstream(1)
    up.faults(Fault("slow", seconds=0.3, times=2))
    clients = [threading.Thread(target=get, args=(f"{up.oai_url}?verb=Identify",)) for _ in "12"]
    for client in clients:
        client.start()
    for client in clients:
        client.join()

    assert most_at_once(up.requests) == 2
    assert max(one.at_once for one in up.requests) == 2
