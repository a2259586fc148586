"""“Did you mean” and acronyms on the page of a search: offered, never applied."""

import pytest

from broadsheet.editions import index
from broadsheet.editions.learning import learn
from broadsheet.papers import actions

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _taught(said, follow):
    actions.ingest(
        [said(title="Lichen networks", abstract="Low-light lichen (LLL) grows.") for _ in range(5)]
    )
    follow()
    backend = index.opened(index.folder())
    learn(backend)
    backend.close()


def test_a_misspelt_search_says_that_nothing_was_found_and_offers(client):
    page = client.get("/search?q=lichne+netwroks&recipe=new").content.decode()

    assert "No papers" in page
    assert (
        'Did you mean <a href="/search?q=lichen+networks&amp;recipe=new" dir="auto">'
        "lichen networks</a>?"
    ) in page
    assert '<li><h2 class="head"' not in page, "nothing is applied unasked"


def test_a_search_that_is_fine_offers_nothing(client):
    page = client.get("/search?q=lichen+networks").content.decode()

    assert "Did you mean" not in page
    assert "Search also for" not in page


def test_an_acronym_is_offered_with_its_long_form(client):
    page = client.get("/search?q=LLL").content.decode()

    assert (
        '<a href="/search?q=LLL+OR+%22Low-light+lichen%22" dir="auto">Low-light lichen</a>'
        " (5 papers say so)"
    ) in page


def test_what_was_typed_is_shown_as_text(client):
    page = client.get("/search", {"q": '<script>alert("x")</script> netwroks'}).content.decode()

    assert "<script>alert" not in page
    assert "Did you mean" in page
