"""The Daily Papers API answered by us: shapes, paging, errors, and the addresses people know."""

import json
from datetime import UTC, date, datetime

import pytest

from broadsheet.editions import seals
from broadsheet.papers import actions
from broadsheet.sources.hf_daily.parse import envelope
from broadsheet.sources.registry import SOURCES

pytestmark = pytest.mark.django_db

OUTER = {
    "isAuthorParticipating", "numComments", "paper", "publishedAt", "submittedBy", "summary",
    "thumbnail", "title",
}  # fmt: skip
INNER = {"id", "authors", "discussionId", "publishedAt", "summary", "title", "upvotes"}
USER = {"_id", "avatarUrl", "fullname", "isPro", "name", "type", "user"}
CAPTURED = datetime(2026, 8, 13, 16, tzinfo=UTC)


@pytest.fixture
def told():
    """Make a Record as the Daily Papers tell of a paper; parts of the paper as keywords."""

    def make(number, rank=1, day="2026-08-13", outer=None, **paper):
        entry = {
            "paper": {
                "id": number,
                "title": f"On the pond {number}",
                "summary": "Ponds are wet.",
                "authors": [{"_id": "a" * 24, "name": "Ada Comb", "hidden": False}],
                "publishedAt": "2026-08-12T17:30:00.000Z",
                "submittedOnDailyAt": "2026-08-13T08:20:38.744Z",
                "upvotes": 7,
                "discussionId": "d" * 24,
                "submittedOnDailyBy": {"_id": "b" * 24, "user": "kay", "fullname": "Kay"},
            }
            | paper,
            "numComments": 2,
            "thumbnail": "https://cdn.example.org/pond.png",
        } | (outer or {})
        raw = envelope(entry, day=date.fromisoformat(day), rank=rank, captured=CAPTURED)
        return SOURCES["hf_daily"].reread(raw, CAPTURED)

    return make


def test_an_entry_has_every_name_that_is_required_of_it(client, starter, told):
    actions.ingest([told("2608.90001")])
    entries = client.get("/api/daily_papers?month=2026-08&limit=100").json()

    assert len(entries) == 100
    for entry in entries:
        assert entry.keys() >= OUTER
        assert entry["paper"].keys() >= INNER
        assert entry["submittedBy"].keys() == USER
        assert entry["summary"] == entry["paper"]["summary"]
        assert all({"_id", "hidden", "name"} <= one.keys() for one in entry["paper"]["authors"])
        for name in ("id", "title", "githubRepo", "githubStars", "projectPage", "organization"):
            assert entry[name] == entry["paper"][name]


def test_what_was_received_is_passed_on(client, told):
    extra = {
        "ai_summary": "Wet ponds.",
        "ai_keywords": ["ponds", "water"],
        "githubRepo": "https://github.com/comb/pond",
        "githubStars": 40,
        "organization": {"_id": "c" * 24, "name": "pondlab", "fullname": "Pond", "avatar": "/p"},
        "authors": [
            {"name": "Ada Comb", "hidden": False, "status": "claimed_verified",
             "statusLastChangedAt": "2026-08-13T10:00:00.000Z",
             "user": {"_id": "e" * 24, "user": "ada", "avatarUrl": "/avatars/1.svg"}},
            {"name": "Not Shown", "hidden": True},
        ],
    }  # fmt: skip
    actions.ingest([told("2608.90001", **extra)])

    [entry] = client.get("/api/daily_papers?date=2026-08-13").json()

    paper = entry["paper"]
    assert (entry["ai_summary"], entry["ai_keywords"]) == ("Wet ponds.", ["ponds", "water"])
    assert (entry["githubStars"], entry["numComments"], paper["upvotes"]) == (40, 2, 7)
    assert (paper["publishedAt"], paper["submittedOnDailyAt"]) == (
        "2026-08-12T17:30:00.000Z",
        "2026-08-13T08:20:38.744Z",
    )
    assert entry["publishedAt"] == paper["submittedOnDailyAt"]
    assert (entry["submittedBy"]["user"], entry["submittedBy"]["name"]) == ("kay", "kay")
    assert entry["organization"]["avatarUrl"] == "https://huggingface.co/p"
    [author] = paper["authors"]
    assert author["user"]["avatarUrl"] == "https://huggingface.co/avatars/1.svg"
    assert (author["name"], author["status"]) == ("Ada Comb", "claimed_verified")
    assert entry["announced"] == {
        "feed": "huggingface-daily",
        "day": "2026-08-13",
        "rank": 1,
        "kind": "picked",
    }


