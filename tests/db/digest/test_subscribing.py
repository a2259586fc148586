"""Asking and confirming: nothing is sent before a yes, and nobody learns who is known."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.db.conftest import NOW
from tests.db.digest.mailbox import ADA, NEAR, ask, begin, letters, link, own, said

from broadsheet.digest import links
from broadsheet.digest.apps import NEWEST, TIDY
from broadsheet.digest.models import Asking, State, Subscriber, Subscription
from broadsheet.digest.subscriptions import leaving, preferences, subscribing
from broadsheet.digest.types import Wish
from broadsheet.jobs import registry
from broadsheet.jobs.models import Job
from broadsheet.kernel import clock
from broadsheet.kernel.errors import BadLink, BadQuestion, NotFound, OldLink, Refused, Unavailable
from broadsheet.mail import suppression
from broadsheet.mail.models import Message

pytestmark = pytest.mark.usefixtures("mail_on")

BERLIN = {"zone": "Europe/Berlin"}
DAY = timedelta(days=1)


def the_one():
    return Subscription.objects.select_related("subscriber").get()


def test_asking_mails_a_link_and_sends_nothing_yet():
    letter = ask("Ada@EXAMPLE.org", **BERLIN)

    row = the_one()
    assert (letter.kind, letter.address) == ("confirmation", "Ada@example.org")
    assert (row.state, row.due_at, row.confirmed_at) == (State.PENDING, None, None)
    assert row.subscriber.confirmed_at is None
    assert "every announcement day at 7:00, Europe/Berlin" in said(letter)


def test_looking_at_the_link_changes_nothing_and_the_button_begins_it():
    token = link(ask(hour=7, size=5, **BERLIN))
    for _ in range(3):
        offered = subscribing.offered(token)
    assert (offered.state, offered.due_at, offered.size) == ("pending", None, 5)
    assert the_one().state == State.PENDING

    confirmed = subscribing.confirm(token)

    row = the_one()
    assert confirmed.state == row.state == "active"
    assert confirmed.said.endswith("every announcement day at 7:00, Europe/Berlin")
    # It is noon UTC on Saturday 15 August; seven in Berlin is five in summer.
    assert confirmed.due_at == row.due_at == datetime(2026, 8, 16, 5, tzinfo=UTC)
    assert row.confirmed_at == row.subscriber.confirmed_at == NOW
    assert (row.subscriber.zone, row.consent) == ("Europe/Berlin", confirmed.said)
    assert len(row.network) == 64
    assert NEAR not in row.network


def test_confirming_twice_is_confirming_once():
    token = link(ask(hour=7))
    subscribing.confirm(token)
    preferences.change(own(), the_one().name, Wish(address="", hour=20))

    again = subscribing.confirm(token)

    assert (again.hour, again.state) == (20, "active")
    assert subscribing.offered(token) == again


def test_the_newest_edition_is_sent_now_where_that_is_wanted_and_once_a_wish():
    token = link(ask())
    subscribing.confirm(token)
    assert not Job.objects.filter(name=NEWEST).exists()

    for _ in range(2):
        subscribing.confirm(token, newest_now=True)

    assert Job.objects.get(name=NEWEST).subject == the_one().name


def test_a_link_ends_after_three_days_and_a_new_one_works():
    old = link(ask())
    with clock.at(NOW + 3 * DAY + timedelta(seconds=1)):
        for use in (subscribing.offered, subscribing.confirm):
            with pytest.raises(OldLink):
                use(old)
        assert subscribing.confirm(link(ask())).state == "active"


def test_a_link_that_was_used_does_not_bring_back_what_was_left():
    token = link(ask())
    mailing = subscribing.confirm(token)
    leaving.leave(links.leave_path(mailing.name).rpartition("/")[2])

    for use in (subscribing.offered, subscribing.confirm):
        with pytest.raises(OldLink) as caught:
            use(token)

    assert "ask again" in caught.value.user_message
    assert the_one().state == State.LEFT
    assert subscribing.confirm(link(ask())).state == "active"


def test_a_link_of_which_the_subscription_is_gone_says_so():
    token = link(ask())
    Subscription.objects.all().delete()

    with pytest.raises(OldLink, match="old-link"):
        subscribing.confirm(token)


def test_asking_again_before_the_yes_updates_what_waits_and_each_link_means_its_own_letter():
    first, second = ask(hour=7), ask("ADA@example.org", hour=9, cadence="weekly", weekday=4)

    row = the_one()
    assert (row.hour, row.cadence, row.weekday, row.state) == (9, "weekly", 4, State.PENDING)
    assert subscribing.offered(link(first)).hour == 7
    assert subscribing.confirm(link(second)).said.endswith("every Friday at 9:00, UTC")
    assert subscribing.confirm(link(first)).hour == 7


def test_what_is_active_changes_by_the_mailed_link_alone():
    mailing = begin(hour=7, **BERLIN)

    letter = ask(hour=3, size=50, cadence="monthly", zone="Asia/Tokyo")

    row = the_one()
    assert (row.hour, row.size, row.cadence, row.subscriber.zone) == (
        7, 10, "announced", "Europe/Berlin",
    )  # fmt: skip
    assert row.due_at == mailing.due_at
    assert "on the first of every month at 3:00, Asia/Tokyo" in said(letter)
    changed = subscribing.confirm(link(letter))
    assert (changed.hour, changed.size, changed.cadence) == (3, 50, "monthly")
    assert the_one().due_at == datetime(2026, 8, 31, 18, tzinfo=UTC)


def test_who_asks_for_what_comes_already_gets_the_way_to_it():
    begin(hour=7, **BERLIN)

    letter = ask(hour=7, **BERLIN)

    assert letter.kind == "notice"
    assert "link" not in letter.fills
    assert preferences.standing(link(letter, "preferences")).address == ADA


def test_another_edition_for_the_same_address_is_a_mailing_of_its_own():
    begin()
    begin("ADA@example.org", edition="/search?q=gripper", cadence="at_once")

    assert Subscriber.objects.count() == 1
    assert sorted(Subscription.objects.values_list("edition", flat=True)) == [
        "/latest",
        "/search?q=gripper",
    ]


def test_equal_wishes_are_one_however_they_are_written():
    begin(edition="/?field=materials&page=2")
    begin(edition="latest?field=materials", hour=9)

    assert (the_one().edition, the_one().hour) == ("/latest?field=materials", 9)


def test_a_new_zone_moves_all_that_an_address_is_sent():
    begin(hour=7)
    begin(edition="/trending", hour=8, zone="Europe/Berlin")

    dues = Subscription.objects.order_by("pk").values_list("due_at", flat=True)
    assert [f"{due:%d %H}" for due in dues] == ["16 05", "16 06"]


@pytest.mark.parametrize(
    ("wish", "error"),
    [
        ({"address": "nobody"}, BadQuestion),
        ({"address": ADA, "edition": "/daily/2026-08-14"}, BadQuestion),
        ({"address": ADA, "edition": "/nowhere"}, NotFound),
        ({"address": ADA, "zone": "Mars/Olympus"}, BadQuestion),
    ],
)
def test_a_wish_that_cannot_be_leaves_nothing_behind(wish, error):
    with pytest.raises(error):
        subscribing.ask(Wish(**wish), network=NEAR)

    assert not Subscriber.objects.exists()
    assert not Asking.objects.exists()


def test_where_no_mail_leaves_nobody_is_asked_to_wait_for_it(settings):
    settings.MAIL = "off"

    with pytest.raises(Unavailable, match="Mail from this site"):
        subscribing.ask(Wish(address=ADA), network=NEAR)


def test_forty_editions_are_enough_for_one_address():
    begin()
    Subscription.objects.bulk_create(
        Subscription(
            name=str(number), subscriber=Subscriber.objects.get(), edition=f"/{number}",
            state=State.ACTIVE, asked_at=NOW,
        )
        for number in range(39)
    )  # fmt: skip
    token = link(ask(edition="/trending"))

    with pytest.raises(Refused) as caught:
        subscribing.confirm(token)

    assert "at most 40 editions" in caught.value.user_message


def known():
    begin()


def waiting():
    ask()


def left():
    mailing = begin()
    leaving.leave(links.leave_path(mailing.name).rpartition("/")[2])


def suppressed():
    suppression.suppress(ADA, "asked")


def elsewhere():
    begin(edition="/trending")


def nobody():
    pass


STATES = [nobody, waiting, known, elsewhere, left, suppressed]


@pytest.mark.parametrize("state", STATES)
def test_whoever_asks_cannot_tell_what_is_known_of_an_address(state):
    state()
    begin("warm@example.org")
    done = []
    for address in (ADA, "stranger@example.org"):
        with CaptureQueriesContext(connection) as queries:
            assert subscribing.ask(Wish(address=address), network=NEAR) is None
        done.append([query["sql"].split()[0] for query in queries])

    differing = [pair for pair in zip(*done, strict=True) if pair[0] != pair[1]]
    assert differing == ([("ROLLBACK", "RELEASE")] if state is suppressed else [])


def test_nothing_goes_to_an_address_that_wants_no_mail_and_it_is_kept_nowhere():
    suppression.suppress(ADA, "asked")

    assert ask() is None

    assert not Subscriber.objects.exists()
    assert not Message.objects.exists()
    assert Asking.objects.get().wish == {}


def test_what_nobody_confirmed_is_removed_when_its_link_has_ended():
    begin("bob@example.org", edition="/trending")
    ask("bob@example.org")
    ask("carol@example.org")
    with clock.at(NOW + 2 * DAY):
        ask("dora@example.org")
    with clock.at(NOW + 3 * DAY + timedelta(seconds=1)):
        assert subscribing.tidy() == 2
        assert subscribing.tidy() == 0

    left = Subscription.objects.order_by("pk").values_list("subscriber__address", "state")
    assert list(left) == [("bob@example.org", "active"), ("dora@example.org", "pending")]
    assert not Subscriber.objects.filter(address="carol@example.org").exists()
    assert [row.address for row in Message.objects.order_by("pk")] == [
        "bob@example.org", "bob@example.org", "", "dora@example.org",
    ]  # fmt: skip
    assert Asking.objects.count() == 1


def test_the_worker_tidies():
    ask()
    with clock.at(NOW + 4 * DAY):
        registry.function(TIDY)(None)

    assert not Subscriber.objects.exists()


def test_who_asks_again_in_time_is_not_tidied_away():
    ask()
    with clock.at(NOW + 2 * DAY):
        token = link(ask())
    with clock.at(NOW + 4 * DAY):
        assert subscribing.tidy() == 0
        assert subscribing.confirm(token).state == "active"


def test_a_link_to_confirm_is_no_link_to_anything_else():
    token = link(ask())

    for use in (leaving.leave, preferences.standing):
        with pytest.raises(BadLink):
            use(token)
    assert letters()
