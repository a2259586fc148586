"""arXiv's query service: entries, names on demand, days past, errors and empty pages."""

from datetime import UTC, date, datetime

import pytest
from tests.unit.sources.arxiv_answers import ERROR, entry, query

from broadsheet.kernel import clock
from broadsheet.kernel.errors import Expired, NotAsked, Unreadable
from broadsheet.sources.arxiv_api import client as api_client
from broadsheet.sources.arxiv_api.parse import parse
from broadsheet.sources.contract import Record
from broadsheet.sources.live import Upstream, Wanted
from broadsheet.sources.registry import LIVE, SOURCES
from broadsheet.sources.testing import Canned
from broadsheet.sources.values import Broken

DAYS = Wanted(since=date(2026, 4, 1), until=date(2026, 4, 9))


@pytest.fixture(autouse=True)
def now():
    with clock.at(datetime(2026, 4, 10, 12, tzinfo=UTC)):
        yield


def ask(client, wanted, resume="", categories=()):
    upstream = Upstream(client=client, base_url="https://api.example/q", categories=categories)
    return LIVE["arxiv_api"].ask(upstream, wanted, resume)


def test_an_entry_says_all_of_these():
    said = parse(
        entry(
            version=3,
            updated="2026-05-02T01:00:00+02:00",
            **{"arxiv:comment": "4 pages", "arxiv:journal_ref": "J. Bees", "arxiv:doi": "10.1/B"},
            **{"arxiv:x": "y"},
        ).encode()
    )
    assert (said.source, said.origin, said.source_id) == ("arxiv_api", "arxiv", "2604.00010")
    assert (said.title, said.abstract, said.authors) == (
        "How Bees Count",
        "Bees count.",
        ("Ada Comb",),
    )
    assert said.categories == ("q-bio.NC", "cs.AI")
    assert (said.version, said.published, said.updated) == (3, "2026-04-01", "2026-05-01")
    assert (said.comment, said.journal_ref) == ("4 pages", "J. Bees")
    assert said.seen_at == datetime(2026, 5, 1, 23, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (entry(title=""), "it has no title"),
        (entry(updated="soon"), "its updated is “soon”"),
        (entry(published=None), "it has no published"),
        (entry(id="http://arxiv.org/abs/moss"), "is no arXiv number"),
    ],
)
def test_an_entry_that_breaks_the_rules_says_which(text, reason):
    with pytest.raises(Broken, match=reason):
        parse(text.encode())


def test_names_are_asked_for_a_hundred_at_a_time_and_matched_by_number():
    names = tuple(f"2604.{n:05}" for n in range(1, 151))
    client = Canned(query(entry(names[99])), query(entry(names[149])))
    first = ask(client, Wanted(names=names))
    asked = client.asked[0][1]
    assert asked["id_list"].split(",") == list(names[:100])
    assert (asked["start"], asked["max_results"]) == ("0", "100")
    assert first.items[0].source_id == names[99]
    unknown = first.items[1:]
    assert [one.source_id for one in unknown] == list(names[:99])
    assert {one.reason for one in unknown} == {"arXiv knows no paper of this number"}
    second = ask(client, Wanted(names=names), first.resume)
    assert client.asked[1][1]["max_results"] == "50"
    assert second.resume == ""


def test_what_is_no_number_is_not_asked_for():
    client = Canned(query())
    (trouble,) = ask(client, Wanted(names=("moss",))).items
    assert trouble.reason == "“moss” is no arXiv number"
    assert client.asked == []


def test_an_unknown_number_is_told_and_no_failure():
    client = Canned(query())
    (trouble,) = ask(client, Wanted(names=("2604.99999v2",))).items
    assert trouble.source_id == "2604.99999"
    assert len(client.asked) == 1


def test_days_are_asked_for_in_windows_of_a_week_and_pages(monkeypatch):
    monkeypatch.setattr(api_client, "PAGE", 2)
    client = Canned(
        query(entry("2604.00001"), entry("2604.00002"), total=3),
        query(entry("2604.00003"), total=3),
        query(),
    )
    resume, portions = "", []
    while True:
        portions.append(ask(client, DAYS, resume, categories=("cs.CL", "hep-th")))
        resume = portions[-1].resume
        if not resume:
            break
    asked = [params for _, params in client.asked]
    assert [(one["search_query"], one["start"]) for one in asked] == [
        (f"(cat:cs.CL OR cat:hep-th OR cat:hep-th.*) AND submittedDate:[{span}]", start)
        for span, start in (
            ("202604010000 TO 202604072359", "0"),
            ("202604010000 TO 202604072359", "2"),
            ("202604080000 TO 202604092359", "0"),
        )
    ]
    assert [one.outcome for one in portions] == ["found", "found", "nothing-new"]
    assert [one.reached for one in portions] == [
        date(2026, 4, 1),
        date(2026, 4, 1),
        date(2026, 4, 9),
    ]


def test_half_a_page_goes_on_behind_its_last_entry():
    portion = ask(Canned(query(entry(), total=2_000)), DAYS)
    assert portion.resume == "2026-04-01 1"


def test_an_empty_page_is_asked_for_again_before_it_is_believed():
    client = Canned(query(total=3), query(), query(entry("2604.00003"), total=3))
    portion = ask(client, DAYS, "2026-04-01 2")
    assert isinstance(portion.items[0], Record)
    assert len(client.asked) == 3
    client = Canned(query(total=3))
    with pytest.raises(NotAsked, match="page 2 of 3 results stayed empty 3 times"):
        ask(client, DAYS, "2026-04-01 2")
    client = Canned(query(total=2))
    assert ask(client, DAYS, "2026-04-01 2").resume == "2026-04-08 0"
    assert len(client.asked) == 3


@pytest.mark.parametrize("resume", ["nonsense", "2026-04-01", "2026-13-01 0"])
def test_a_place_that_means_nothing_is_told_as_such(resume):
    with pytest.raises(Expired):
        ask(Canned(query()), DAYS, resume)
    with pytest.raises(Expired):
        ask(Canned(query()), Wanted(names=("2604.00001",)), resume)


def test_an_error_comes_as_a_feed_of_one_entry():
    with pytest.raises(NotAsked, match="incorrect id format for abc"):
        ask(Canned(query(ERROR, total=1)), DAYS)


@pytest.mark.parametrize(
    "body", [b"<html></html>", b"<feed/>", b"<rss/>", query(entry())[:-20], query(total="many")]
)
def test_what_is_no_whole_answer_is_unreadable(body):
    with pytest.raises(Unreadable):
        ask(Canned(body), DAYS)


def test_a_saved_answer_gives_what_can_be_saved_and_a_message(tmp_path):
    path = tmp_path / "answer.xml"
    path.write_bytes(query(entry(), entry("2604.00011", title=""), entry("2604.00012"))[:-100])
    said, broken, trouble = SOURCES["arxiv_api"].read(path)
    assert said.source_id == "2604.00010"
    assert (broken.source_id, broken.reason) == ("2604.00011", "entry 2: it has no title")
    assert trouble.fatal
    path.write_bytes(query(ERROR))
    (trouble,) = SOURCES["arxiv_api"].read(path)
    assert trouble.reason == "arXiv answered with an error: incorrect id format for abc"
