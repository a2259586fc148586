"""What hosts, providers and readers tell of letters that left."""

import itertools
from datetime import timedelta

import pytest
from tests.db.conftest import NOW

from broadsheet.kernel import clock
from broadsheet.mail import outcomes, suppression
from broadsheet.mail.models import Event, Standing, Suppression
from broadsheet.mail.types import Report

pytestmark = pytest.mark.django_db

ADA = "ada@example.org"


def told(message):
    return list(message.events.values_list("what", flat=True))


FOLLOWS = {
    "delivered": None,
    "deferred": None,
    "returned": None,
    "rejected": None,
    "bounced": "bounced",
    "complained": "complained",
    "unsubscribed": "asked",
}


@pytest.mark.parametrize("word", FOLLOWS)
def test_a_word_stands_in_the_log_once_and_some_end_mail(sent, word):
    message = sent()
    report = Report(word=word, names=(f"<{message.name}>",), said=f"550 <{ADA}> no", at=NOW)

    assert [outcomes.take(report), outcomes.take(report)] == ["taken", "known"]
    assert list(message.events.values_list("what", "said", "at")) == [
        (word, "550 (address) no", NOW)
    ]
    assert [row.reason for row in Suppression.objects.all()] == [r for r in [FOLLOWS[word]] if r]


@pytest.mark.parametrize(
    "order", list(itertools.permutations(["delivered", "bounced", "complained"]))
)
def test_words_may_come_in_any_order_and_twice(sent, order):
    message = sent()
    for word in [*order, *order]:
        outcomes.take(Report(word=word, names=(message.receipt,)))

    assert sorted(told(message)) == ["bounced", "complained", "delivered"]
    assert [row.reason for row in Suppression.objects.all()] == ["complained"]


def test_each_delay_is_told_once(sent):
    message = sent()
    for hours in (1, 2, 1, 2):
        at = NOW - timedelta(minutes=hours)
        outcomes.take(Report(word="deferred", names=(message.name,), at=at))

    assert told(message) == ["deferred", "deferred"]


@pytest.mark.parametrize("name", ["nobody@papers.example", "", "x" * 5_000])
def test_what_is_told_of_a_letter_of_somebody_else_changes_nothing(sent, name):
    sent()
    report = Report(word="complained", names=(name,), addresses=("eve@example.org",))

    assert outcomes.take(report) == "strange"
    assert not Event.objects.exists()
    assert not Suppression.objects.exists()


def test_a_message_without_a_receipt_is_not_meant_by_a_report_without_a_name(sent):
    sent(receipt="")

    assert outcomes.take(Report(word="bounced", names=("", "<>"))) == "strange"


def test_by_address_alone_the_last_letter_is_meant(sent):
    older, newer = sent(ago=timedelta(days=3)), sent(ago=timedelta(days=1))
    outcomes.take(
        Report(
            word="bounced",
            addresses=("first@example.org", "ADA@Example.org"),
            at=NOW,
            is_proven=True,
        )
    )

    assert (told(older), told(newer)) == ([], ["bounced"])
    assert suppression.suppressed([ADA]) == {ADA}


@pytest.mark.parametrize(
    "facts",
    [
        {"ago": timedelta(days=15)},
        {"claimed_at": None, "standing": Standing.WAITING},
        {"standing": Standing.CANCELLED},
    ],
    ids=["long ago", "has not left", "was taken back"],
)
def test_by_address_alone_no_letter_is_meant_that_cannot_have_come_back(sent, facts):
    sent(**facts)

    assert outcomes.take(Report(word="bounced", addresses=(ADA,))) == "strange"


def test_a_report_may_come_before_its_receipt_is_written_down(sent):
    sent(ago=timedelta(days=1))
    going = sent(standing=Standing.SENDING, receipt="", ago=timedelta(seconds=2))
    report = Report(
        word="bounced", names=("provider-new",), addresses=(ADA,), at=NOW, is_proven=True
    )

    assert outcomes.take(report) == "taken"
    assert told(going) == ["bounced"]


def test_of_letters_that_share_a_receipt_the_one_to_the_address_is_meant(sent):
    sent("bob@example.org", receipt="batch")
    ada = sent(receipt="batch")
    sent("eve@example.org", receipt="batch")
    outcomes.take(Report(word="bounced", names=("batch",), addresses=(ADA,)))

    assert told(ada) == ["bounced"]
    assert Event.objects.count() == 1


