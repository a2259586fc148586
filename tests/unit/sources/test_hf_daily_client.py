"""Asking the Daily Papers API: days, pages, days without papers, answers that are none."""

from datetime import UTC, date, datetime, timedelta

import orjson
import pytest

from broadsheet.kernel import clock
from broadsheet.kernel.errors import Expired, NotAsked, NotThere, Unreadable
from broadsheet.net.contract import Response
from broadsheet.sources.contract import Record, Trouble
from broadsheet.sources.hf_daily.client import BASE, DailyPapers
from broadsheet.sources.live import Listed, Upstream, Wanted
from broadsheet.sources.registry import SOURCES

NOW = datetime(2026, 8, 14, 9, 30, tzinfo=UTC)  # a Friday
TODAY = NOW.date()
ADDRESS = f"{BASE}/api/daily_papers"


@pytest.fixture(autouse=True)
def on_friday():
    with clock.at(NOW):
        yield


class Answers:
    """A Client that has some days; ``paged`` says with a link whether a page follows."""

    def __init__(self, days=(), *, paged=False, body=None):
        self.days, self.paged, self.body, self.asked = dict(days), paged, body, []

    def get(self, url, params=None, *, headers=None, known=None, most_bytes=0):
        self.asked.append((url, dict(params)))
        first = int(params.get("p", 0)) * int(params["limit"])
        listed = self.days.get(params["date"], [])
        shown = listed[first : first + int(params["limit"])]
        link = '<https://x/?p=1>; rel="next"' if len(listed) > first + 100 else '<x>; rel="prev"'
        return Response(
            url=url,
            status=200,
            headers={"link": link} if self.paged else {},
            body=orjson.dumps(shown) if self.body is None else self.body,
            asked_at=clock.now(),
        )


def entry(number, day="", **more):
    """An entry as the API gives it."""
    paper = {"id": number, "title": f"Pond {number}", "upvotes": 3, "authors": []}
    if day:
        paper["submittedOnDailyAt"] = f"{day}T00:00:00.000Z"
    return {"paper": paper, "numComments": 1, "title": f"Pond {number}"} | more


def many(count, day):
    return [entry(f"2608.{n:05}", day) for n in range(1, count + 1)]


def ask(client, wanted, resume="", **settings):
    settings = {"base_url": BASE} | settings
    return DailyPapers().ask(Upstream(client=client, **settings), wanted, resume)


def on(day):
    return Wanted(since=date.fromisoformat(day), until=date.fromisoformat(day))


def test_a_day_is_a_portion_with_its_places_votes_and_comments():
    client = Answers({"2026-08-13": [entry("2608.00001"), entry("2608.00002")]})

    portion = ask(client, on("2026-08-13"))

    assert client.asked == [(ADDRESS, {"date": "2026-08-13", "limit": "100"})]
    assert [r.announcements[0].rank for r in portion.items] == [1, 2]
    record = portion.items[0]
    assert (record.source, record.origin, record.seen_at) == ("hf_daily", "huggingface", NOW)
    assert [(s.kind, s.total, s.true_at) for s in record.signals] == [
        ("votes", 3, NOW),
        ("comments", 1, NOW),
    ]
    assert portion.listed == (
        Listed(
            feed="huggingface-daily",
            day=date(2026, 8, 13),
            names={"arxiv:2608.00001": "picked", "arxiv:2608.00002": "picked"},
        ),
    )
    assert (portion.resume, portion.reached) == ("", date(2026, 8, 13))
    assert SOURCES["hf_daily"].reread(record.raw, NOW) == record


def test_days_follow_each_other_to_today():
    client, days, resume = Answers(), [], ""
    while portion := ask(client, Wanted(since=date(2026, 8, 9)), resume):
        days.append(portion.reached)
        if not (resume := portion.resume):
            break

    assert days == [date(2026, 8, 9) + timedelta(days=n) for n in range(6)]
    assert [given["date"] for _, given in client.asked] == [day.isoformat() for day in days]


@pytest.mark.parametrize(
    ("wanted", "first"),
    [
        (Wanted(), "2026-08-07"),
        (Wanted(since=TODAY), "2026-08-11"),
        (Wanted(since=date(2026, 8, 1)), "2026-08-01"),
        (on("2026-08-14"), "2026-08-14"),
    ],
)
def test_votes_of_the_last_days_are_asked_for_again(wanted, first):
    client = Answers()
    ask(client, wanted)

    assert client.asked[0][1]["date"] == first


@pytest.mark.parametrize("paged", [True, False], ids=["links", "full pages"])
@pytest.mark.parametrize(("papers", "pages"), [(99, 1), (100, 1), (101, 2), (250, 3)])
def test_a_long_day_is_read_page_by_page(paged, papers, pages):
    client = Answers({"2026-08-13": many(papers, "2026-08-13")}, paged=paged)

    portion = ask(client, on("2026-08-13"))

    assert [r.announcements[0].rank for r in portion.items] == [*range(1, papers + 1)]
    is_full = papers == 100 and not paged
    assert len(client.asked) == pages + is_full


