"""The page of an arXiv number that is not held: said plainly, asked for by a button, answered."""

import re
from datetime import timedelta
from html import unescape

import pytest

from broadsheet.harvest.models import Demand, Source
from broadsheet.jobs.models import Job
from broadsheet.kernel import clock

NUMBER = "2408.01234"
PAGE = f"/papers/{NUMBER}"


@pytest.fixture(autouse=True)
def asking(db, settings):
    """A site whose operator lets readers ask."""
    settings.CONTACT = "ada@example.org"
    Source.objects.create(name="arxiv_api", on=True)


def text_of(response):
    text = re.sub(r"<[^>]+>", " ", response.content.decode())
    return " ".join(unescape(text).split())


def demand(**fields):
    Demand.objects.create(number=NUMBER, **({"asked_at": clock.now()} | fields))


def test_the_page_offers_a_button_that_posts(client):
    answer = client.get(f"{PAGE}v3")

    assert answer.status_code == 404
    assert f"no paper with the arXiv number {NUMBER}." in text_of(answer)
    assert f'method="post" action="{PAGE}/ask"' in answer.content.decode()
    assert "noindex" in answer.content.decode()
    assert not answer.cookies


def test_the_button_queues_one_job_and_leads_back(client):
    for _ in range(2):
        answer = client.post(f"{PAGE}/ask")
        assert (answer.status_code, answer["Location"]) == (303, PAGE)
        assert not answer.cookies

    page = client.get(PAGE)
    assert page.status_code == 404
    assert "appears at this address within a minute" in text_of(page)
    assert '<form class="ask"' not in page.content.decode()
    assert 'data-again="5"' in page.content.decode()
    assert Job.objects.count() == Demand.objects.count() == 1


def test_an_old_number_with_its_slash_is_asked_for_like_any_other(client):
    assert (
        'action="/papers/math/0309136/ask"' in client.get("/papers/math/0309136").content.decode()
    )
    assert client.post("/papers/math/0309136/ask")["Location"] == "/papers/math/0309136"


def test_the_button_s_address_leads_to_the_page(client):
    answer = client.get(f"{PAGE}/ask")

    assert (answer.status_code, answer["Location"]) == (303, PAGE)
    assert not Demand.objects.exists()


@pytest.mark.parametrize(
    ("fields", "says", "offers"),
    [
        (
            {"outcome": "not-asked", "error": "It rests."},
            "The last try failed: It rests. It",
            False,
        ),
        (
            {"outcome": "unreadable", "error": "U: HTML."},
            "The last answer cannot be read: U",
            False,
        ),
        ({"asked_at": -timedelta(minutes=6)}, "has not come yet", False),
        ({"asked_at": -timedelta(hours=2), "error": "It rests."}, "in vain. The last try", True),
        (
            {"answered_at": timedelta(0), "outcome": "not-there", "error": "?"},
            "2026, 12:00 UTC, and knows no paper of this number. It can be asked again from 16 Au",
            False,
        ),
        (
            {"answered_at": timedelta(0), "outcome": "unreadable", "error": "no title"},
            "what it answered cannot be read: no title.",
            False,
        ),
        ({"answered_at": -timedelta(days=2), "outcome": "not-there"}, "It can ask arXiv", True),
    ],
)
def test_the_page_says_what_came_of_it(client, fields, says, offers):
    now = clock.now()
    demand(**{k: now + v if isinstance(v, timedelta) else v for k, v in fields.items()})

    page = client.get(PAGE)

    assert says in text_of(page)
    assert ('<form class="ask"' in page.content.decode()) == offers
    assert "data-again" not in page.content.decode()


def test_where_the_source_is_off_there_is_no_button_and_nothing_is_queued(client):
    Source.objects.update(on=False)

    page = client.get(PAGE)
    answer = client.post(f"{PAGE}/ask")

    assert '<form class="ask"' not in page.content.decode()
    assert f"no paper with the arXiv number {NUMBER}." in text_of(page)
    assert answer.status_code == 409
    assert "cannot be asked for: this site does not ask arXiv" in text_of(answer)
    assert not Job.objects.exists()


def test_when_an_hour_s_worth_was_asked_for_the_next_is_told_so(client, monkeypatch):
    monkeypatch.setattr("broadsheet.harvest.demands.MOST_AN_HOUR", 1)
    client.post(f"{PAGE}/ask")

    answer = client.post("/papers/2408.01235/ask")
    told = client.post("/papers/2408.01235/ask.json")

    assert answer.status_code == told.status_code == 429
    said = "arXiv may be asked for papers from here 1 times an hour. Try again in some minutes."
    assert said in text_of(answer)
    assert told.json() == {"code": "too-often", "message": said}
    assert Demand.objects.count() == 1


@pytest.mark.parametrize("name", ["10.1000/182", "nothing", "2408.1", "https://example.org/a"])
def test_what_is_no_arxiv_number_is_not_here_as_before(client, name):
    page = client.get(f"/papers/{name}")
    answer = client.post(f"/papers/{name}/ask")

    assert page.status_code == answer.status_code == 404
    assert "There is no paper called" in text_of(page)
    assert not Demand.objects.exists()


def test_programs_ask_and_are_told_the_same_way(client):
    assert client.get(f"{PAGE}/ask.json").json()["may_ask"]

    answer = client.post(f"{PAGE}/ask.json")

    assert answer.status_code == 202
    told = answer.json()
    assert (told["number"], told["held"], told["standing"]) == (NUMBER, False, "under-way")
    assert client.post("/papers/10.1000/182/ask.json").json()["code"] == "not-found"


def test_a_paper_that_is_held_is_not_asked_for(client, starter):
    answer = client.post("/papers/2608.13489/ask")

    assert (answer.status_code, answer["Location"]) == (303, "/papers/2608.13489")
    assert client.post("/papers/2608.13489/ask.json").json()["held"]
    assert not Job.objects.exists()


def test_crawlers_are_kept_from_the_button(client):
    assert "Disallow: /*/ask\n" in client.get("/robots.txt").content.decode()
