"""A reader's own pages: every form on them, and what they say afterwards."""

import json
import re

import pytest
from tests.db.web.mailing import ADA, leave_path, link, own_path, subscribed
from tests.db.web.test_pages import text_of

from broadsheet.digest.hooks import webhooks
from broadsheet.digest.models import Subscriber, Subscription
from broadsheet.digest.subscriptions import preferences
from broadsheet.digest.types import Wish
from broadsheet.mail import suppression
from broadsheet.mail.models import Message

pytestmark = pytest.mark.usefixtures("mail_on")

HOOK = "https://hooks.example.org/papers"


@pytest.fixture
def row(client):
    return subscribed(client)


@pytest.fixture
def do(client, row):
    """Press a button on the page; the page that follows."""

    def press(button, *, page="", expect=303, **fields):
        path = f"{own_path(row)}{page}"
        answer = client.post(path, {"do": button, "name": row.name} | fields)
        assert answer.status_code == expect
        assert not answer.cookies
        row.refresh_from_db()
        return client.get(answer["Location"]) if expect == 303 else answer

    return press


def test_the_page_says_what_comes_when_and_what_was_sent(client, row):
    text = text_of(client.get(own_path(row)))

    assert f"To {ADA} , by the clocks of Europe/Berlin" in text
    assert "The front page of Everything next on 16 August 2026, 07:00" in text
    assert "Broadsheet: confirm that you want this mail 15 August 2026, 14:00 composed" in text


def test_a_zone_that_this_machine_lacks_is_shown_as_what_is_sent_by_utc(client, row):
    Subscriber.objects.update(zone="Mars/Olympus_Mons")
    text = text_of(client.get(own_path(row)))

    assert f"To {ADA} , by the clocks of UTC" in text
    assert "15 August 2026, 12:00 composed" in text


def test_a_reader_nothing_may_be_sent_to_is_told_so(client, row):
    before = text_of(client.get(own_path(row)))
    suppression.suppress(ADA, "bounced", "550 no such user")

    assert "Nothing is sent to this address any more" in text_of(client.get(own_path(row)))
    assert "any more" not in before


def test_a_mailing_is_changed_and_its_zone_stays(do, row):
    page = do("change", often="weekly-4", hour="18", size="20", even_empty="1")

    assert (row.cadence, row.weekday, row.hour, row.size) == ("weekly", 4, 18, 20)
    assert row.even_empty
    assert row.subscriber.zone == "Europe/Berlin"
    assert "Changed." in text_of(page)
    assert "next on 21 August 2026, 18:00" in text_of(page)


def test_a_mailing_is_paused_and_goes_on_is_left_and_comes_back(do, row):
    states = []
    for button in ("pause", "resume", "leave", "resume"):
        do(button)
        states.append(row.state)

    assert states == ["paused", "active", "left", "active"]


def test_what_was_asked_for_and_not_confirmed_waits_there_and_can_begin(client, do, row):
    client.post("/subscribe", {"address": ADA, "edition": "/trending"})
    waiting = Subscription.objects.get(edition="/trending")

    page = text_of(client.get(own_path(row)))
    assert "What is trending in Everything not confirmed yet" in page
    assert "Have it sent" in page
    do("resume", name=waiting.name)
    waiting.refresh_from_db()
    assert waiting.state == "active"


def test_an_edition_is_added_by_the_clocks_of_the_others_and_all_are_left(client, do, row):
    do("add", name="", edition="/latest?field=materials", often="monthly", hour="9", size="5")

    added = Subscription.objects.get(edition="/latest?field=materials")
    assert (added.state, added.cadence, added.hour) == ("active", "monthly", 9)
    assert row.subscriber.zone == "Europe/Berlin"

    page = text_of(client.get(own_path(row)))
    assert "Leave all of them" in page
    do("leave", name="")
    assert {one.state for one in Subscription.objects.all()} == {"left"}


def test_another_zone_moves_all_of_it(do, row):
    text = text_of(do("zone", name="", zone="Asia/Tokyo"))

    assert "by the clocks of Asia/Tokyo" in text
    assert "next on 16 August 2026, 07:00" in text


WRONG = [
    ("change", {"hour": "25"}, "hour"),
    ("change", {"often": "at_once"}, "often"),
    ("change", {"size": "900"}, "size"),
    ("add", {"name": "", "edition": "/nowhere"}, "edition"),
    ("add", {"name": "", "hour": "x"}, "hour"),
    ("zone", {"name": "", "zone": "Berlin"}, "zone"),
    ("address", {"name": "", "address": "ada"}, "address"),
]


@pytest.mark.parametrize(("button", "fields", "named"), WRONG)
def test_what_cannot_be_used_is_said_by_the_field_and_nothing_changes(do, button, fields, named):
    before = Subscription.objects.values().get()
    page = do(button, expect=400, **fields).content.decode()

    assert Subscription.objects.values().get() == before
    (wrong,) = re.findall(r'aria-describedby="(?:\S+ )?(\S+-wrong)"', page)
    assert wrong.endswith(f"{named}-wrong")
    assert f'id="{wrong}"' in page


