"""A withdrawn paper leaves every list and keeps its page; what changes keeps its old text."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from broadsheet.editions import follow as following
from broadsheet.papers import actions, queries
from broadsheet.papers.models import Paper

pytestmark = pytest.mark.django_db

DAY = "2026-08-14"
LATER = datetime(2026, 3, 2, tzinfo=UTC)
TITLE = "Wombats and what they make of cubes"
FACTS = {"id": "2608.00007", "title": TITLE, "abstract": "Cubes.", "announced": DAY, "version": 1}


def kept(said):
    """A second paper of the same day, so that lists are not empty."""
    return said(id="2608.00008", title="Quokkas and their wombat friends", announced=DAY)


@pytest.fixture
def withdrawn(said, follow):
    actions.ingest([said(**FACTS), kept(said)])
    follow()
    later = {"version": 2, "updated": "2026-08-15", "comment": "This paper has been withdrawn"}
    actions.ingest([said(**FACTS | later)])
    follow()


@pytest.mark.parametrize(
    "address",
    [
        f"/daily/{DAY}",
        f"/daily/{DAY}/all",
        f"/daily/{DAY}.json",
        f"/daily/{DAY}.atom",
        f"/daily/{DAY}.bib",
        "/weekly/2026-W33",
        "/monthly/2026-08",
        "/trending",
        "/search?q=wombat",
        "/search.json?q=wombat",
        "/search.atom?q=wombat",
        "/papers/2608.00008/similar",
        f"/api/daily_papers?date={DAY}",
    ],
)
def test_a_withdrawn_paper_stands_in_no_list(client, withdrawn, address):
    said = client.get(address)

    assert said.status_code == 200
    assert TITLE.encode() not in said.content
    if "similar" not in address and "api" not in address:
        assert b"Quokkas" in said.content


def test_its_page_stays_and_says_so(client, withdrawn):
    said = client.get("/papers/2608.00007")

    assert said.status_code == 200
    assert "The authors have withdrawn this paper" in said.content.decode()
    assert client.get("/papers/2608.00007.json").json()["withdrawn"] is True


def test_a_paper_that_is_no_longer_withdrawn_comes_back(client, said, withdrawn, follow):
    again = {"version": 3, "updated": "2026-08-16", "abstract": "Better cubes."}
    actions.ingest([said(**FACTS | again)])
    follow()

    assert TITLE.encode() in client.get(f"/daily/{DAY}").content
    assert b'href="/papers/2608.00007"' in client.get("/search?q=wombat").content


def test_the_index_is_whole_without_it(withdrawn):
    assert following.check() == ()
    assert following.rebuild() == 1
    assert queries.sizes().withdrawn == 1
    assert Paper.objects.count() == 2


def test_a_changed_text_is_kept_and_told(client, said):
    first = {"id": "2601.00001", "title": "A first name", "abstract": "Old words."}
    actions.ingest([said(**first)])
    new = {"title": "A second name", "abstract": "New words.", "authors": ["Ada Lovelace", "B. C"]}
    actions.ingest([replace(said(**first | new), seen_at=LATER)])

    told = client.get("/papers/2601.00001/history.json").json()
    fields = {event["field"]: (event["before"], event["after"]) for event in told["events"]}
    assert fields == {
        "title": ("A first name", "A second name"),
        "abstract": ("Old words.", "New words."),
        "authors": ("Ada Lovelace", "Ada Lovelace\nB. C"),
    }
    assert {event["at"] for event in told["events"]} == {"2026-03-02T00:00:00Z"}
    page = client.get("/papers/2601.00001/history").content.decode()
    assert "A first name" in page
    assert "Old words." in page
    assert 'href="/papers/2601.00001/history"' in client.get("/papers/2601.00001").content.decode()


def test_a_paper_without_changes_says_so_and_other_names_lead_to_its_history(client, said):
    actions.ingest([said(id="2601.00001", doi="10.1000/w")])

    page = client.get("/papers/2601.00001/history")
    assert b"No source has changed" in page.content
    assert client.get("/papers/10.1000/w/history")["Location"] == "/papers/2601.00001/history"
    assert client.get("/papers/2601.99999/history").status_code == 404


def test_a_preprint_says_where_it_was_then_published(client, said):
    first = {"id": "2601.00001", "title": TITLE, "abstract": "Cubes."}
    actions.ingest([said(**first)])
    assert "Now published" not in client.get("/papers/2601.00001").content.decode()

    journal = {"doi": "10.1000/w", "journal_ref": "J. Cubes 7"}
    actions.ingest([replace(said(**first | journal), seen_at=LATER)])

    page = client.get("/papers/2601.00001").content.decode()
    assert 'Now published at <a href="https://doi.org/10.1000/w">J. Cubes 7</a>' in page
    assert "known since 2 March 2026" in page
    told = client.get("/papers/2601.00001.json").json()["publication"]
    assert (told["where"], told["doi"]) == ("J. Cubes 7", "10.1000/w")


@pytest.mark.parametrize(
    ("comment", "published"), [("Poster", True), ("Reject", False), ("Withdraw", False)]
)
def test_a_venue_that_declined_it_is_no_publication(said, comment, published):
    actions.ingest([said(id="2601.00001", title=TITLE)])
    sent = {"source": "conferences", "id": "ICLR2026/x", "title": TITLE, "venue": "ICLR 2026"}
    actions.ingest([said(**sent, comment=comment)])

    found = queries.paper("2601.00001").publication
    assert (found.where if found else "") == ("ICLR 2026" if published else "")
