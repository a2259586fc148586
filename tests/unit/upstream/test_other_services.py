"""Feeds, queries, the Daily Papers list and GitHub, as days pass."""

import json
from datetime import date

import pytest
from tests.unit.upstream.asking import NAMES, get, line


def guids(up, spec: str) -> list[str]:
    return [one.text for one in get(f"{up.feed_url}/{spec}").tree.iter("guid")]


def found(up, query: str) -> list[str]:
    entries = get(f"{up.api_url}?{query}").tree.iterfind("atom:entry/atom:id", NAMES)
    return [(one.text or "").rpartition("/abs/")[2] for one in entries]


def test_a_feed_holds_the_day_it_is_in_new_york_and_nothing_at_weekends(upstream):
    up = upstream([line(1, "2026-04-02"), line(2, "2026-04-03")])
    seen = {}
    for _ in range(5):
        seen[f"{up.now:%a %H}"] = guids(up, "cs.CL")
        up.advance(hours=12)
    up.advance(days=1)  # Saturday

    assert seen == {
        "Wed 12": [],
        "Thu 00": [],  # it is still Wednesday in New York
        "Thu 12": ["oai:arXiv.org:2604.00001v1"],
        "Fri 00": ["oai:arXiv.org:2604.00001v1"],
        "Fri 12": ["oai:arXiv.org:2604.00002v1"],
    }
    assert guids(up, "cs.CL") == []


def test_a_feed_is_cut_and_says_midnight_in_new_york(upstream):
    up = upstream([line(n, "2026-04-01") for n in range(1, 31)], papers_per_feed=20)

    got = get(f"{up.feed_url}/CS.cl%2Bstat")

    assert {one.text[-7:-2] for one in got.tree.iter("guid")} == {f"{n:05}" for n in range(11, 31)}
    assert got.tree.findtext("channel/pubDate") == "Wed, 01 Apr 2026 00:00:00 -0400"
    assert got.headers["cache-control"] == f"max-age={16 * 3600}"
    assert '"' not in got.headers["etag"]


@pytest.mark.parametrize("spec", ["cs.NOPE", "cs.", "cooking.CL", "+cs"])
def test_a_feed_nobody_knows_is_refused(upstream, spec):
    got = get(f"{upstream(1).url}/atom/{spec}")

    assert got.status == 400
    assert "Feed error for query" in got.text


def test_papers_are_found_by_id_with_or_without_version(upstream):
    up = upstream([line(1, "2026-03-02"), line(2, "2026-03-02")])
    up.replace("2604.00001", title="New words")
    up.advance(days=1)

    assert found(up, "id_list=2604.00001,2604.00002v1,2604.00009") == [
        "2604.00001v2",
        "2604.00002v1",
    ]
    assert found(up, "id_list=2604.00001v1") == ["2604.00001v1"]
    assert found(up, "id_list=2604.00001v3") == []


@pytest.mark.parametrize(
    ("search", "ids"),
    [
        ("all:zebra", [2]),
        ("ti:zebra+OR+au:ada", [1, 2, 3]),
        ("cat:math.CO", [3]),
        ("cat:cs*+ANDNOT+ti:zebra", [1]),
        ("submittedDate:[202603020000+TO+202603022359]", [2]),
        ("(cat:cs.CL+OR+cat:math.CO)+AND+submittedDate:[202603030000+TO+202604010000]", [3]),
    ],
)
def test_papers_are_found_by_words_categories_and_days(upstream, search, ids):
    up = upstream(
        [
            line(1, "2026-03-02", published="2026-03-01"),
            line(2, "2026-03-03", published="2026-03-02", title="A zebra"),
            line(3, "2026-03-05", published="2026-03-04", categories=["math.CO"]),
        ]
    )

    order = "sortBy=submittedDate&sortOrder=ascending"
    assert found(up, f"search_query={search}&{order}") == [f"2604.0000{n}v1" for n in ids]


def test_a_search_is_given_in_pages_with_the_total(upstream):
    up = upstream([line(n, "2026-03-02") for n in range(1, 8)])

    got = get(f"{up.api_url}?search_query=cat:cs.CL&start=5&max_results=3")

    numbers = {
        name: got.tree.findtext(f"opensearch:{name}", "", NAMES)
        for name in ("totalResults", "startIndex", "itemsPerPage")
    }
    assert numbers == {"totalResults": "7", "startIndex": "5", "itemsPerPage": "3"}
    assert len(got.tree.findall("atom:entry", NAMES)) == 2


