"""Two windows at the same moment, and buttons that are pressed twice."""

import threading
import time

import pytest
from django.db import connections, transaction
from tests.db.conftest import NOW
from tests.db.digest.mailbox import ADA, ask, begin, letters, link, own

from broadsheet.digest import links
from broadsheet.digest.models import Asking, Issue, State, Subscriber, Subscription
from broadsheet.digest.subscriptions import keeping, leaving, moving, preferences, subscribing
from broadsheet.digest.types import Wish
from broadsheet.kernel import clock
from broadsheet.kernel.errors import NotFound, OldLink, TooOften
from broadsheet.mail.models import Suppression

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.on("postgresql"),  # SQLite lets one writer in by itself
    pytest.mark.usefixtures("mail_on"),
]

BOB = "bob@example.org"
NEAR = "192.0.2.7"


def at_once(*acts):
    """Do all of it at the same moment; what each gave or raised."""
    gave = [None] * len(acts)
    start = threading.Barrier(len(acts))

    def run(place, act):
        try:
            start.wait(20)
            with clock.at(NOW):
                gave[place] = act()
        except Exception as error:  # noqa: BLE001  # the test looks at it
            gave[place] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
        assert not thread.is_alive()
    return gave


def test_asking_at_once_makes_one_subscription_and_a_link_for_each():
    wishes = [
        Wish(address=address, hour=hour) for address, hour in ((ADA, 7), ("ADA@example.org", 9))
    ]
    gave = at_once(*(lambda one=one: subscribing.ask(one, network=NEAR) for one in wishes))

    assert gave == [None, None]
    assert Subscriber.objects.count() == Subscription.objects.count() == 1
    assert Asking.objects.count() == len(letters()) == 2
    assert {subscribing.offered(link(letter)).hour for letter in letters()} == {7, 9}


def test_asking_often_at_once_mails_no_more_than_the_limit():
    nets = [f"198.51.{number}.1" for number in range(8)]
    gave = at_once(
        *(lambda net=net: subscribing.ask(Wish(address=ADA), network=net) for net in nets)
    )

    assert sum(isinstance(one, TooOften) for one in gave) == 5
    assert gave.count(None) == Asking.objects.count() == len(letters()) == 3


def test_asking_while_changing_the_address_never_waits_for_ever():
    begin()
    token = own()
    gave = at_once(
        lambda: moving.change_address(token, BOB, network=NEAR),
        lambda: subscribing.ask(Wish(address=BOB), network=NEAR),
        lambda: subscribing.ask(Wish(address=ADA, edition="/trending"), network=NEAR),
    )

    assert gave == [None, None, None]


def test_confirming_at_once_is_confirming_once():
    token = link(ask())
    gave = at_once(*[lambda: subscribing.confirm(token)] * 3)

    assert [one.state for one in gave] == ["active"] * 3
    assert Asking.objects.get().used_at == NOW


def test_leaving_while_changing_ends_left():
    mailing = begin()
    token, leave = own(), links.leave_path(mailing.name).rpartition("/")[2]
    left, changed = at_once(
        lambda: leaving.leave(leave),
        lambda: preferences.change(token, mailing.name, Wish(address="", hour=9)),
    )

    row = Subscription.objects.get()
    assert (left.state, changed.hour) == ("left", 9)
    assert (row.state, row.due_at, row.hour) == (State.LEFT, None, 9)


def test_adding_the_same_twice_at_once_adds_it_once():
    begin()
    token = own()
    gave = at_once(*[lambda: preferences.add(token, Wish(address="", edition="/trending"))] * 3)

    assert len({one.name for one in gave}) == 1
    assert Subscription.objects.count() == 2


def test_both_sides_that_agree_at_once_move_the_address_once():
    begin()
    begin(BOB, edition="/trending")
    moving.change_address(own(), BOB, network=NEAR)
    sides = [link(letters()[-1]), link(letters(BOB)[-1])]
    gave = at_once(*(lambda side=side: moving.agree(side) for side in [*sides, *sides]))

    assert sum(bool(move and move.is_done) for move in gave) == 1
    assert Subscriber.objects.get().address == BOB
    assert Subscription.objects.count() == 2


def test_two_addresses_that_change_places_at_once_end_somewhere():
    """Each locks the other's row; a database that sees them wait for each other ends one."""
    begin()
    begin(BOB)
    tokens = []
    for one, other in ((ADA, BOB), (BOB, ADA)):
        moving.change_address(own(one), other, network=NEAR)
        tokens.append([link(letters(one)[-1]), link(letters(other)[-1])])
    for first, _ in tokens:
        moving.agree(first)
    at_once(*(lambda second=second: moving.agree(second) for _, second in tokens))

    assert Subscriber.objects.count() == 1
    assert Subscription.objects.count() == 1


def test_deleting_at_once_with_anything_else_deletes():
    mailing = begin()
    token = own()
    gave = at_once(
        lambda: keeping.delete(token, never_again=True),
        lambda: keeping.delete(token, never_again=True),
        lambda: preferences.change(token, mailing.name, Wish(address="", hour=9)),
        lambda: preferences.standing(token),
    )

    assert sorted(one for one in gave if isinstance(one, bool)) == [False, True]
    assert all(isinstance(one, OldLink | NotFound) or one.address == ADA for one in gave[3:])
    assert not Subscriber.objects.exists()
    assert Suppression.objects.count() == 1


def test_deleting_while_a_letter_is_composed_waits_for_it():
    row = Subscription.objects.get(name=begin().name)
    token, composing = own(), threading.Event()

    def compose():
        with transaction.atomic():
            Subscription.objects.select_for_update(of=("self",)).get(pk=row.pk)
            composing.set()
            time.sleep(0.5)  # as it takes to write the letters of an edition
            Issue.objects.create(subscription=row, edition="x", day=NOW.date(), composed_at=NOW)

    def delete():
        assert composing.wait(20)
        return keeping.delete(token, never_again=False)

    assert at_once(compose, delete) == [None, True]
    assert not Issue.objects.exists()


def test_tidying_while_somebody_asks_again_keeps_what_was_asked_for():
    with clock.at(NOW - 4 * links.GOOD_FOR):
        ask()
    removed, asked = at_once(
        subscribing.tidy, lambda: subscribing.ask(Wish(address=ADA), network=NEAR)
    )

    assert (removed in (0, 1), asked) == (True, None)
    assert subscribing.confirm(link(letters()[-1])).state == "active"
