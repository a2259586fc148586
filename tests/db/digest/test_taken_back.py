"""A letter that was taken back before it left does not count as sent."""

from datetime import UTC, date, datetime, timedelta

import pytest
from tests.db.conftest import NOW
from tests.db.digest.mailbox import ADA, begin, letters, link, own

from broadsheet.digest.models import Issue, Subscription
from broadsheet.digest.subscriptions import keeping, moving, preferences
from broadsheet.kernel import clock
from broadsheet.mail import actions
from broadsheet.mail.models import Message, Standing
from broadsheet.mail.types import Body, Letter

pytestmark = pytest.mark.usefixtures("mail_on")

THURSDAY, FRIDAY = date(2026, 8, 13), date(2026, 8, 14)
BOB = "bob@example.org"


def wrote(mailing, day, *, sent=False):
    """The mailing was sent the edition of a day, or is about to be."""
    row = Subscription.objects.select_related("subscriber").get(name=mailing.name)
    papers = [[f"p {day}", 1]]
    Issue.objects.create(
        subscription=row, edition=f"{day}", day=day, papers=papers, composed_at=clock.now()
    )
    Subscription.objects.filter(pk=row.pk).update(last_day=day)
    key = f"edition {row.name} {day}"
    posted = actions.post([_letter(key, row.subscriber.name)])
    if sent:
        Message.objects.filter(key=key).update(standing=Standing.SENT, ended_at=clock.now())
    return posted


def _letter(key, owner):
    body = Body(subject="Papers", text="Some papers.", html="")
    return Letter(key=key, kind="edition", owner=owner, address=ADA, body=body, fills={})


@pytest.mark.parametrize("stop", [preferences.pause, preferences.leave])
def test_what_was_in_a_letter_that_was_taken_back_comes_later(stop):
    mailing = begin()
    wrote(mailing, THURSDAY, sent=True)
    wrote(mailing, FRIDAY)

    stop(own(), mailing.name)

    row = Subscription.objects.get()
    assert [issue.day for issue in row.issues.all()] == [THURSDAY]
    assert row.last_day == THURSDAY
    preferences.resume(own(), mailing.name)
    assert wrote(mailing, FRIDAY) == 1  # the same edition may be posted again


def test_what_left_stays_sent():
    mailing = begin()
    wrote(mailing, FRIDAY, sent=True)
    preferences.pause(own(), mailing.name)

    row = Subscription.objects.get()
    assert (row.issues.count(), row.last_day) == (1, FRIDAY)


@pytest.mark.parametrize("waits", [True, False])
def test_a_letter_that_waits_while_the_address_moves_is_composed_anew(waits):
    mailing = begin()
    with clock.at(NOW + timedelta(days=1)):
        moving.change_address(own(), BOB, network="192.0.2.7")
        sides = [link(letters()[-1]), link(letters(BOB)[-1])]
        wrote(mailing, FRIDAY, sent=not waits)
        Subscription.objects.update(due_at=NOW + timedelta(days=2))
    with clock.at(NOW + timedelta(days=1, minutes=1)):
        for side in sides:
            moving.agree(side)

    row = Subscription.objects.select_related("subscriber").get()
    assert row.subscriber.address == BOB
    assert row.issues.exists() is not waits
    next_day = datetime(2026, 8, 17, 7, tzinfo=UTC)
    assert row.due_at == (NOW + timedelta(days=1) if waits else next_day)


def test_what_is_due_while_the_address_moves_stays_due():
    begin()
    moving.change_address(own(), BOB, network="192.0.2.7")
    due_at = NOW - timedelta(hours=5)
    Subscription.objects.update(due_at=due_at)
    for side in [link(letters()[-1]), link(letters(BOB)[-1])]:
        moving.agree(side)

    assert Subscription.objects.get().due_at == due_at


def test_the_export_holds_every_letter():
    mailing = begin()
    owner = Subscription.objects.get(name=mailing.name).subscriber.name
    actions.post(_letter(f"edition {number}", owner) for number in range(520))

    assert len(keeping.export(own())["letters"]) == 521
    assert not preferences.standing(own(), letters=0).deliveries
    assert len(preferences.standing(own()).deliveries) == 100
