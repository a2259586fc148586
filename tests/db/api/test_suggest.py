"""``/api/suggest``: what it answers, and that nothing typed breaks it."""

import pytest

from broadsheet.papers import actions
from broadsheet.project import middleware
from broadsheet.search.suggesting.testing import HOSTILE

pytestmark = pytest.mark.django_db


def test_a_suggestion_says_its_kind_and_where_it_leads(client, said, follow):
    actions.ingest([said(title="Lichens of the north", id="2601.90001")])
    follow()
    response = client.get("/api/suggest", {"q": "lichens of"})

    assert response.json() == {
        "suggestions": [
            {
                "kind": "title",
                "text": "Lichens of the north",
                "question": "Lichens of the north",
                "url": "http://testserver/papers/2601.90001",
                "key": "2601.90001",
            }
        ]
    }
    assert response["Cache-Control"] == "max-age=60"


def test_suggestions_take_no_room_from_kept_pages(client, said, follow):
    actions.ingest([said()])
    follow()
    client.get("/api/suggest?q=study")

    assert not middleware._pages._values


@pytest.mark.parametrize("typed", HOSTILE, ids=range(len(HOSTILE)))
def test_nothing_typed_breaks_it(client, said, follow, typed):
    actions.ingest([said()])
    follow()
    response = client.get("/api/suggest", {"q": typed.encode("utf-8", "surrogatepass")})

    assert response.status_code == 200
    assert isinstance(response.json()["suggestions"], list)


def test_without_a_question_there_is_nothing_to_suggest(client):
    assert client.get("/api/suggest").json() == {"suggestions": []}


def test_an_unknown_field_is_refused(client):
    response = client.get("/api/suggest?q=study&field=alchemy")

    assert response.status_code == 404
    assert response.json()["code"]
