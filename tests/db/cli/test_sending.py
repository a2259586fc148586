"""``broadsheet digest send``: what is due, said beforehand or done now."""

import pytest
from tests.db.digest.making import subscription

from broadsheet.digest.models import Issue
from broadsheet.mail.models import Message


@pytest.fixture(autouse=True)
def into_a_folder(settings):
    settings.MAIL = "folder"


@pytest.fixture
def subscribed(starter):
    """Three subscriptions of two editions, two of which get the same, and one of none."""
    for edition in ("/latest", "/latest", "/trending", "/latest?field=alchemy"):
        subscription(edition, size=2)


def test_a_dry_run_says_what_each_letter_would_hold_and_writes_nothing(command, subscribed):
    said = command("digest", "send", "--dry-run")

    assert said.code == 0
    assert "/latest: 2 due; 2 letters, 1 different\n  2026-08-14 to 2: 2 papers\n" in said.out
    assert "    2608.13546  Alaya-EVOKE" in said.out
    assert "/latest?field=alchemy: 1 due; no letters; There is no field called alchemy." in said.out
    assert said.out.endswith("4 subscriptions of 3 editions due, 3 letters to post\n")
    assert "@" not in said.out
    assert not Issue.objects.exists()


def test_what_is_due_is_composed_now(command, subscribed):
    said = command("digest", "send")

    assert said.out == "3 editions due: 2 letters composed, 3 posted\n"
    assert "1 edition could not be composed; the log says why." in said.err
    assert Message.objects.count() == 3
    assert command("digest", "send").out == "0 editions due: 0 letters composed, 0 posted\n"


def test_one_edition_is_composed_alone_however_it_is_written(command, subscribed):
    assert command("digest", "send", "--edition", "/?page=2").out.startswith("1 edition due")
    assert Message.objects.count() == 2


def test_an_edition_that_is_none_is_refused(command, subscribed):
    said = command("digest", "send", "--edition", "/daily/2026-08-14")

    assert said.code == 64
    assert not Message.objects.exists()


def test_a_site_that_lacks_what_sending_needs_is_told_so(command, subscribed, settings):
    settings.MAIL = "smtp://127.0.0.1:25"
    settings.MAIL_FROM = settings.CONTACT = settings.PUBLIC_URL = ""
    said = command("digest", "send")

    assert said.code == 69
    assert "BROADSHEET_MAIL_FROM" in said.err
    assert not Message.objects.exists()
