"""Kept pages, ETags, headers: what every answer passes."""

import gzip

import pytest

from broadsheet.editions import index
from broadsheet.papers import actions

pytestmark = pytest.mark.django_db

PAGES = ["/", "/search?q=agents", "/trending.json", "/latest.atom", "/papers/2608.13546"]


@pytest.mark.parametrize("address", PAGES)
def test_an_unchanged_page_is_answered_with_304(client, starter, follow, address):
    follow()
    first = client.get(address)
    again = client.get(address, headers={"If-None-Match": first["ETag"]})

    assert first.status_code == 200
    assert (again.status_code, again.content) == (304, b"")
    assert again["ETag"] == first["ETag"]


def test_a_page_is_made_anew_when_the_catalogue_changes(client, picked):
    actions.ingest([picked(title="The first one here")])
    before = client.get("/")
    actions.ingest([picked(title="And then another one", rank=2)])
    after = client.get("/", headers={"If-None-Match": before["ETag"]})

    assert after.status_code == 200
    assert b"And then another one" in after.content
    assert b"And then another one" not in before.content


def test_what_is_packed_is_what_is_not(client, starter):
    plain = client.get("/")
    packed = client.get("/", headers={"Accept-Encoding": "gzip"})

    assert packed["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.content) == plain.content
    assert "Accept-Encoding" in plain["Vary"]


@pytest.mark.parametrize("address", [*PAGES, "/nowhere", "/daily/2026-13-45", "/status"])
def test_strangers_get_strict_headers_and_no_cookie(client, starter, follow, address):
    follow()
    answer = client.get(address)
    policy = answer["Content-Security-Policy"]

    assert not answer.cookies
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Referrer-Policy"] == "strict-origin-when-cross-origin"


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example"])
def test_another_host_is_refused(client, host):
    assert client.get("/", headers={"Host": host}).status_code == 400


@pytest.mark.usefixtures("starter")
def test_an_absent_index_leaves_days_readable(client, settings, tmp_path):
    blocked = tmp_path / "file"
    blocked.write_text("no folder")
    settings.INDEX_FOLDER = blocked / "index"
    index._reader.cache_clear()

    assert client.get("/").status_code == 200
    search = client.get("/search.json?q=agents")
    assert search.status_code == 503
    assert search.json()["code"] == "unavailable"
