"""Every page through the client, with the database shut while it renders."""

import re
from html import unescape

import pytest

from broadsheet.papers import actions

pytestmark = pytest.mark.django_db

DAY = "/daily/2026-08-14"
PAGES = {
    "/": 200,
    DAY: 200,
    "/daily/2026-08-15": 200,
    "/daily/2026-08-14/all": 200,
    "/weekly/2026-W33": 200,
    "/monthly/2026-08?page=2": 200,
    "/trending": 200,
    "/?field=materials": 200,
    "/search": 200,
    "/search?q=agents+OR+planning": 200,
    "/search?q=nothing-of-the-kind&code=1": 200,
    "/search/help": 200,
    "/papers/2608.13489": 200,
    "/papers/2608.13489/similar": 200,
    "/papers/2608.13489/why?in=/daily/2026-08-14": 200,
    "/papers/2608.13489/why": 200,
    "/papers/2608.13489/why?in=/daily/2026-08-13": 404,
    "/papers/9999.99999": 404,
    "/nowhere": 404,
    "/daily/tomorrow": 400,
    "/about": 200,
    "/about/ranking": 200,
    "/status": 200,
    "/subscribe?address=a%40example.org": 200,
}


def text_of(response) -> str:
    """The text of a page, without markup."""
    text = re.sub(
        r"<(script|style).*?</\1>|<[^>]+>", " ", response.content.decode(), flags=re.DOTALL
    )
    return " ".join(unescape(text).split())


@pytest.mark.usefixtures("starter")
@pytest.mark.parametrize(("address", "status"), PAGES.items())
def test_every_page_answers_a_stranger_without_a_cookie(client, follow, address, status):
    follow()
    response = client.get(address)

    assert response.status_code == status
    assert not response.cookies
    assert response.content.count(b"<h1") == 1
    assert b"style=" not in response.content


@pytest.mark.parametrize("address", ["/", "/papers/2608.13489", "/search", "/subscribe"])
def test_nothing_is_done_by_post(client, starter, address):
    assert client.post(address).status_code == 405


@pytest.mark.parametrize("count", [3, 30])
def test_a_longer_day_costs_no_more(client, picked, count, django_assert_max_num_queries):
    actions.ingest([picked(rank=n, votes=n) for n in range(1, count + 1)])

    with django_assert_max_num_queries(20):
        response = client.get(DAY)

    assert response.content.count(b'class="votes"') == count


def test_a_front_page_says_its_numbers_and_where_to_go(client, starter):
    page = text_of(client.get(DAY))

    assert "25 papers" in page
    assert "19 with votes" in page
    assert "Ranked by votes" in page
    assert "Thursday 13 August 2026" in page


def test_a_day_without_papers_says_why_and_leads_to_the_nearest(client, starter):
    page = text_of(client.get("/daily/2026-08-15"))

    assert "No papers on Saturday 15 August." in page
    assert "Friday 14 August 2026 25 papers" in page
    assert "Meanwhile" in page


def test_a_list_leads_machines_to_its_other_forms(client, starter):
    page = client.get("/weekly/2026-W33?field=everything").content.decode()

    for suffix in ("atom", "json", "bib"):
        assert f'href="/weekly/2026-W33.{suffix}" title=' in page
    assert '<link rel="canonical" href="http://testserver/weekly/2026-W33">' in page


def test_htmx_gets_the_receipt_alone_and_others_the_page(client, starter):
    address = "/papers/2608.13489/why?in=/daily/2026-08-14"

    part = client.get(address, headers={"HX-Request": "true"})
    whole = client.get(address)

    assert part.content.lstrip().startswith(b"<section")
    assert b"<html" in whole.content
    assert "HX-Request" in part["Vary"]
    assert "Why second of 25?" in text_of(part)


def test_a_paper_tells_reference_managers_what_it_is(client, starter):
    page = client.get("/papers/2608.13489").content.decode()
    tags = dict(re.findall(r'<meta name="([^"]+)" content="([^"]*)">', page))
    authors = re.findall(r'name="citation_author" content="([^"]+)"', page)

    assert tags["citation_title"].startswith("DreamX-Phi 1.0")
    assert tags["citation_publication_date"] == "2026/08/13"
    assert tags["citation_doi"] == "10.48550/arXiv.2608.13489"
    assert tags["citation_pdf_url"] == "https://arxiv.org/pdf/2608.13489"
    assert tags["citation_public_url"] == "http://testserver/papers/2608.13489"
    assert tags["DC.type"] == "preprint"
    assert authors[1] == "Chen, Rui"
    assert "Z3988" not in page


def test_other_names_of_a_paper_lead_to_its_key(client, starter):
    response = client.get("/papers/arXiv:2608.13489v2")

    assert (response.status_code, response["Location"]) == (302, "/papers/2608.13489")


def test_an_empty_search_offers_what_does_find_papers(client, starter, follow):
    follow()
    page = text_of(client.get("/search?q=%22agents+of+no+kind%22&votes=1"))

    assert "No papers" in page
    assert "Search the bare words: agents of no kind" in page


def test_a_mistake_in_a_search_is_told_beside_the_results(client, starter, follow):
    follow()
    response = client.get('/search?q="agents')

    assert response.status_code == 200
    assert b'class="problems"' in response.content


def test_hostile_words_come_back_as_text(client, starter, follow):
    follow()
    response = client.get("/search?q=%3Cscript%3Ealert(1)%3C/script%3E%22onfocus=x")

    assert b"<script>alert" not in response.content
    assert b'"onfocus' not in response.content


@pytest.mark.parametrize(
    "fields",
    [
        {"title": r"Bounds of $O(n^{1/2})$ for Gr\"onwall", "abstract": r"$\frac{a}{b}$ \unknown"},
        {"abstract": None, "authors": None, "n_authors": 7, "published": "2024"},
        {"authors": [f"Ada L{n}" for n in range(3_000)], "n_authors": 3_000},
        {"title": "只有标题的论文", "published": None, "authors": ["Škoda, Ł."]},
        {"id": "math/0309136", "categories": ["math.GT"], "published": "2003-09"},
    ],
)
def test_odd_papers_have_pages_and_cards(client, said, follow, fields):
    record = said(**fields)
    actions.ingest([record])
    follow()

    key = fields.get("id") or record.source_id.removeprefix("arxiv:")
    assert client.get(f"/papers/{key}").status_code == 200
    assert client.get("/search").content.count(b'class="paper') == 1