def test_an_upstream_that_knows_no_pages_is_not_asked_for_ever():
    class Same(Answers):
        def get(self, url, params=None, **more):
            return super().get(url, {**params, "p": "0"}, **more)

    client = Same({"2026-08-13": many(100, "2026-08-13")})

    assert len(ask(client, on("2026-08-13")).items) == 100
    assert len(client.asked) == 2


@pytest.mark.parametrize(
    ("day", "outcome", "listed"),
    [
        ("2026-08-08", "nothing-new", 1),  # a Saturday
        ("2026-08-13", "nothing-new", 1),
        ("2026-08-14", "not-announced", 0),
    ],
)
def test_a_day_without_papers_is_told_from_one_that_is_not_announced(day, outcome, listed):
    portion = ask(Answers(), on(day))

    assert (portion.outcome, portion.items) == (outcome, ())
    assert [(one.names, one.whole) for one in portion.listed] == [({}, True)] * listed


def test_a_day_to_come_is_not_asked_for():
    client = Answers()

    assert ask(client, on("2026-08-15")).outcome == "not-announced"
    assert not client.asked


def test_a_day_that_goes_on_is_not_whole():
    [listed] = ask(Answers({"2026-08-14": [entry("2608.00001")]}), on("2026-08-14")).listed

    assert not listed.whole


def test_another_day_than_was_asked_for_is_not_taken():
    client = Answers({"2026-08-08": [entry("2608.00001", "2026-08-07")]})
    portion = ask(client, on("2026-08-08"))

    assert (portion.items, portion.outcome) == ((), "nothing-new")


def test_what_cannot_be_read_is_told_and_listed():
    broken = entry("2608.00001")
    broken["paper"]["upvotes"] = "many"
    portion = ask(Answers({"2026-08-13": [broken, {"title": "x"}, entry("2608.00002")]}),
                  on("2026-08-13"))  # fmt: skip

    trouble, other, record = portion.items
    assert isinstance(trouble, Trouble)
    assert "entry 1: its upvotes is text" in trouble.reason
    assert (trouble.path, trouble.source, other.reason) == (
        ADDRESS,
        "hf_daily",
        "entry 2: it has no paper",
    )
    assert isinstance(record, Record)
    assert record.announcements[0].rank == 3
    assert [*portion.listed[0].names] == ["arxiv:2608.00001", "arxiv:2608.00002"]


def test_of_another_instance_only_the_curated_list_is_taken_at_its_places():
    stood = {"feed": "huggingface-daily", "day": "2026-08-13", "rank": 7, "kind": "picked"}
    listed = [
        entry("2608.00001", announced=stood),
        entry("2608.00002", announced=stood | {"feed": "arxiv", "kind": "new"}),
        entry("2608.00003", announced=stood | {"rank": None}),
    ]
    client = Answers({"2026-08-13": listed})
    portion = ask(client, on("2026-08-13"), base_url="https://papers.example.org/")

    assert client.asked[0][0] == "https://papers.example.org/api/daily_papers"
    assert [(r.source_id, r.announcements[0].rank) for r in portion.items] == [
        ("2608.00001", 7),
        ("2608.00003", 8),
    ]
    assert [*portion.listed[0].names] == ["arxiv:2608.00001", "arxiv:2608.00003"]


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"<!doctype html><p>busy", "it is no JSON"),
        (b'{"error": "Internal Error - try again"}', "“Internal Error - try again”"),
        (b'{"data": []}', "no list of papers"),
        (b"7", "no list of papers"),
        (b"[{", "it is no JSON"),
        (b"", "it is no JSON"),
    ],
)
def test_an_answer_that_is_no_list_is_unreadable(body, reason):
    with pytest.raises(Unreadable) as raised:
        ask(Answers(body=body), on("2026-08-13"))

    assert reason in raised.value.user_message
    assert raised.value.user_message.startswith(ADDRESS)


@pytest.mark.parametrize("error", [NotAsked, NotThere])
def test_what_could_not_be_asked_is_passed_on(error):
    class Dead:
        def get(self, url, params=None, **_):
            raise error(host="huggingface.co", reason="it is down", what="papers")

    with pytest.raises(error):
        ask(Dead(), on("2026-08-13"))


def test_a_place_it_does_not_know_has_expired():
    with pytest.raises(Expired):
        ask(Answers(), Wanted(), resume="page 7")


def test_it_is_not_asked_for_single_papers():
    with pytest.raises(NotAsked, match="not-asked"):
        ask(Answers(), Wanted(names=("2608.00001",)))


def test_the_recorded_days_are_read_as_their_files_are(shared):
    folder = shared / "formats/hf_daily/single"
    for path in sorted(folder.glob("202?-*.json")):
        day = path.stem[:10]
        portion = ask(Answers({day: orjson.loads(path.read_bytes())}), on(day))
        of_file = [*SOURCES["hf_daily"].read(path)]
        moved = [SOURCES["hf_daily"].reread(r.raw, r.seen_at) for r in portion.items]
        assert [r.source_id for r in moved] == [r.source_id for r in of_file]
        assert [r.abstract for r in moved] == [r.abstract for r in of_file]
        assert [r.announcements[0].rank for r in moved] == [*range(1, len(of_file) + 1)]
