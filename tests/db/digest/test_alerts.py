"""Searches whose reader wants to hear at once: gathered for a quarter of an hour."""

from datetime import timedelta

import pytest
from tests.db.conftest import NOW
from tests.db.digest.making import subscription

from broadsheet.digest import matching
from broadsheet.digest.issues import choosing, sending
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
