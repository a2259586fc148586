"""The pages of searches: what they go by, what is pasted, why and why not."""

import re
from html import unescape
from urllib.parse import quote_plus

import pytest

from broadsheet.search.contract import Found, Results
from broadsheet.search.engines.local.backend import LocalBackend

pytestmark = pytest.mark.django_db

KEY = "2608.13489"


@pytest.fixture(autouse=True)
def indexed(starter, follow):
    follow()


def text_of(response) -> str:
    text = re.sub(
        r"<(script|style).*?</\1>|<[^>]+>", " ", response.content.decode(), flags=re.DOTALL
    )
    return " ".join(unescape(text).split())


def test_a_search_offers_what_it_can_go_by_and_stays_with_the_choice(client):
    page = client.get("/search?q=agents&mode=words&votes=1").content.decode()

    assert '<a href="/search?q=agents&amp;mode=words&amp;votes=1"' in page
    assert 'aria-current="true">words alone</a>' in page
    assert '<input type="hidden" name="mode" value="words">' in page
    for name in ("atom", "json", "bib"):
        assert f'href="/search.{name}?q=agents&amp;mode=words&amp;votes=1"' in page
    assert client.get("/search.json?q=agents&mode=words").json()["mode"] == "words"


@pytest.mark.parametrize(
    "address", ["/search", "/search?votes=1", "/search?q=2608.13489+2608.13546"]
)
def test_where_it_makes_no_difference_nothing_is_offered(client, address):
    assert "words alone" not in text_of(client.get(address))


def test_a_mode_that_is_not_known_is_told_beside_the_results(client):
    response = client.get("/search?q=agents&mode=magic")

    assert response.status_code == 200
    assert "mode “magic” cannot be read: a search goes by one of" in text_of(response)
    assert client.get("/search.json?q=agents&mode=magic").json()["mode"] == "hybrid"


@pytest.mark.parametrize(
    ("total", "by_meaning", "said"),
    [
        (1, 2, "1 paper matches by word, 2 more by meaning, in"),
        (12, 18, "12 papers match by word, 18 more by meaning, in"),
        (0, 3, "3 papers by meaning in"),
        (3, 0, "3 papers in"),
    ],
)
def test_papers_found_by_meaning_are_counted_apart_and_marked(
    client, monkeypatch, *, total, by_meaning, said
):
    found = (Found(key=KEY, words=0.0, meaning=0.5, score=0.5, by_meaning=by_meaning > 0),)
    answer = Results(found=found, total=total, by_meaning=by_meaning)
    monkeypatch.setattr(LocalBackend, "search", lambda self, request: answer)
    response = client.get("/search?q=agents")

    assert said in text_of(response)
    assert (b'title="Found by its meaning alone' in response.content) == (by_meaning > 0)
    data = client.get("/search.json?q=agents").json()
    assert (data["total"], data["by_meaning"]) == (total, by_meaning)
    assert data["hits"][0]["found_by"] == ("meaning" if by_meaning else "words")


def test_papers_to_be_near_to_are_named_by_their_titles(client):
    response = client.get(f"/search?q=like:{KEY}+robot")

    assert "Read as papers like 2608.13489, with the word “robot”" in text_of(response)
    assert f'Near to <a href="/papers/{KEY}"' in response.content.decode()
    assert "Shares “" in text_of(response)


def test_what_is_pasted_leads_to_the_address_of_its_search_and_is_not_kept(client):
    text = "Agents that plan and act with language models in long tasks. " * 100
    response = client.post("/search/paste", {"q": text, "field": "materials"})

    assert response.status_code == 303
    assert not response.cookies
    assert response["Location"].startswith("/search?q=agents")
    assert len(response["Location"]) < 4_000
    page = client.get(response["Location"])
    assert page.status_code == 200
    assert "field=materials" in response["Location"]


def test_a_paste_that_is_short_is_searched_as_it_is(client):
    response = client.post("/search/paste", {"q": f" {KEY},\n2608.13546 "})

    assert response["Location"] == f"/search?q={quote_plus(f'{KEY}, 2608.13546')}"
    assert "2 papers in" in text_of(client.get(response["Location"]))


@pytest.mark.parametrize("length", [20_001, 200_000])
def test_a_paste_that_is_too_long_is_refused_with_the_reason(client, length):
    response = client.post("/search/paste", {"q": "x" * length})

    assert response.status_code == 400
    assert "20,000 characters" in text_of(response) or "longer than 128 kB" in text_of(response)


def test_the_heading_of_a_paste_is_short(client):
    text = "Agents that plan. " * 40
    page = client.get(f"/search?q={quote_plus(text)}").content.decode()
    papers = client.get(f"/search?q={KEY}+2608.13546").content.decode()

    assert len(re.search(r"<h1[^>]*>(.*?)</h1>", page)[1]) < 130
    assert ">2 papers that were pasted</h1>" in papers


def test_why_a_search_finds_a_paper_and_why_not(client):
    here = text_of(client.get(f"/papers/{KEY}/why?in={quote_plus('/search?q=world+models')}"))
    assert "What the search asks for" in here
    assert "What it scores" in here
    assert re.search(r"Why \w+ of \d+\?", here)

    address = quote_plus("/search?q=title:lichen&from=2030&code=1")
    response = client.get(f"/papers/{KEY}/why?in={address}")
    there = text_of(response)
    assert response.status_code == 200
    assert "It is not found: 2 conditions of this search do not hold for it." in there
    assert "dated from 1 January 2030 does not hold" in there
    assert "with code holds" in there
    assert "None of the words asked for stands in it." in there


def test_similar_papers_can_be_narrowed_where_they_stand(client):
    page = client.get(f"/papers/{KEY}/similar?from=2026-08&code=1").content.decode()

    assert f'<form class="narrow" action="/papers/{KEY}/similar">' in page
    assert 'name="from" placeholder="from 2024" value="2026-08"' in page
    assert "Only papers" in text_of(client.get(f"/papers/{KEY}/similar?code=1"))


def test_without_an_index_a_search_is_answered_and_says_so(client, settings, tmp_path):
    settings.INDEX_FOLDER = tmp_path / "none"
    response = client.get("/search?q=agents")
    page = text_of(response)

    assert response.status_code == 200
    assert "papers of those looked at in" in page
    assert "behind the catalogue. Until it is back" in page
    assert "words alone" not in page
