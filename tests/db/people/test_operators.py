"""Who may sign in, and how often that may fail."""

from datetime import timedelta

import pytest
from tests.db.conftest import NOW

from broadsheet.kernel import clock
from broadsheet.kernel.errors import BadOption, NotFound, Refused, TooOften
from broadsheet.people import actions, queries
from broadsheet.people.models import Attempt, User

pytestmark = pytest.mark.django_db

PASSWORD = "seven lichens on a wall"


def names():
    return [operator.name for operator in queries.operators()]


def test_the_first_and_further_operators_are_added_and_listed_by_name():
    actions.add_operator("grace", PASSWORD)
    actions.add_operator("ada", PASSWORD)
    User.objects.create_user("reader", password=PASSWORD)

    assert names() == ["ada", "grace"]
    assert User.objects.get(username="ada").check_password(PASSWORD)


@pytest.mark.parametrize(
    ("name", "password", "option"),
    [
        ("ada", "seven", "The password"),
        ("ada", "12345678901234567890", "The password"),
        ("adalovelace", "adalovelace1815", "The password"),
        ("", PASSWORD, "The name"),
        ("ada lovelace", PASSWORD, "The name"),
        ("a" * 151, PASSWORD, "The name"),
    ],
)
def test_a_name_or_a_password_that_will_not_do_is_refused_with_the_reason(name, password, option):
    with pytest.raises(BadOption) as raised:
        actions.add_operator(name, password)

    assert raised.value.user_message.startswith(f"{option} cannot be used: ")
    assert password not in raised.value.user_message
    assert not User.objects.exists()


def test_an_operator_is_added_once():
    actions.add_operator("ada", PASSWORD)

    with pytest.raises(Refused, match="refused"):
        actions.add_operator("ada", "another password to try")
    assert User.objects.get().check_password(PASSWORD)


def test_who_is_removed_operates_no_more_and_may_come_back():
    actions.add_operator("ada", PASSWORD)
    actions.remove_operator("ada")

    assert names() == []
    with pytest.raises(NotFound):
        actions.remove_operator("ada")
    actions.add_operator("ada", "another password to try")
    assert User.objects.get().check_password("another password to try")


def failures(count, name="ada", network="192.0.2.1"):
    for _ in range(count):
        actions.note_failure(name, network)


def test_the_fifth_failure_for_a_name_from_a_network_is_the_last():
    failures(4)
    actions.check_attempts("ada", "192.0.2.1")
    failures(1, name="ADA")

    with pytest.raises(TooOften):
        actions.check_attempts("Ada", "192.0.2.1")
    actions.check_attempts("ada", "192.0.2.2")
    actions.check_attempts("grace", "192.0.2.1")


def test_a_network_may_not_try_one_name_after_the_other():
    for number in range(20):
        failures(1, name=f"name {number}")

    with pytest.raises(TooOften):
        actions.check_attempts("ada", "192.0.2.1")


def test_an_hour_later_nothing_is_held_against_anybody():
    failures(5)
    with clock.at(NOW + timedelta(hours=1)):
        actions.check_attempts("ada", "192.0.2.1")
        failures(1, name="grace")

        assert Attempt.objects.count() == 1


def test_attempts_tell_neither_names_nor_networks():
    failures(1)
    row = Attempt.objects.get()

    assert (row.name, row.network) != ("ada", "192.0.2.1")
    assert len(row.name) == len(row.network) == 64