@pytest.mark.parametrize(
    "query",
    [
        "",
        "id_list=abc",
        "search_query=(cat:cs.CL",
        "search_query=xx:1",
        "search_query=cat:cs.CL+AND",
        "search_query=submittedDate:[2026+TO+2027]",
        "search_query=cat:cs&max_results=2001",
        "search_query=cat:cs&start=29000&max_results=2000",
        "search_query=cat:cs&start=x",
    ],
)
def test_a_query_that_cannot_be_answered_is_an_entry_called_error(upstream, query):
    got = get(f"{upstream(1).api_url}?{query}")

    assert got.status == 400
    assert got.tree.findtext("atom:entry/atom:title", "", NAMES) == "Error"


def listed(up, **query) -> list[dict]:
    return json.loads(get(f"{up.daily_url}/api/daily_papers", query=query).body)


def test_a_day_of_the_list_fills_and_its_votes_grow(upstream):
    up = upstream([line(n, "2026-04-01") for n in range(1, 31)])
    up.advance(hours=12)
    early = listed(up, date="2026-04-02")
    up.advance(hours=20)
    late = listed(up, date="2026-04-02")

    assert 0 < len(early) < len(late) == 8
    votes = {one["paper"]["id"]: one["paper"]["upvotes"] for one in late}
    assert sum(votes.values()) > sum(one["paper"]["upvotes"] for one in early)
    assert list(votes.values()) == sorted(votes.values(), reverse=True)
    assert late == up.curated(date(2026, 4, 2))


@pytest.mark.parametrize("day", ["2026-04-03", "2026-04-04", "2030-01-01", "2020-01-01"])
def test_days_that_are_not_yet_or_never_are_empty_lists(upstream, day):
    assert listed(upstream(), date=day) == []


def test_the_list_is_cut_into_pages_and_refuses_what_is_no_day(upstream):
    up = upstream([line(n, "2026-04-01") for n in range(1, 31)])
    up.advance(days=2)

    pages = [listed(up, date="2026-04-02", limit="3", p=str(n)) for n in range(4)]
    refused = [
        get(f"{up.daily_url}/api/daily_papers?{query}")
        for query in ("date=tomorrow", "date=2026-02-30", "limit=101", "p=-1")
    ]

    assert [len(page) for page in pages] == [3, 3, 2, 0]
    assert len({one["paper"]["id"] for page in pages for one in page}) == 8
    assert [one.status for one in refused] == [400] * 4
    assert all("error" in json.loads(one.body) for one in refused)


CODE = {"code_url": "https://github.com/Lab/Tool.git"}


def test_stars_grow_by_the_day_and_nothing_else_is_said_twice(upstream):
    up = upstream([line(1, "2026-03-02", **CODE)])
    first = get(f"{up.github_url}/repos/lab/tool")
    tag = {"If-None-Match": first.headers["etag"]}
    again = get(f"{up.github_url}/repos/lab/tool", headers=tag)
    up.advance(days=1)
    later = get(f"{up.github_url}/repos/lab/tool", headers=tag)

    assert (again.status, again.body, later.status) == (304, b"", 200)
    stars = [json.loads(one.body)["stargazers_count"] for one in (first, later)]
    assert stars[1] == up.github.stars("Lab/Tool") > stars[0]


def test_a_repository_that_moved_leads_to_its_number_and_one_that_went_is_not_there(upstream):
    up = upstream([line(1, "2026-03-02", **CODE)])
    before = up.github.stars("Lab/Tool")
    up.github.rename("Lab/Tool", "Other/Name")
    moved = get(f"{up.github_url}/repos/Lab/Tool")
    there = get(moved.headers["location"])
    up.github.gone.add("Other/Name")

    assert (moved.status, there.status) == (301, 200)
    value = json.loads(there.body)
    assert (value["full_name"], value["stargazers_count"]) == ("Other/Name", before)
    assert get(f"{up.github_url}/repos/Other/Name").status == 404
    assert get(f"{up.github_url}/repos/no/body").status == 404


def test_an_hour_holds_so_many_requests_and_with_a_key_304_costs_none(upstream):
    up = upstream([line(1, "2026-03-02", **CODE)], github_per_hour=3)
    url = f"{up.github_url}/repos/Lab/Tool"
    left = [get(url).headers["x-ratelimit-remaining"] for _ in range(3)]
    over = get(url)
    key = {"Authorization": "Bearer x"}
    tag = get(url, headers=key).headers["etag"]
    free = [get(url, headers=key | {"If-None-Match": tag}) for _ in range(3)]
    up.advance(hours=1)

    assert left == ["2", "1", "0"]
    assert (over.status, over.headers["x-ratelimit-remaining"]) == (403, "0")
    assert int(over.headers["x-ratelimit-reset"]) == int(up.now.timestamp())
    assert [one.status for one in free] == [304] * 3
    assert get(url, headers=key).headers["x-ratelimit-remaining"] == "4999"
    assert get(url).status == 200
