"""Whatever readers do in whatever order, a subscription is what its state says."""

import random
from datetime import timedelta

import pytest
from tests.db.conftest import NOW
from tests.db.digest.mailbox import letters, own

from broadsheet.digest import links
from broadsheet.digest.models import State, Subscriber, Subscription
from broadsheet.digest.subscriptions import (
    keeping,
    leaving,
    limits,
    moving,
    preferences,
    subscribing,
)
from broadsheet.digest.types import Wish
from broadsheet.kernel import clock
from broadsheet.kernel.errors import BadQuestion, OldLink, Refused
from broadsheet.mail.models import Message

pytestmark = pytest.mark.usefixtures("mail_on")

ADDRESSES = ["ada@example.org", "bob@example.org", "Carol@example.org"]
EDITIONS = ["/latest", "/trending", "/search?q=gripper"]
CADENCES = ["announced", "weekdays", "weekly", "monthly"]
ZONES = ["UTC", "Europe/Berlin", "Asia/Tokyo"]


class Readers:
    """Some readers who press every button there is."""

    def __init__(self, seed):
        self.pick = random.Random(seed)

    def wish(self):
        pick = self.pick
        return Wish(
            address=pick.choice(ADDRESSES),
            edition=pick.choice(EDITIONS),
            cadence=pick.choice(CADENCES),
            weekday=pick.randrange(7),
            hour=pick.randrange(24),
            zone=pick.choice(ZONES),
        )

    def ask(self):
        subscribing.ask(self.wish(), network="192.0.2.7")

    def open(self):
        """Use any link of any letter, an old one as well."""
        held = [letter for address in ADDRESSES for letter in letters(address)]
        links_held = [letter.fills["link"] for letter in held if "link" in letter.fills]
        if links_held:
            path, _, token = self.pick.choice(links_held).rpartition("/")
            (moving.agree if path.endswith("agree") else subscribing.confirm)(token)

    def leave(self):
        if names := list(Subscription.objects.values_list("name", flat=True)):
            leaving.leave(links.leave_path(self.pick.choice(names)).rpartition("/")[2])

    def prefer(self):
        rows = list(Subscription.objects.select_related("subscriber").order_by("pk"))
        if not rows:
            return
        row = self.pick.choice(rows)
        token = own(row.subscriber.address)
        self.pick.choice(
            [
                lambda: preferences.change(token, row.name, self.wish()),
                lambda: preferences.pause(token, row.name),
                lambda: preferences.resume(token, row.name),
                lambda: preferences.add(token, self.wish()),
                lambda: preferences.set_zone(token, self.pick.choice(ZONES)),
                lambda: moving.change_address(token, self.pick.choice(ADDRESSES), network=""),
            ]
        )()

    def delete(self):
        names = list(Subscriber.objects.values_list("address", flat=True))
        if names and self.pick.random() < 0.2:
            keeping.delete(own(self.pick.choice(names)), never_again=False)


@pytest.mark.parametrize("seed", range(2))
def test_a_subscription_is_always_what_its_state_says(seed, monkeypatch):
    for limit in ("FOR_AN_ADDRESS", "FOR_AN_ADDRESS_A_DAY", "FOR_A_NETWORK"):
        monkeypatch.setattr(limits, limit, 1_000)
    readers, moment, seen = Readers(seed), NOW, set()
    acts = [readers.ask, readers.ask, readers.open, readers.open, readers.prefer, readers.prefer]
    for _ in range(100):
        moment += timedelta(minutes=readers.pick.randrange(240))
        with clock.at(moment):
            try:
                readers.pick.choice([*acts, readers.leave, readers.delete, subscribing.tidy])()
            except (OldLink, BadQuestion, Refused):
                continue
            check(moment)
            seen.update(Subscription.objects.values_list("state", flat=True))
    assert seen >= {State.PENDING, State.ACTIVE, State.LEFT}


def check(moment):
    rows = Subscription.objects.select_related("subscriber")
    for row in rows:
        assert (row.due_at is not None) == (row.state == State.ACTIVE)
        assert (row.left_at is not None) == (row.state == State.LEFT)
        assert row.due_at is None or moment < row.due_at + timedelta(days=32)
        if row.state in (State.ACTIVE, State.PAUSED):
            assert row.confirmed_at
            assert row.consent
            assert row.subscriber.confirmed_at
    held = {address.lower() for address in Subscriber.objects.values_list("address", flat=True)}
    assert len(held) == Subscriber.objects.count()
    owners = set(Message.objects.exclude(kind="notice").values_list("owner", flat=True)) - {""}
    assert owners <= set(Subscriber.objects.values_list("name", flat=True))
