"""Searches whose reader wants to hear at once: gathered for a quarter of an hour."""

from datetime import timedelta

import pytest
from tests.db.conftest import NOW
from tests.db.digest.making import subscription

from broadsheet.digest import matching
from broadsheet.digest.issues import choosing, sending
from broadsheet.digest.letter import items
from broadsheet.kernel import clock
from broadsheet.mail.models import Message
from broadsheet.papers import actions

pytestmark = pytest.mark.django_db


@pytest.fixture
def alert(settings):
    """A watched search, and the bookmark at the end of the catalogue."""
    settings.MAIL = "folder"
    row = subscription("/search?q=sheep", cadence="at_once", confirmed_at=NOW, due_at=NOW)
    matching.clip(lambda _: None)
    return row


def run(minutes):
    with clock.at(NOW + timedelta(minutes=minutes)):
        matching.clip(lambda _: None)
        return sending.send(lambda _: None).posted


def test_what_matches_is_mailed_with_the_next_look_and_once(alert, said, follow):
    assert run(0) == 0
    with clock.at(NOW + timedelta(minutes=20)):
        actions.ingest([said(title="Counting sheep", published="2026-08-14")])
    follow()

    assert [run(minutes) for minutes in (20, 30, 35, 50, 65)].count(1) == 1
    (message,) = Message.objects.all()
    assert message.kind == "alert"
    assert [len(issue.papers) for issue in alert.issues.all()] == [1]


def test_what_has_no_room_comes_with_the_next_looks(alert, said, follow):
    with clock.at(NOW + timedelta(minutes=2)):
        papers = [said(title=f"Sheep, part {n}", published="2026-08-14") for n in range(30)]
        actions.ingest(papers)
    follow()

    assert [run(minutes) for minutes in (15, 30, 45, 60, 75)] == [1, 1, 1, 0, 0]
    sent = [key for issue in alert.issues.all() for key, _ in issue.papers]
    assert (len(sent), len(set(sent))) == (30, 30)


def test_what_the_index_holds_late_is_mailed_late(alert, said, follow):
    with clock.at(NOW + timedelta(minutes=2)):
        actions.ingest([said(title="Counting sheep", published="2026-08-14")])

    assert [run(minutes) for minutes in (15, 60)] == [0, 0]
    follow()
    assert [run(minutes) for minutes in (75, 90)] == [1, 0]


def test_what_cannot_be_set_is_not_tried_with_each_look(alert, said, follow, monkeypatch):
    with clock.at(NOW + timedelta(minutes=2)):
        actions.ingest([said(title="Counting sheep", published="2026-08-14")])
    follow()
    monkeypatch.setattr(items.Setter, "set", lambda *_: 1 / 0)

    assert [run(minutes) for minutes in (15, 30)] == [1, 0]


def test_while_nothing_was_clipped_no_search_is_made(alert, starter, monkeypatch):
    monkeypatch.setattr(choosing, "List", lambda question: pytest.fail("it was searched"))

    assert run(15) == 0


def test_what_matched_before_it_began_is_not_mailed(said, follow, settings):
    settings.MAIL = "folder"
    subscription("/search?q=sheep", cadence="at_once", confirmed_at=NOW, due_at=NOW)
    with clock.at(NOW - timedelta(hours=1)):
        actions.ingest([said(title="Counting sheep", published="2026-08-14")])
    follow()

    assert [run(minutes) for minutes in (0, 15, 30)] == [0, 0, 0]