def test_it_is_the_reader_who_gets_no_more_not_whom_the_mail_was_sent_on_to(sent):
    message = sent()
    outcomes.take(Report(word="bounced", names=(message.name,), addresses=("inner@example.net",)))

    assert suppression.suppressed([ADA, "inner@example.net"]) == {ADA}


def test_a_complaint_of_somebody_who_was_forgotten_is_remembered(sent):
    message = sent("", domain="")
    outcomes.take(Report(word="complained", names=(message.name,), addresses=(ADA,)))

    assert suppression.suppressed([ADA]) == {ADA}


@pytest.mark.parametrize(
    ("days", "ends"), [((0, 7, 14), True), ((14, 0, 7), True), ((0, 8, 15), False), ((0, 1), False)]
)
def test_the_third_return_within_14_days_ends_mail(sent, days, ends):
    for day in days:
        at = NOW - timedelta(days=max(days) - day)
        message = sent(composed_at=at)
        outcomes.take(Report(word="returned", names=(message.name,), said="450 4.2.0 busy", at=at))

    assert [row.reason for row in Suppression.objects.all()] == (["bounced"] if ends else [])


@pytest.mark.parametrize("word", ["complained", "bounced", "unsubscribed", "returned"])
def test_whoever_knows_only_an_address_cannot_end_mail_to_it(sent, word):
    for days in (4, 3, 2, 1):
        message = sent(ago=timedelta(days=days))
        at = NOW - timedelta(days=days)
        outcomes.take(Report(word=word, addresses=(ADA,), said="abuse", at=at, reason="asked"))
        assert told(message) == ["returned"]
    assert not Suppression.objects.exists()

    for _ in range(2):  # it is one of three
        outcomes.take(Report(word="returned", names=(sent().name,), at=NOW))
    assert suppression.suppressed([ADA]) == {ADA}


def test_a_complaint_that_is_forged_does_not_hide_a_true_one(sent):
    message = sent()
    outcomes.take(Report(word="complained", addresses=(ADA,)))
    outcomes.take(Report(word="complained", names=(message.name,)))

    assert [row.reason for row in Suppression.objects.all()] == ["complained"]


@pytest.mark.parametrize(
    "lift",
    [
        lambda: suppression.lift("ADA@example.org"),
        lambda: suppression.remove(Suppression.objects.values_list("pk", flat=True)),
    ],
)
def test_what_came_back_before_mail_was_let_go_again_does_not_count(sent, lift):
    def returns(count, days):
        with clock.at(NOW + timedelta(days=days)):
            for _ in range(count):
                outcomes.take(Report(word="returned", names=(sent().name,)))

    returns(3, 0)
    with clock.at(NOW + timedelta(days=1)):
        assert lift()
    returns(2, 2)
    assert not Suppression.objects.exists()
    returns(1, 3)
    assert Suppression.objects.exists()


def test_what_came_back_long_ago_does_not_count(sent):
    for days in (200, 199, 198, 0):
        with clock.at(NOW - timedelta(days=days)):
            message = sent(composed_at=clock.now())
            outcomes.take(Report(word="returned", names=(message.name,)))
        if days == 198:
            Suppression.objects.all().delete()

    assert not Suppression.objects.exists()


def test_three_returns_of_one_letter_are_one(sent):
    message = sent()
    for minutes in range(3):
        at = NOW - timedelta(minutes=minutes)
        outcomes.take(Report(word="returned", names=(message.name,), at=at))

    assert not Suppression.objects.exists()


@pytest.mark.parametrize(
    ("word", "stands"), [("delivered", "sent"), ("bounced", "sent"), ("rejected", "doubtful")]
)
def test_whatever_is_told_of_a_doubtful_letter_tells_that_it_left(sent, word, stands):
    message = sent(standing=Standing.DOUBTFUL)
    outcomes.take(Report(word=word, names=(message.name,)))
    message.refresh_from_db()

    assert message.standing == stands


@pytest.mark.parametrize("days", [-20_000, -30, 3])
def test_nothing_happened_before_a_letter_was_composed_nor_will_have(sent, days):
    message = sent()
    outcomes.take(Report(word="delivered", names=(message.name,), at=NOW + timedelta(days=days)))
    (event,) = message.events.all()

    assert message.composed_at <= event.at <= clock.now()


def test_a_reason_that_is_told_is_the_reason(sent):
    message = sent()
    outcomes.take(Report(word="rejected", names=(message.name,), reason="complained"))

    assert [row.reason for row in Suppression.objects.all()] == ["complained"]