@pytest.mark.parametrize(
    "broken",
    [
        {"outer": {"submittedBy": "kay", "organization": None}},
        {"outer": {"thumbnail": 7, "mediaUrls": "x", "isAuthorParticipating": "yes"}},
        {"submittedOnDailyBy": ["kay"], "submittedOnDailyAt": "2026-08-13"},
        {"submittedOnDailyAt": "2026-08-13T08:00:00+00:00", "publishedAt": "2026-08-12"},
        {"authors": [{"name": "Ada Comb", "user": "ada", "statusLastChangedAt": "today"}]},
        {"ai_summary": {"text": 1}, "discussionId": 7},
    ],
    ids=range(6),
)
def test_no_form_that_breaks_a_client_is_passed_on(client, told, broken):
    actions.ingest([told("2608.90001", **broken)])

    [entry] = client.get("/api/daily_papers?date=2026-08-13").json()

    assert entry["submittedBy"] is None or entry["submittedBy"].keys() == USER
    assert entry["paper"]["submittedOnDailyAt"] in (
        "2026-08-13T00:00:00.000Z",
        "2026-08-13T08:20:38.744Z",
    )
    assert entry["paper"]["publishedAt"].endswith("Z")
    assert isinstance(entry["thumbnail"], str)
    assert entry["isAuthorParticipating"] is False
    assert entry["paper"]["authors"][0].get("statusLastChangedAt", "Z").endswith("Z")


def test_a_day_is_the_front_page_of_that_day_in_its_order(client, starter):
    page = client.get("/daily/2026-08-14.json").json()
    listed = client.get("/api/daily_papers?date=2026-08-14").json()

    assert [entry["id"] for entry in listed] == [hit["key"] for hit in page["hits"]]
    assert client.get("/api/daily_papers").json() == listed


def test_a_sealed_day_keeps_its_order(client, told):
    actions.ingest([told("2608.90001", upvotes=9), told("2608.90002", rank=2, upvotes=3)])
    seals.seal(date(2026, 8, 13), "everything")
    actions.ingest([told("2608.90002", rank=2, upvotes=30), told("2608.90003", upvotes=99)])

    listed = client.get("/api/daily_papers?date=2026-08-13").json()

    numbers = ["2608.90001", "2608.90002", "2608.90003"]
    assert [entry["id"] for entry in listed] == numbers


def test_a_week_puts_newer_days_first_and_trending_does_not(client, starter):
    week = client.get("/api/daily_papers?week=2026-W33&limit=100").json()
    days = [entry["announced"]["day"] for entry in week]

    assert days == sorted(days, reverse=True)
    assert len(set(days)) == 5
    hot = client.get("/api/daily_papers?week=2026-W33&sort=trending&limit=100").json()
    by_us = client.get("/weekly/2026-W33.json?recipe=hot").json()
    assert [entry["id"] for entry in hot][:30] == [hit["key"] for hit in by_us["hits"]]
    trending = client.get("/api/daily_papers?sort=trending&limit=30").json()
    ours = client.get("/trending.json").json()
    assert [entry["id"] for entry in trending] == [hit["key"] for hit in ours["hits"]]


def test_pages_are_linked_and_hold_every_paper_once(client, starter):
    address, found = "/api/daily_papers?week=2026-W33&limit=30", []
    while address:
        answer = client.get(address)
        found += [entry["id"] for entry in answer.json()]
        links = dict(
            reversed(part.split("; ")) for part in answer.get("Link", "").split(", ") if part
        )
        address = links.get('rel="next"', "").strip("<>").removeprefix("http://testserver")
    whole = client.get("/api/daily_papers?week=2026-W33&limit=100").json()
    more = client.get("/api/daily_papers?week=2026-W33&limit=100&p=1").json()
    assert found == [entry["id"] for entry in (*whole, *more)]
    assert len(found) == len(set(found)) > 60
    assert 'rel="prev"' in links
    assert client.get("/api/daily_papers?week=2026-W33&p=999").json() == []


