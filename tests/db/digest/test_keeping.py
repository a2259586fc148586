"""What is held of a reader: all of it to take along, and an end to it."""

import json

import pytest
from tests.db.conftest import NOW
from tests.db.digest.mailbox import ADA, ask, begin, letters, own

from broadsheet.digest.models import Asking, Issue, Subscriber, Subscription, Webhook
from broadsheet.digest.subscriptions import keeping, moving
from broadsheet.kernel.errors import BadLink
from broadsheet.mail import suppression
from broadsheet.mail.models import Message, Suppression

pytestmark = pytest.mark.usefixtures("mail_on")

BOB = "bob@example.org"


def everything():
    """A reader of whom something is in every table."""
    mailing = begin(edition="/search?q=gripper")
    row = Subscription.objects.get(name=mailing.name)
    Issue.objects.create(
        subscription=row, edition="search 2026-08-14", day=NOW.date(), composed_at=NOW,
        papers=[["2608.13546", 2]], left_out=[["2608.1", "it has no title"]],
    )  # fmt: skip
    Webhook.objects.create(
        name="hook", subscriber=row.subscriber, url="https://hooks.example.net/in",
        edition="/latest", secret="whsec_very", made_at=NOW, since=NOW,
    )  # fmt: skip
    moving.change_address(own(), BOB, network="192.0.2.7")
    return mailing


def test_the_export_holds_all_of_it_as_plain_json():
    mailing = everything()

    export = json.loads(json.dumps(keeping.export(own())))

    assert (export["address"], export["next_address"]) == (ADA, BOB)
    (one,) = export["mailings"]
    assert (one["edition"], one["state"], one["consent"]) == (
        "/search?q=gripper", "active", mailing.said,
    )  # fmt: skip
    assert one["issues"][0]["papers"] == [["2608.13546", 2]]
    assert one["confirmed_at"] == "2026-08-15T12:00:00+00:00"
    assert export["webhooks"][0]["url"] == "https://hooks.example.net/in"
    assert "whsec" not in json.dumps(export)
    assert len(export["links_asked_for"]) == 3
    assert [letter["subject"].partition(": ")[2] for letter in export["letters"]] == [
        "confirm that your address changes",
        "confirm that you want this mail",
    ]


@pytest.mark.parametrize("table", [Subscriber, Subscription, Issue, Webhook])
def test_the_export_leaves_out_no_column_but_numbers_and_secrets(table):
    """A new column of theirs has to be exported too, or named here."""
    named = {*keeping._MAILING, *keeping._ISSUE, *keeping._WEBHOOK, *keeping._READER}
    hidden = {
        "id", "subscriber", "subscription", "secret", "old_secret", "rotated_at", "search", "told",
        "trouble", "since_day", "change_name",
    }  # fmt: skip

    assert {column.name for column in table._meta.local_fields} - named <= hidden | {"name"}


@pytest.mark.parametrize("never_again", [False, True])
def test_deleting_removes_everything_and_twice_is_once(never_again):
    everything()
    begin(BOB)
    token = own()

    assert keeping.delete(token, never_again=never_again) is True
    assert keeping.delete(token, never_again=never_again) is False

    assert [reader.address for reader in Subscriber.objects.all()] == [BOB]
    for table in (Issue, Webhook):
        assert not table.objects.exists()
    assert not [row for row in Message.objects.all() if ADA in (row.address, *row.fills.values())]
    assert [letter.kind for letter in letters(BOB)] == ["confirmation"]
    assert Asking.objects.count() == 1
    assert Suppression.objects.exists() is never_again


def test_whoever_wants_never_again_is_not_written_to_whoever_asks():
    everything()
    keeping.delete(own(), never_again=True)

    assert ask("ADA@example.org") is None
    assert not Subscriber.objects.exists()
    assert suppression.suppressed([ADA])


def test_whoever_deleted_all_may_come_back():
    everything()
    keeping.delete(own(), never_again=False)

    assert begin().state == "active"


def test_a_stranger_who_was_asked_for_may_have_it_ended_by_the_letter():
    letter = ask()
    token = letter.fills["preferences"].rpartition("/")[2]

    assert keeping.delete(token, never_again=True)
    assert ask() is None


def test_no_other_link_deletes():
    begin()
    for use in (keeping.export, lambda token: keeping.delete(token, never_again=True)):
        with pytest.raises(BadLink):
            use("nonsense")
    assert Subscriber.objects.exists()
