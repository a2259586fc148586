"""JSON of lists and papers: one shape, one error shape, recomputable receipts."""

import math

import pytest

from broadsheet.papers import actions

pytestmark = pytest.mark.django_db

LISTS = [
    "/latest.json",
    "/daily/2026-08-14.json",
    "/daily/2026-08-14/all.json",
    "/daily/2026-08-16.json",
    "/weekly/2026-W33.json",
    "/monthly/2026-08.json",
    "/trending.json",
    "/search.json?q=agents",
    "/search.json?q=title:nothing-of-the-kind",
    "/papers/2608.13546/similar.json",
]


@pytest.mark.parametrize("address", LISTS)
def test_every_list_has_one_shape(client, starter, follow, address):
    follow()
    shape = client.get("/daily/2026-08-14.json").json()

    found = client.get(address)

    assert found.status_code == 200
    assert found["Access-Control-Allow-Origin"] == "*"
    assert found.json().keys() == shape.keys()
    for hit in found.json()["hits"]:
        assert hit.keys() == shape["hits"][0].keys()


def test_a_receipt_in_json_adds_up(client, starter):
    for hit in client.get("/daily/2026-08-14.json?recipe=hot").json()["hits"]:
        receipt = hit["receipt"]
        lines = [line["value"] * line["weight"] for line in receipt["lines"]]
        assert math.fsum(lines) == receipt["score"]


def test_every_author_of_a_hit_is_named(client, starter):
    hits = client.get("/daily/2026-08-14.json").json()["hits"]

    assert [len(hit["authors"]) for hit in hits] == [hit["n_authors"] for hit in hits]


def test_pages_and_neighbours_lead_to_json(client, starter):
    first = client.get("/monthly/2026-08.json").json()
    second = client.get(first["next_page"]).json()

    assert (first["page"], second["page"]) == (1, 2)
    assert client.get(second["previous_page"]).json()["hits"] == first["hits"]
    day = client.get("/daily/2026-08-14.json").json()
    assert client.get(day["previous"]["address"]).json()["period"] == "2026-08-13"


@pytest.mark.parametrize(
    ("address", "status", "code"),
    [
        ("/papers/none.json", 404, "not-found"),
        ("/nowhere/at/all.json", 404, "not-found"),
        ("/daily/2026-13-01.json", 400, "bad-question"),
        ("/daily/2026-W33.json", 400, "bad-question"),
        ("/trending.json?as_of=yesterday", 400, "bad-question"),
        ("/trending.json?recipe=best", 400, "bad-question"),
        ("/trending.json?field=astrology", 404, "not-found"),
        ("/search.json?q=x&page=100000", 400, "bad-question"),
        ("/trending.json?votes=-1", 400, "bad-question"),
        ("/trending.json?from=May", 400, "bad-question"),
        ("/trending.json?as_of=0001-01-01", 400, "bad-question"),
        ("/latest.json?as_of=9999-12-30", 400, "bad-question"),
        ("/weekly/9999-W01.json", 400, "bad-question"),
        ("/papers/2608.13546/similar.json?recipe=top", 400, "bad-question"),
        ("/papers/a%00b/similar.json", 404, "not-found"),
        ("/papers/a%00b.json", 404, "not-found"),
        ("/search.json?q=x&recipe=hot", 400, "bad-question"),
        (f"/search.json?q={'x' * 20_001}", 400, "bad-question"),
        ("/api/explain?q=agents", 400, "bad-question"),
        ("/api/explain?q=agents&paper=none", 404, "not-found"),
        ("/api/nowhere", 404, "not-found"),
    ],
)
@pytest.mark.usefixtures("starter")
def test_every_error_has_one_shape(client, address, status, code):
    answer = client.get(address)

    assert answer.status_code == status
    assert answer.json().keys() == {"code", "message"}
    assert answer.json()["code"] == code
    assert answer.json()["message"].endswith(".")


def test_other_names_of_a_paper_lead_to_its_key(client, said):
    actions.ingest([said(id="2601.00010", doi="10.1000/ABC")])

    assert client.get("/papers/10.1000/abc.json")["Location"] == "/papers/2601.00010.json"
    assert client.get("/papers/2601.00010v2.json")["Location"] == "/papers/2601.00010.json"
    assert client.get("/papers/2601.00010.json").json()["key"] == "2601.00010"


@pytest.mark.parametrize("number", ["math/0306266", "2601.10000", "hep-th/9901001"])
def test_old_numbers_and_zeros_at_the_end_stay_whole(client, said, number):
    actions.ingest([said(id=number)])

    for suffix in ("", ".json", ".bib"):
        assert client.get(f"/papers/{number}{suffix}").status_code == 200
    assert client.get(f"/papers/{number}.json").json()["identifiers"][0]["value"] == number


def test_status_is_told_as_json(client, starter):
    assert client.get("/status.json").json()["sizes"]["papers"] == 308


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
@pytest.mark.parametrize("address", ["/", "/search.json", "/papers/x.json", "/latest.atom"])
def test_nothing_changes_by_any_method(client, method, address):
    answer = getattr(client, method)(address)

    assert answer.status_code == 405
    assert answer["Allow"] == "GET, HEAD"
    message = "This address takes GET and HEAD only."
    if address.endswith(".json"):
        assert answer.json() == {"code": "method-not-allowed", "message": message}
    else:
        assert answer.content.decode() == f"{message}\n"


def test_a_filter_that_cannot_be_read_is_a_problem_beside_the_results(client, starter, follow):
    follow()
    found = client.get("/search.json?q=agents&from=last+year").json()

    assert found["total"] == client.get("/search.json?q=agents").json()["total"] > 0
    assert "“last year” cannot be read" in found["problems"][0]


def test_why_a_search_finds_a_paper_is_told_as_json(client, starter, follow):
    follow()
    first = client.get("/search.json?q=world+models").json()["hits"][0]
    told = client.get(f"/api/explain?paper={first['key']}&q=world+models").json()

    assert (told["key"], told["rank"], told["matched"]) == (first["key"], 1, True)
    assert told["receipt"] == first["receipt"]
    assert math.fsum(told["terms"].values()) == pytest.approx(told["words"], abs=1e-3)
    assert {"label": "held by the search index", "passed": True, "binds": True} in told["checks"]
    missed = client.get(f"/api/explain?paper={first['key']}&q=-world").json()
    assert (missed["matched"], missed["rank"], missed["receipt"]) == (False, None, None)
