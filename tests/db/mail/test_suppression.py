"""The list of addresses nothing is sent to."""

import pytest
from tests.db.conftest import NOW

from broadsheet.mail import suppression
from broadsheet.mail.models import Suppression

pytestmark = pytest.mark.django_db

ADA = "ada@example.org"
SPELT = ["Ada@Example.ORG", " ada@example.org ", "<ada@example.org>", "ada@example.org."]
KEY = "another key that is long enough for a signature"


@pytest.mark.parametrize("spelling", SPELT)
def test_an_address_is_suppressed_however_it_is_spelt(spelling):
    suppression.suppress(ADA, "bounced")

    assert suppression.suppressed([spelling, "bob@example.org"]) == {spelling}


def test_two_spellings_of_one_address_are_both_suppressed():
    suppression.suppress(ADA, "bounced")

    assert suppression.suppressed(iter(SPELT)) == set(SPELT)


def test_a_domain_has_one_spelling_in_every_script():
    assert suppression.mark("ada@bücher.example") == suppression.mark("ada@xn--bcher-kva.example")
    assert suppression.mark("a" * 70 + "@" + "b" * 70) != suppression.mark(ADA)


def test_the_list_holds_no_address():
    suppression.suppress(ADA, "bounced", f"550 5.1.1 <{ADA}>: User unknown\n  in table")
    (row,) = Suppression.objects.all()

    assert (row.reason, row.at) == ("bounced", NOW)
    assert row.said == "550 5.1.1 (address): User unknown in table"
    assert row.mark == suppression.mark(ADA)
    assert "ada" not in f"{row.mark}{row.said}{row}"


@pytest.mark.parametrize(
    ("first", "then", "stands"),
    [
        ("bounced", "bounced", "bounced"),
        ("bounced", "complained", "complained"),
        ("asked", "bounced", "asked"),
        ("operator", "asked", "asked"),
    ],
)
def test_suppressing_twice_is_once_and_what_a_person_said_stands(first, then, stands):
    suppression.suppress(ADA, first)
    suppression.suppress(ADA, then)

    assert [row.reason for row in Suppression.objects.all()] == [stands]


def test_lifting_lets_mail_go_again_and_says_whether_there_was_anything_to_lift():
    suppression.suppress(ADA, "bounced")

    assert suppression.lift("ADA@example.org")
    assert not suppression.lift(ADA)
    assert suppression.suppressed([ADA]) == set()


def test_rows_are_removed_by_their_numbers():
    suppression.suppress(ADA, "bounced")
    suppression.suppress("bob@example.org", "asked")
    (row,) = Suppression.objects.filter(reason="asked")

    assert suppression.remove([row.pk, row.pk + 1000]) == 1
    assert suppression.suppressed([ADA, "bob@example.org"]) == {ADA}


def test_the_list_outlives_a_change_of_the_key(settings):
    suppression.suppress(ADA, "asked")
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = KEY

    assert suppression.suppressed([ADA]) == {ADA}
    suppression.suppress(ADA, "complained")
    assert Suppression.objects.count() == 1
    assert suppression.lift(ADA)


def test_another_key_makes_other_marks(settings):
    before = suppression.mark(ADA)
    settings.SECRET_KEY = KEY

    assert suppression.mark(ADA) != before


def test_many_addresses_are_asked_for_in_few_queries(django_assert_num_queries):
    many = [f"reader{number}@example.org" for number in range(1_200)]
    suppression.suppress(many[700], "bounced")

    with django_assert_num_queries(3):
        assert suppression.suppressed(many) == {many[700]}
