"""What came back, counted."""

from datetime import timedelta

import pytest
from tests.db.conftest import NOW

from broadsheet.mail import outcomes
from broadsheet.mail.returns import Domain, returns
from broadsheet.mail.types import Report

pytestmark = pytest.mark.django_db


def test_nothing_came_back_from_nothing():
    found = returns()

    assert (found.sent, found.domains) == (0, ())
    assert not any(found.words.values())


def test_words_are_counted_by_time_and_by_domain(sent):
    for days, address, word in (
        (0, "ada@example.org", "bounced"),
        (3, "bob@example.org", "complained"),
        (3, "eve@example.net", "delivered"),
        (3, "joe@example.net", "rejected"),
        (15, "old@example.com", "bounced"),
    ):
        at = NOW - timedelta(days=days)
        message = sent(address, ago=timedelta(days=days), ended_at=at)
        outcomes.take(Report(word=word, names=(message.name,), at=at))
    found = returns()

    assert found.sent == 4
    assert {word: count for word, count in found.words.items() if count} == {
        "bounced": 1,
        "complained": 1,
        "delivered": 1,
        "rejected": 1,
    }
    assert {word: count for word, count in found.day.items() if count} == {"bounced": 1}
    none = {"returned": 0, "rejected": 0, "bounced": 0, "complained": 0}
    assert found.domains == (
        Domain(name="example.org", sent=2, **(none | {"bounced": 1, "complained": 1})),
        Domain(name="example.net", sent=2, **(none | {"rejected": 1})),
    )


def test_the_domains_are_those_with_most_trouble(sent):
    for number in range(12):
        for reader in range(1 + (number == 11)):
            message = sent(f"{reader}@host{number:02}.example", ended_at=NOW)
            outcomes.take(Report(word="returned", names=(message.name,), at=NOW))

    names = [domain.name for domain in returns().domains]
    assert names == ["host11.example", *(f"host{number:02}.example" for number in range(9))]


def test_counting_does_not_grow_with_domains(sent, django_assert_num_queries):
    for number in range(20):
        message = sent(f"a@host{number}.example", ended_at=NOW)
        outcomes.take(Report(word="returned", names=(message.name,), at=NOW))

    with django_assert_num_queries(5):
        returns()
