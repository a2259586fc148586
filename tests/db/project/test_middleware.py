"""Kept pages, ETags, headers: what every answer passes."""

import gzip
import logging
from datetime import UTC, date, datetime, timedelta

import pytest

from broadsheet.editions import follow as following
from broadsheet.editions import index, seals
from broadsheet.fields import FieldFile
from broadsheet.harvest.models import Day, Source
from broadsheet.kernel import clock
from broadsheet.papers import actions
from broadsheet.project import middleware
from broadsheet.sources.contract import Trouble

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 8, 15, 12, tzinfo=UTC)
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


def test_a_day_is_shown_as_sealed_from_the_moment_it_is(client, starter):
    before = client.get("/daily/2026-08-14")
    sealed = seals.seal(date(2026, 8, 14), "everything")
    after = client.get("/daily/2026-08-14", headers={"If-None-Match": before["ETag"]})

    assert after.status_code == 200
    assert sealed.digest.encode() in after.content
    assert sealed.digest.encode() not in before.content
    assert b'<a href="#seal">sealed</a>' in after.content
    assert b'id="seal"' in after.content


@pytest.mark.parametrize(
    "change",
    [{"asked_at": NOON - timedelta(minutes=5)}, {"on": False}],
    ids=["a run by a clock that was set back", "switched off"],
)
def test_pages_are_made_anew_after_any_run_and_any_switch(client, starter, change):
    ahead = NOON + timedelta(days=400)
    Source.objects.create(name="arxiv_api", on=True, asked_at=ahead)
    Source.objects.create(name="arxiv_feed", on=True, asked_at=NOON - timedelta(hours=1))
    before = client.get("/")
    Source.objects.filter(name="arxiv_feed").update(**change)

    assert client.get("/")["ETag"] != before["ETag"]


def test_a_page_does_not_say_that_an_edition_is_due_after_it_was(client, scripted_feed):
    """Nobody asks meanwhile, so nothing but the time of day moves the page."""
    monday = "/daily/2026-08-17"
    with clock.at(datetime(2026, 8, 17, 4, tzinfo=UTC)):
        before = client.get(monday)
    with clock.at(datetime(2026, 8, 17, 5, tzinfo=UTC)):
        after = client.get(monday, headers={"If-None-Match": before["ETag"]})

    assert b"is due on Monday" in before.content
    assert after.status_code == 200
    assert b"is due on Monday" not in after.content


@pytest.fixture
def scripted_feed(db, picked):
    """The arXiv list is watched, and something older is held."""
    actions.ingest([picked()])
    Source.objects.create(name="arxiv_feed", on=True, asked_at=NOON)
    Day.objects.create(feed="arxiv", day=date(2026, 8, 14), announced=1, held=1)


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


@pytest.mark.parametrize(
    "accepted", ["", "br", "gzip;q=0", "gzip; q=0.000, br", "GZIP;Q=0", "xgzip"]
)
def test_who_takes_no_gzip_gets_none(client, starter, accepted):
    answer = client.get("/", headers={"Accept-Encoding": accepted})

    assert "Content-Encoding" not in answer
    assert answer.content.startswith(b"<!doctype html>")


@pytest.mark.parametrize("accepted", ["gzip", "br, GZip", "gzip;q=0.5", "deflate, gzip; q=1"])
def test_who_takes_gzip_gets_it(client, starter, accepted):
    answer = client.get("/", headers={"Accept-Encoding": accepted})

    assert answer["Content-Encoding"] == "gzip"


PART = {"HX-Request": "true"}
WHOLE = [PART | {"HX-Boosted": "true"}, PART | {"HX-History-Restore-Request": "true"}, {}]


@pytest.mark.parametrize("first", [True, False])
@pytest.mark.parametrize("headers", WHOLE)
def test_a_part_is_never_given_for_a_page_nor_a_page_for_a_part(client, starter, first, headers):
    address = "/papers/2608.13546/why?in=/daily/2026-08-14"
    asked = [PART, headers] if first else [headers, PART]
    answers = [client.get(address, headers=one) for one in asked]
    part, whole = answers if first else answers[::-1]

    assert b"<!doctype html>" not in part.content
    assert b"<!doctype html>" in whole.content
    assert part["ETag"] != whole["ETag"]
    for name in ("HX-Request", "HX-Boosted", "HX-History-Restore-Request"):
        assert name in whole["Vary"]


