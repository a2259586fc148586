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
    "/ledger": 200,
    "/status": 200,
    "/subscribe": 200,
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


@pytest.mark.parametrize("address", ["/", "/papers/2608.13489", "/search", "/outbox"])
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

    assert "No papers on Saturday 15 August 2026." in page
    assert "Friday 14 August 2026 25 papers" in page
    assert "Meanwhile" in page


def test_an_empty_field_says_once_what_to_import(client, starter):
    response = client.get("/?field=materials")
    page = text_of(response)

    assert page.count("Import arXiv records") <= 1
    assert "`" not in page
    assert "every feed held" not in page
    assert "2 feeds, 7 categories" in page


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


ABSTRACT = 'name="citation_abstract"'
SUMMARY = "This house’s summary, not the authors’ abstract, which is on the abstract page"
NOTICE = "its text is this house’s summary"


def test_a_summary_of_ours_is_called_one_and_is_no_abstract(client, starter):
    response = client.get("/papers/2608.13489")

    assert SUMMARY in text_of(response)
    assert ABSTRACT not in response.content.decode()
    assert NOTICE in text_of(client.get(DAY))


def test_an_abstract_of_the_authors_is_not_called_a_summary(client, picked):
    actions.ingest([picked()])
    response = client.get("/papers/" + _only_key(client))

    assert SUMMARY not in text_of(response)
    assert ABSTRACT in response.content.decode()
    assert NOTICE not in text_of(client.get(DAY))


def _only_key(client) -> str:
    return re.findall(r'href="/papers/([^"/?]+)"', client.get(DAY).content.decode())[0]


def test_counts_are_inflected_and_what_nobody_counts_is_not_zero(client, picked, said):
    actions.ingest([picked(votes=1, comments=1)])
    page = text_of(client.get("/papers/" + _only_key(client)))
    assert "1 vote · 1 comment" in page
    assert "1 votes" not in page

    actions.ingest([said(id="2601.99999", announced="2026-01-06", published="2026-01-05")])
    page = text_of(client.get("/papers/2601.99999"))
    assert "The only paper, Tuesday 6 January 2026" in page
    assert "not counted" in page
    assert "Nobody counted its votes in this period" in page


def test_a_paper_that_got_no_vote_says_so(client, picked):
    actions.ingest([picked(votes=0)])

    assert "It received no votes in this period" in text_of(
        client.get("/papers/" + _only_key(client))
    )


def test_a_paper_says_what_it_was_merged_by(client, said):
    title = "Of merging papers that are one work"
    actions.ingest([said(id="2601.00001", title=title)])
    actions.ingest([said(id="W1", source="conferences", title=title, venue="A conference")])
    page = text_of(client.get("/papers/2601.00001"))

    assert "Merged by title:" in page
    assert "equal title, 1 of 1 authors shared" in page


def test_why_a_paper_is_similar_names_the_other_and_asks_nothing(client, starter, follow):
    follow()
    near = client.get("/papers/2608.13489/similar").content.decode()
    href = re.search(r'class="why" href="([^"]+)"', near)[1]
    page = text_of(client.get(unescape(href)))

    assert "Papers like “DreamX-Phi 1.0" in page
    assert "what they share of words" in page
    assert "Named in the question" not in page


def test_receipts_spell_their_dates_for_readers(client, starter):
    page = text_of(client.get("/papers/2608.13489/why?in=/daily/2026-08-14"))

    assert "huggingface, 14 August 2026, 16:00 UTC" in page
    assert "2026-08-14" not in page


def test_the_front_page_leads_machines_to_the_latest_edition(client, starter):
    page = client.get("/").content.decode()

    assert page.count('href="/latest.atom"') == 2  # for programs and for readers
    assert 'href="/daily/2026-08-14.atom"' not in page


def test_a_long_list_says_that_its_files_hold_one_page(client, starter):
    page = text_of(client.get("/weekly/2026-W33"))

    assert "Each holds what this page holds, 1 to 30 of" in page
    assert 'href="/weekly/2026-W33.bib?page=2"' in client.get("/weekly/2026-W33").content.decode()
    assert "Each holds" not in text_of(client.get(DAY))


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


def test_a_mistake_in_a_filter_is_told_beside_the_results_and_stays_to_be_mended(
    client, starter, follow
):
    follow()
    response = client.get("/search?q=agents&from=2o24&votes=5")

    assert response.status_code == 200
    assert b'class="problems"' in response.content
    assert b'name="from" placeholder="from 2024" value="2o24"' in response.content
    assert "Only papers with at least 5 votes" in text_of(response)


def test_a_month_that_was_typed_stays_a_month(client, starter, follow):
    follow()
    response = client.get("/search?from=2026-07&to=2026-07")

    assert response.content.count(b'value="2026-07"') == 2
    assert "Only papers of July 2026" in text_of(response)


def test_a_match_by_author_can_be_seen(client, starter, follow):
    follow()
    page = client.get("/search?q=author:pengfei").content.decode()

    assert "<mark>Pengfei Zhang</mark>" in page


def test_one_word_without_a_match_is_offered_other_ways(client, starter, follow):
    follow()
    page = text_of(client.get("/search?q=planning&field=materials&mode=words"))

    assert "Search every field" in page
    assert page.count("How to search") == 3


def test_looser_ways_leave_out_words_that_say_nothing(client, starter, follow):
    follow()
    page = text_of(client.get("/search?q=the+planning+of+zzqx&mode=words&from=2031"))

    assert "Any of the words, without filters: planning OR zzqx" in page


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