def test_papers_of_one_submitter(client, told):
    other = {"submittedOnDailyBy": {"user": "lou"}}
    actions.ingest([told("2608.90001"), told("2608.90002", rank=2, **other)])

    [entry] = client.get("/api/daily_papers?date=2026-08-13&submitter=lou").json()

    assert (entry["id"], entry["submittedBy"]["fullname"]) == ("2608.90002", "lou")
    assert client.get("/api/daily_papers?date=2026-08-13&submitter=nobody").json() == []


@pytest.mark.parametrize(
    "query", ["date=2026-08-15", "date=2030-01-01", "date=1999-01-01", "week=2026-W40"]
)
def test_a_day_without_papers_is_an_empty_list(client, starter, query):
    answer = client.get(f"/api/daily_papers?{query}")

    assert (answer.status_code, answer.json()) == (200, [])


def test_more_than_is_given_at_once_is_told(client, starter, follow):
    follow()
    daily = client.get("/api/daily_papers?month=2026-08&limit=1000")
    found = client.get("/api/papers/search?q=agents&limit=121")

    assert len(daily.json()) == 100
    assert daily["X-HF-Warning"] == "limit; This address gives 100 papers at most, not 1000."
    assert found["X-HF-Warning"].startswith("limit; This address gives 120 papers")
    assert "X-HF-Warning" not in client.get("/api/daily_papers?limit=100")


def test_search_finds_what_ours_finds(client, starter, follow):
    follow()
    found = client.get("/api/papers/search?q=agents").json()
    ours = client.get("/search.json?q=agents").json()["hits"]

    assert [entry["id"] for entry in found] == [hit["key"] for hit in ours][:20]
    assert [entry["title"] for entry in found] == [hit["title"] for hit in ours][:20]
    assert len(client.get("/api/papers/search?limit=3").json()) == 3


def test_one_paper_is_flat_and_found_by_any_name(client, said, told):
    actions.ingest([told("2608.90001"), said(id="hep-th/9901001"), said(source="pond", id="7")])

    paper = client.get("/api/papers/2608.90001").json()

    assert paper["title"] == "On the pond 2608.90001"
    assert paper["submittedOnDailyBy"]["user"] == "kay"
    assert (paper["numComments"], paper["linkedModels"], paper["numTotalModels"]) == (2, [], 0)
    assert client.get("/api/papers/2608.90001v3").json() == paper
    assert client.get("/api/papers/hep-th/9901001").json()["id"] == "hep-th/9901001"
    key = client.get("/api/papers/search?limit=3").json()
    assert all(client.get(f"/api/papers/{one['id']}").json()["id"] == one["id"] for one in key)


def test_a_paper_that_nobody_submitted_names_its_feed(client, starter):
    entry = client.get("/api/daily_papers?date=2026-08-14").json()[0]

    assert entry["submittedBy"]["fullname"] == "the curated Daily Papers list"
    assert len(entry["submittedBy"]["_id"]) == 24


def test_a_withdrawn_paper_says_since_when(client, told):
    actions.ingest([told("2608.90001", withdrawnAt="2026-08-14T09:00:00.000Z")])

    assert client.get("/api/papers/2608.90001").json()["withdrawnAt"] == "2026-08-14T09:00:00.000Z"
    assert "Withdrawn" in client.get("/papers/2608.90001.md").content.decode()


def test_a_paper_reads_as_markdown_with_its_receipt(client, told):
    actions.ingest([told("2608.90001", githubRepo="https://github.com/comb/pond")])
    text = client.get("/papers/2608.90001.md")
    body = text.content.decode()

    assert text["Content-Type"] == "text/markdown; charset=utf-8"
    assert body.startswith("# On the pond 2608.90001\n\n- Authors: Ada Comb\n")
    assert "7 votes, 2 comments" in body
    assert "- Code: <https://github.com/comb/pond>" in body
    assert "place 1 of 1" in body
    assert "Thursday 13 August 2026: 1 of 1 by votes (recipe top, version 1)" in body
    assert "| score | | | 7.0 |" in body


def test_a_paper_is_markdown_for_who_asks_for_that(client, told):
    actions.ingest([told("2608.90001")])
    page = client.get("/papers/2608.90001", headers={"Accept": "text/html"})
    text = client.get("/papers/2608.90001", headers={"Accept": "text/markdown"})
    again = client.get("/papers/2608.90001", headers={"Accept": "text/html"})

    assert page.content == again.content
    assert page["Content-Type"].startswith("text/html")
    assert text.content == client.get("/papers/2608.90001.md").content
    assert page["ETag"] != text["ETag"]
    assert "Accept" in page["Vary"].split(", ")


