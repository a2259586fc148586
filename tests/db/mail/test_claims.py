"""Taking messages and settling them: once for each time, whoever is slow, gone, or second."""

import threading
from datetime import timedelta

import pytest
from django.db import connections
from tests.db.mail.test_actions import letter

from broadsheet.kernel import clock
from broadsheet.mail import actions, claims, queries
from broadsheet.mail.models import Message, Standing


def waiting(count=1, **fields):
    actions.post(letter(**fields) for _ in range(count))
    return list(Message.objects.order_by("pk").values_list("pk", flat=True))


@pytest.mark.django_db
def test_what_is_taken_is_not_taken_again():
    (number,) = waiting()

    first, second = claims.claim(number), claims.claim(number)

    assert (first.number, first.attempt, first.address) == (number, 1, "reader@example.org")
    assert second is None
    assert claims.due(of_each=9) == []


@pytest.mark.django_db(transaction=True)
@pytest.mark.on("postgresql")  # SQLite lets one writer in by itself
def test_two_that_take_at_once_never_take_the_same():
    numbers = waiting(40)
    took, now = [], clock.now()

    def take():
        try:
            with clock.at(now):
                took.extend(number for number in numbers if claims.claim(number))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=take) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(took) == numbers


@pytest.mark.django_db
def test_nothing_is_taken_before_its_time():
    (number,) = waiting(due_at=clock.now() + timedelta(hours=1))

    assert (claims.due(of_each=9), claims.claim(number)) == ([], None)
    with clock.at(clock.now() + timedelta(hours=1)):
        assert claims.due(of_each=9) == [(number, "example.org")]
        assert claims.claim(number)


@pytest.mark.django_db
def test_what_somebody_waits_for_comes_first_and_no_domain_hides_another():
    numbers = waiting(3, address="a@big.org")
    numbers = waiting(1, address="a@small.org")
    numbers = waiting(1, address="a@big.org", kind="confirmation")

    assert claims.due(of_each=2) == [
        (numbers[4], "big.org"), (numbers[0], "big.org"), (numbers[3], "small.org")
    ]  # fmt: skip


@pytest.mark.django_db
def test_what_the_dead_were_sending_is_doubtful_and_only_a_late_answer_settles_it():
    waiting(3)
    slow, dead, done = [claims.claim(number) for number, _ in claims.due(of_each=9)]
    claims.end(done, Standing.SENT)

    assert claims.doubt() == 2
    assert claims.due(of_each=9) == []
    claims.end(slow, Standing.SENT, receipt="r")

    standings = dict(Message.objects.values_list("pk", "standing"))
    assert standings == {slow.number: "sent", dead.number: "doubtful", done.number: "sent"}
    assert queries.log("reader")[1].happenings[-1].said == claims.GONE


@pytest.mark.django_db
@pytest.mark.parametrize(
    "late",
    [
        lambda claim: claims.end(claim, Standing.FAILED, said="550 no"),
        lambda claim: claims.put_off(claim, "450 no", until=clock.now()),
        claims.release,
    ],
)
def test_an_answer_changes_nothing_once_the_message_was_taken_again(late):
    (number,) = waiting()
    old = claims.claim(number)
    claims.put_off(old, "450 later", until=clock.now())
    new = claims.claim(number)

    late(old)

    row = Message.objects.get()
    assert (row.standing, row.run, row.attempts) == ("sending", new.run, 2)
    assert row.events.count() == 1


@pytest.mark.django_db
def test_a_message_given_back_was_not_tried():
    (number,) = waiting()

    claims.release(claims.claim(number))

    assert Message.objects.values_list("standing", "attempts").get() == ("waiting", 0)
    assert claims.due(of_each=9) == [(number, "example.org")]


@pytest.mark.django_db
@pytest.mark.parametrize("take_back", [actions.cancel, actions.forget])
@pytest.mark.parametrize(
    "end", [lambda claim: claims.put_off(claim, "450 no", until=clock.now()), claims.release]
)
def test_what_was_taken_back_while_it_was_handed_over_is_not_tried_again(take_back, end):
    (number,) = waiting()
    claim = claims.claim(number)

    take_back("reader")
    end(claim)

    row = Message.objects.get()
    assert (row.standing, row.ended_at) == ("cancelled", clock.now())
    assert claims.due(of_each=9) == []


@pytest.mark.django_db
def test_what_was_taken_back_while_it_was_handed_over_and_taken_has_gone():
    (number,) = waiting()
    claim = claims.claim(number)

    assert actions.cancel("reader") == ()
    claims.end(claim, Standing.SENT)

    assert Message.objects.get().standing == "sent"
