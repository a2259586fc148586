"""What watchers of the process are told."""

import pytest
from django.db import DatabaseError

from broadsheet.papers import queries

pytestmark = pytest.mark.django_db


def test_a_living_process_says_so_to_whatever_host_name(client):
    response = client.get("/healthz", headers={"host": "10.1.2.3:9999"})

    assert (response.status_code, response.json()) == (200, {"alive": True})
    assert response["Cache-Control"] == "no-store"


def test_ready_means_that_the_catalogue_can_be_read(client, starter, follow):
    follow()

    response = client.get("/readyz", headers={"host": "10.1.2.3"})

    assert response.status_code == 200
    assert response.json() == {"ready": True, "catalogue": "ok", "index": "ok"}


def test_without_an_index_pages_can_still_be_made(client, starter):
    response = client.get("/readyz")

    assert response.status_code == 200
    assert response.json()["ready"]
    assert "changes behind" in response.json()["index"]


def test_without_its_catalogue_a_process_is_not_ready(client, monkeypatch):
    def gone():
        raise DatabaseError("the disk is gone")

    monkeypatch.setattr(queries, "state", gone)

    response = client.get("/readyz")

    assert response.status_code == 503
    assert not response.json()["ready"]
    assert "the disk is gone" not in response.content.decode()
