"""Nobody's mailbox is flooded: limits for an address, for a network, and for all."""

from datetime import timedelta

import pytest
from tests.db.conftest import NOW
from tests.db.digest.mailbox import ADA, ask, begin, letters

from broadsheet.digest import links
from broadsheet.digest.models import Asking, Subscription
from broadsheet.digest.subscriptions import limits, subscribing
from broadsheet.kernel import clock
from broadsheet.kernel.errors import TooOften
from broadsheet.mail import suppression

pytestmark = pytest.mark.usefixtures("mail_on")

HOUR = timedelta(hours=1)


def test_an_address_is_mailed_three_links_an_hour_wherever_they_are_asked_for():
    for number in range(3):
        ask(["ada@example.org", "ADA@example.org"][number % 2], network=f"198.51.{number}.1")
    with pytest.raises(TooOften) as caught:
        ask(network="203.0.113.9")
    assert caught.value.user_message == (
        "A link by mail may be asked for 3 times an hour. Try again in some minutes."
    )
    assert len(letters()) == Asking.objects.count() == 3

    with clock.at(NOW + HOUR):
        ask(network="203.0.113.9")


def test_an_address_is_mailed_eight_links_a_day():
    for number in range(8):
        with clock.at(NOW + number * HOUR):
            ask()
    with clock.at(NOW + 12 * HOUR), pytest.raises(TooOften) as caught:
        ask()
    assert "8 times a day" in caught.value.user_message
    with clock.at(NOW + 24 * HOUR):
        ask()


@pytest.mark.parametrize("state", ["nobody", "known", "suppressed"])
def test_a_limit_tells_nothing_of_who_is_subscribed(state):
    if state == "known":
        with clock.at(NOW - 25 * HOUR):
            begin()
    if state == "suppressed":
        suppression.suppress(ADA, "asked")
    for _ in range(3):
        ask()

    with pytest.raises(TooOften):
        ask()


@pytest.mark.parametrize(
    ("networks", "other"),
    [
        (["192.0.2.1", "192.0.2.200", "::ffff:192.0.2.9"], "192.0.3.1"),
        (["2001:db8:1::1", "2001:db8:1:ffff::2"], "2001:db8:2::1"),
        (["", "unix:", "not an address"], "192.0.2.1"),
    ],
)
def test_a_network_asks_for_thirty_links_an_hour(networks, other):
    for number in range(30):
        ask(f"reader{number}@example.org", network=networks[number % len(networks)])

    with pytest.raises(TooOften) as caught:
        ask("one.more@example.org", network=networks[0])
    assert "30 times an hour" in caught.value.user_message
    ask("one.more@example.org", network=other)


def test_all_together_ask_for_a_thousand_links_an_hour():
    Asking.objects.bulk_create(
        Asking(name=str(number), at=NOW, address=str(number), network=str(number))
        for number in range(1_000)
    )
    with pytest.raises(TooOften) as caught:
        ask()
    assert "1000 times an hour" in caught.value.user_message
    with clock.at(NOW + HOUR):
        ask()


def test_who_asked_is_kept_as_keyed_hashes(settings):
    ask(network="192.0.2.7")
    asking = Asking.objects.get()
    settings.SECRET_KEY = "another key that is long enough for it"

    assert asking.address != limits.mark(ADA)
    assert "@" not in asking.address
    assert "." not in asking.network
    assert len(asking.address) == len(asking.network) == 64


def test_the_network_of_a_subscription_is_kept_no_longer_than_limits_need_it():
    begin()
    assert Subscription.objects.get().network
    subscribing.tidy()
    assert Subscription.objects.get().network
    with clock.at(NOW + links.GOOD_FOR + HOUR):
        subscribing.tidy()
    assert Subscription.objects.get().network == ""
