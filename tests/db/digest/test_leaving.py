"""Leaving: by one link, twice, years later, and of what is gone already."""

from datetime import timedelta

import pytest
from tests.db.conftest import NOW
from tests.db.digest.mailbox import ADA, ask, begin, link, own

from broadsheet.digest import links
from broadsheet.digest.models import State, Subscriber, Subscription
from broadsheet.digest.subscriptions import keeping, leaving, preferences, subscribing
from broadsheet.kernel import clock
from broadsheet.kernel.errors import BadLink
from broadsheet.mail import actions as mail
from broadsheet.mail.models import Message, Standing
from broadsheet.mail.types import Body, Letter

pytestmark = pytest.mark.usefixtures("mail_on")


def to_leave(mailing):
    return links.leave_path(mailing.name).rpartition("/")[2]


def post(mailing, label):
    """An edition's letter that waits in the outbox."""
    reader = Subscriber.objects.get(subscriptions__name=mailing.name)
    letter = Letter(
        key=f"edition {mailing.name} {label}",
        kind="edition",
        owner=reader.name,
        address=reader.address,
        body=Body(subject=label, text="It is."),
    )
    assert mail.post([letter]) == 1


def waiting():
    rows = Message.objects.filter(kind="edition", standing=Standing.WAITING).order_by("pk")
    return list(rows.values_list("content__subject", flat=True))


def test_looking_leaves_nothing_and_the_button_leaves():
    mailing = begin()
    assert leaving.leaving(to_leave(mailing)).state == "active"
    assert Subscription.objects.get().state == State.ACTIVE

    left = leaving.leave(to_leave(mailing))

    row = Subscription.objects.get()
    assert left.state == row.state == "left"
    assert (row.due_at, row.left_at) == (None, NOW)
    assert left.title == "the front page of Everything"


def test_leaving_twice_is_leaving_once_and_works_for_years():
    mailing = begin()
    with clock.at(NOW + timedelta(days=3_650)):
        assert leaving.leave(to_leave(mailing)).state == "left"
        at = Subscription.objects.get().left_at
    with clock.at(NOW + timedelta(days=3_651)):
        assert leaving.leave(to_leave(mailing)).state == "left"

    assert Subscription.objects.get().left_at == at


def test_only_what_the_link_names_is_left_and_what_waits_of_it_is_taken_back():
    kept, mailing = begin(edition="/trending"), begin()
    post(kept, "trending")
    post(mailing, "front")

    leaving.leave(to_leave(mailing))

    states = dict(Subscription.objects.values_list("edition", "state"))
    assert states == {"/trending": "active", "/latest": "left"}
    assert waiting() == ["trending"]


def test_of_a_subscription_that_was_deleted_nothing_is_left_to_leave():
    mailing = begin()
    keeping.delete(own(), never_again=False)

    assert leaving.leaving(to_leave(mailing)) is None
    assert leaving.leave(to_leave(mailing)) is None


def test_what_was_paused_or_never_confirmed_can_be_left():
    mailing = begin()
    preferences.pause(own(), mailing.name)
    assert leaving.leave(to_leave(mailing)).state == "left"

    ask("bob@example.org")
    never = Subscription.objects.get(subscriber__address="bob@example.org")
    assert leaving.leave(to_leave(never)).state == "left"


def test_whoever_left_may_come_back_by_a_new_link():
    mailing = begin(hour=7)
    leaving.leave(to_leave(mailing))

    back = subscribing.confirm(link(ask(hour=9)))

    assert (back.name, back.state, back.hour) == (mailing.name, "active", 9)
    assert Subscription.objects.get().left_at is None


def test_no_other_link_leaves():
    begin()
    for token in ("nonsense", own(), link(ask(edition="/trending"))):
        with pytest.raises(BadLink):
            leaving.leave(token)

    assert preferences.standing(own(ADA)).mailings[0].state == "active"