@pytest.mark.parametrize(
    ("address", "status", "said"),
    [
        ("/api/daily_papers?date=2026-13-01", 400, "write it as 2026-08-14"),
        ("/api/daily_papers?date=2026-W33", 400, "write it as 2026-08-14"),
        ("/api/daily_papers?date=2026-08-14/all", 400, "write it as"),
        ("/api/daily_papers?week=2026-08-14", 400, "write it as 2026-W33"),
        ("/api/daily_papers?month=August", 400, "write it as 2026-08"),
        ("/api/daily_papers?date=9998-01-01", 400, "years go from"),
        ("/api/daily_papers?date=2026-08-14&week=2026-W33", 400, "give one of date and week"),
        ("/api/daily_papers?sort=best", 400, "publishedAt or trending"),
        ("/api/daily_papers?limit=0", 400, "whole number from 1"),
        ("/api/daily_papers?limit=ten", 400, "whole number"),
        ("/api/daily_papers?p=-1", 400, "whole number from 0"),
        ("/api/daily_papers?field=astrology", 404, "no field"),
        ("/api/papers/search?limit=-3", 400, "whole number"),
        ("/api/papers/9999.99999", 404, "There is no paper called 9999.99999."),
        ("/api/papers/naïve", 404, "There is no paper called"),
        ("/papers/9999.99999.md", 404, "There is no paper called 9999.99999."),
        ("/api/papers", 404, "no page"),
        ("/api/daily_papers/2026", 404, "no page"),
    ],
)
@pytest.mark.usefixtures("starter")
def test_errors_are_what_its_clients_read(client, address, status, said):
    answer = client.get(address)

    assert answer.status_code == status
    assert answer.json().keys() == {"error"}
    assert said in answer.json()["error"]
    assert len(answer["X-Request-Id"]) == 16
    assert answer.get("X-Error-Message", answer.json()["error"]) == answer.json()["error"]
    assert "X-Error-Code" not in answer


@pytest.mark.parametrize("address", ["/api/daily_papers", "/api/papers/x", "/papers/x.md"])
def test_other_methods_are_refused_in_the_same_form(client, db, address):
    answer = client.post(address)

    assert (answer.status_code, answer["Allow"]) == (405, "GET, HEAD")
    assert answer.json() == {"error": "This address takes GET and HEAD only."}


def test_a_failure_of_ours_has_the_same_form(client, db, monkeypatch):
    client.raise_request_exception = False
    monkeypatch.setattr("broadsheet.editions.answer.ordered", lambda _: 1 // 0)

    answer = client.get("/api/daily_papers")

    assert answer.status_code == 500
    assert answer.json()["error"] == "Something went wrong on our side."


def test_the_command_line_is_told_of_no_harness(client, db):
    assert client.get("/api/agent-harnesses").json() == {"standardEnvVars": [], "harnesses": {}}


@pytest.mark.parametrize(
    ("known", "ours"),
    [
        ("/papers", "/"),
        ("/papers?q=moss&limit=3", "/search?q=moss&limit=3"),
        ("/papers/trending", "/trending"),
        ("/papers/date/2026-08-14", "/daily/2026-08-14"),
        ("/papers/date/2026-08-14.json", "/daily/2026-08-14.json"),
        ("/papers/week/2026-W33", "/weekly/2026-W33"),
        ("/papers/month/2026-08?field=materials", "/monthly/2026-08?field=materials"),
    ],
)
def test_the_addresses_people_know_lead_to_ours(client, starter, known, ours):
    answer = client.get(known)

    assert (answer.status_code, answer["Location"]) == (301, ours)
    assert client.get(known, follow=True).status_code == 200


def test_every_name_is_documented(client, told, request):
    actions.ingest([told("2608.90001")])
    [entry] = client.get("/api/daily_papers?date=2026-08-13").json()
    single = client.get("/api/papers/2608.90001").json()
    text = (request.config.rootpath / "docs/daily-papers.md").read_text(encoding="utf-8")

    names = {*entry, *entry["paper"], *single, *entry["announced"]}
    assert not {name for name in names if f"`{name}`" not in text}
    assert json.dumps(entry)