def test_a_page_and_its_etag_end_with_the_index_they_were_made_from(client, starter, follow):
    follow()
    damaged = index.opened(index.folder())
    lost = client.get("/search.json?q=agents").json()["hits"][0]["key"]
    damaged.apply((), [lost], damaged.upto(), damaged.mark())
    damaged.close()
    index._reader.cache_clear()
    middleware._pages.clear()
    short = client.get("/search.json?q=agents")
    following.rebuild()
    whole = client.get("/search.json?q=agents", headers={"If-None-Match": short["ETag"]})

    assert whole.status_code == 200
    assert whole.json()["total"] == short.json()["total"] + 1


def test_a_page_during_whose_making_something_changed_is_not_kept(client, picked, monkeypatch):
    actions.ingest([picked(title="The first one here")])
    real = middleware._page

    def late(response):
        actions.ingest([picked(title="And then another one", rank=2)])
        return real(response)

    with monkeypatch.context() as patched:
        patched.setattr(middleware, "_page", late)
        during = client.get("/")

    assert "ETag" not in during
    assert "HX-Request" in during["Vary"]
    assert len(middleware._pages._values) == 0
    assert b"And then another one" in client.get("/").content


@pytest.mark.parametrize("address", ["/status", "/status.json"])
def test_the_status_is_always_of_now(client, starter, address):
    before = client.get(address)
    actions.ingest([Trouble(path="list.jsonl", line=1, reason="is no JSON", source="jsonl")])

    assert "ETag" not in before
    assert client.get(address).content != before.content


@pytest.mark.parametrize(
    ("name", "value"),
    [("TITLE", "Other"), ("PAGE_SIZE", 7), ("FIELD", "materials"), ("CONTACT", "a@b.org")],
)
def test_whatever_is_set_otherwise_makes_other_pages(settings, name, value):
    before = middleware._site()
    setattr(settings, name, value)

    assert middleware._site() != before


def test_another_field_file_makes_other_pages(monkeypatch):
    before = middleware._site()
    only = FieldFile(name="everything", title="All", description="", feeds=("*",))
    monkeypatch.setattr(middleware, "all_fields", lambda: (only,))

    assert middleware._site() != before


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example"])
@pytest.mark.parametrize("address", ["/", "/latest.json", "/latest.atom", "/status"])
def test_another_host_is_refused_in_one_line(client, host, address, caplog):
    answer = client.get(address, headers={"Host": host})

    assert answer.status_code == 400
    assert b"host name" in answer.content
    (line,) = [record for record in caplog.records if record.levelno >= logging.WARNING]
    assert (line.getMessage(), line.host) == ("request.host_refused", host)
    assert "BROADSHEET_ALLOWED_HOSTS" in line.remedy
    assert line.exc_info is None


@pytest.mark.parametrize(
    ("address", "leads_to"),
    [
        ("/daily/2026-08-14/", "/daily/2026-08-14"),
        ("/daily/2026-08-14/?recipe=new&page=2", "/daily/2026-08-14?recipe=new&page=2"),
        ("/papers/2608.13546/", "/papers/2608.13546"),
        ("//evil.example/", "/evil.example"),
    ],
)
def test_a_slash_at_the_end_leads_to_the_address_without(client, db, address, leads_to):
    answer = client.get(f"http://testserver{address}")

    assert (answer.status_code, answer["Location"]) == (301, leads_to)


@pytest.mark.usefixtures("starter")
def test_an_absent_index_leaves_days_readable(client, settings, tmp_path):
    blocked = tmp_path / "file"
    blocked.write_text("no folder")
    settings.INDEX_FOLDER = blocked / "index"
    index._reader.cache_clear()

    assert client.get("/").status_code == 200
    assert client.get("/search.json?q=agents").json()["from_catalogue"] is True
    similar = client.get("/papers/2608.13489/similar.json")
    assert similar.status_code == 503
    assert similar.json()["code"] == "unavailable"
