"""Forms are taken from pages of this site, and from what is no browser."""

import pytest

OURS = [
    {},
    {"Sec-Fetch-Site": "same-origin"},
    {"Sec-Fetch-Site": "none"},
    {"Origin": "http://testserver"},
    {"Origin": "HTTPS://TestServer"},
    {"Origin": "https://papers.example.org"},
    {"Origin": "https://other.example", "Sec-Fetch-Site": "same-origin"},  # behind a proxy
]
THEIRS = [
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site", "Origin": "http://testserver"},
    {"Origin": "null"},
    {"Origin": ""},
    {"Origin": "https://testserver.example"},
    {"Origin": "http://testserver:8000"},
    {"Origin": "http://[testserver"},
]


@pytest.fixture(autouse=True)
def public(db, settings):
    settings.PUBLIC_URL = "https://papers.example.org"


@pytest.mark.parametrize("headers", OURS)
def test_a_form_of_this_site_is_taken(client, headers):
    answer = client.post("/search/paste", {"q": "lichen"}, headers=headers)

    assert answer.status_code == 303


@pytest.mark.parametrize("headers", THEIRS)
@pytest.mark.parametrize("path", ["/search/paste", "/papers/2408.01234/ask"])
def test_a_form_of_another_site_is_refused(client, headers, path):
    answer = client.post(path, {"q": "lichen"}, headers=headers)

    assert answer.status_code == 409
    assert "it was sent from a page of another site" in answer.content.decode()


def test_without_a_public_url_an_origin_without_host_is_no_one_s(client, settings):
    settings.PUBLIC_URL = ""

    assert client.post("/search/paste", headers={"Origin": "null"}).status_code == 409


def test_pages_are_read_from_everywhere(client):
    assert client.get("/about", headers={"Sec-Fetch-Site": "cross-site"}).status_code == 200