def test_a_button_that_there_is_not_does_nothing(do):
    assert "press one of the buttons" in text_of(do("sell", expect=400))


def test_what_is_refused_for_another_reason_is_said(do):
    page = do("address", name="", address=ADA, expect=400)

    assert "is the one that is written to" in text_of(page)


def test_what_is_not_theirs_cannot_be_touched(client, do, row):
    other = subscribed(client, address="bob@example.org")

    do("leave", name=other.name, expect=404)
    other.refresh_from_db()
    assert other.state == "active"


def test_an_address_moves_when_both_sides_have_agreed(client, row, do):
    assert "Two letters" in text_of(do("address", name="", address="ada@new.example"))
    old, new = link("mail/agree", ADA), link("mail/agree", "ada@new.example")

    assert "go to ada@new.example" in text_of(client.get(old))
    assert Subscriber.objects.get().address == ADA
    assert "Half of it is done" in text_of(client.post(old))
    assert "when the new one has agreed" in text_of(do("zone", name="", zone="Asia/Tokyo"))
    assert Subscriber.objects.get().address == ADA
    moved = text_of(client.post(new))
    assert "Your mail has moved" in moved
    assert "Links to leave in them stay good" in moved
    assert "No more of this mail" in text_of(client.get(leave_path(row)))
    assert Subscriber.objects.get().address == "ada@new.example"
    assert "done already" in text_of(client.get(new))


def test_all_that_is_held_is_taken_along_as_json(client, row):
    answer = client.get(f"{own_path(row)}/export")

    assert answer["Content-Type"] == "application/json"
    assert answer["Content-Disposition"].startswith("attachment")
    assert json.loads(answer.content)["address"] == ADA


def test_only_the_page_that_shows_the_log_reads_it(client, row, monkeypatch):
    def refuse(*_args, **_kwargs):
        pytest.fail("the log was read")

    monkeypatch.setattr("broadsheet.mail.queries.log", refuse)
    path = own_path(row)
    change = {"do": "change", "name": row.name, "often": "monthly", "hour": "7", "size": "10"}

    assert client.get(f"{path}/webhooks").status_code == 200
    assert client.get(f"{path}/delete").status_code == 200
    assert client.post(path, change).status_code == 303
    assert client.post(path, {"do": "add", "edition": "/search?q=agents"}).status_code == 303


@pytest.mark.parametrize("never_again", [False, True])
def test_all_that_is_held_is_deleted_when_the_button_is_pressed(client, row, never_again):
    path = f"{own_path(row)}/delete"
    assert "Delete it" in text_of(client.get(path))
    assert Subscriber.objects.exists(), "a look deletes nothing"

    sent = {"never_again": "1"} if never_again else {}
    assert "It is deleted" in text_of(client.post(path, sent))
    assert not Subscriber.objects.exists()
    assert not Message.objects.exclude(address="").exists()
    assert suppression.suppressed([ADA]) == ({ADA} if never_again else set())
    assert client.post(path, sent).status_code == 200
    assert client.get(own_path(row)).status_code == 410


@pytest.mark.parametrize("count", [2, 12])
def test_a_longer_page_costs_no_more(client, row, django_assert_max_num_queries, count):
    token = own_path(row).rpartition("/")[2]
    for number in range(count):
        preferences.add(token, Wish(address=ADA, edition=f"/search?q=word{number}"))

    with django_assert_max_num_queries(5):
        page = client.get(own_path(row))

    assert page.content.count(b'value="change"') == count + 1


def test_a_webhook_is_added_tested_given_a_new_secret_and_removed(client, do, row):
    token = own_path(row).rpartition("/")[2]
    hooks = {"page": "/webhooks", "name": ""}
    added = text_of(do("add", url=HOOK, edition="/latest", **hooks))
    (hook,) = webhooks.list_of(token)
    assert HOOK in added
    assert hook.secret in added

    named = hooks | {"name": hook.name}
    assert "A test is on its way" in text_of(do("test", **named))
    assert webhooks.list_of(token)[0].waiting == 1
    do("rotate", **named)
    assert webhooks.list_of(token)[0].secret != hook.secret
    assert "Removed" in text_of(do("remove", **named))
    assert webhooks.list_of(token) == ()


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("http://hooks.example.org/", "only https"),
        ("https://127.0.0.1/", "webhook"),
        ("nonsense", "webhook"),
    ],
)
def test_a_webhook_that_cannot_be_is_refused_in_words_and_kept(do, url, told):
    page = do("add", page="/webhooks", name="", url=url, edition="/latest", expect=400)

    assert told in text_of(page)
    assert f'value="{url}"' in page.content.decode()


def test_a_webhook_of_somebody_else_cannot_be_touched(client, do):
    other = own_path(subscribed(client, address="bob@example.org")).rpartition("/")[2]
    hook = webhooks.add(other, HOOK, "/latest")

    do("remove", page="/webhooks", name=hook.name, expect=404)
    assert webhooks.list_of(other)
