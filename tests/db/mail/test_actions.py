"""Posting letters, taking them back, forgetting whose they were, trying again."""

import itertools
from datetime import timedelta

import pytest

from broadsheet.jobs.models import Job
from broadsheet.kernel import clock
from broadsheet.kernel.errors import NotFound, Refused
from broadsheet.mail import actions, claims, queries
from broadsheet.mail.models import Content, Message, Standing
from broadsheet.mail.rules import slot
from broadsheet.mail.types import Body, Letter

pytestmark = pytest.mark.django_db

_keys = itertools.count(1)


def letter(**fields):
    given = {
        "key": f"letter-{next(_keys)}",
        "kind": "edition",
        "owner": "reader",
        "address": "reader@example.org",
        "body": Body(subject="Today", text=f"Stop: {slot('leave')}\n"),
        "fills": {"leave": "https://papers.example.org/unsubscribe/x"},
    }
    return Letter(**given | fields)


def test_a_letter_is_posted_once_by_its_key_and_a_job_asked_for():
    first = letter(key="one")

    assert actions.post([first, first]) == 1
    assert actions.post([letter(key="one", address="other@example.org"), letter()]) == 1
    assert list(Message.objects.filter(key="one").values_list("address", "domain")) == [
        ("reader@example.org", "example.org")
    ]
    assert Job.objects.get().name == "mail.deliver"


def test_nothing_new_asks_for_no_job():
    assert actions.post([]) == 0
    assert not Job.objects.exists()


def test_what_many_share_is_stored_once():
    bodies = [Body(subject="A", text="a"), Body(subject="B", text="b", html="<p>b")]

    assert actions.post(letter(body=bodies[n % 2], fills={}) for n in range(1_200)) == 1_200
    actions.post([letter(body=bodies[0], fills={})])

    assert sorted(Content.objects.values_list("subject", "html")) == [("A", ""), ("B", "<p>b")]


@pytest.mark.parametrize(
    ("what", "fields"),
    [
        ("its key is empty", {"key": ""}),
        ("its key is empty or too long", {"key": "k" * 201}),
        ("its owner", {"owner": ""}),
        ("its address is none", {"address": "reader"}),
        ("its address is none", {"address": "reader@example.org\nBcc: all@example.org"}),
        ("its address is none", {"address": "a@example.org, b@example.org"}),
        (
            "its subject is not one line",
            {"body": Body(subject="A\r\nBcc: b@example.org", text="a")},
        ),
        ("its subject is not one line", {"body": Body(subject=slot("leave"), text="a")}),
        ("its text is empty", {"body": Body(subject="A", text=" \n")}),
        ("nothing fills leave", {"fills": {}}),
        ("nothing fills name", {"body": Body(subject="A", text="a", html=slot("name"))}),
        ("'Bcc' is no header", {"headers": {"Bcc": "all@example.org"}}),
        ("is no header", {"headers": {"content-type": "text/plain"}}),
        ("is no header", {"headers": {"X Y": "z"}}),
        ("List-Id is not one line", {"headers": {"List-Id": "<a>\nBcc: b@example.org"}}),
    ],
)
def test_what_cannot_be_sent_is_not_posted_and_nothing_with_it(what, fields):
    with pytest.raises(ValueError, match=what) as error:
        actions.post([letter(), letter(**fields)])

    assert "example.org" not in str(error.value)
    assert not Message.objects.exists()


def test_cancelling_takes_back_what_waits():
    actions.post([letter(key="a 1"), letter(key="a 2"), letter(key="b 1"), letter(owner="other")])
    claims.claim(Message.objects.get(key="a 1").pk)

    assert len(actions.cancel("reader", beginning="a ")) == 1
    assert len(actions.cancel("reader")) == 1
    assert sorted(Message.objects.values_list("standing", flat=True)) == [
        "cancelled", "cancelled", "sending", "waiting"
    ]  # fmt: skip


def test_the_log_tells_what_happened_newest_first():
    start = clock.now()
    actions.post([letter(key="old", body=Body(subject="Old", text="a"))])
    taken = claims.claim(Message.objects.get().pk)
    claims.put_off(taken, "450 later", until=start)
    with clock.at(start + timedelta(hours=1)):
        claims.end(claims.claim(taken.number), Standing.SENT)
        actions.post([letter(key="new", body=Body(subject="New", text="a"))])

    new, old = queries.log("reader")
    assert (new.subject, new.standing, [one.what for one in new.happenings]) == (
        "New", "waiting", ["composed"]
    )  # fmt: skip
    assert [(one.what, one.said) for one in old.happenings] == [
        ("composed", ""), ("later", "450 later"), ("sent", "")
    ]  # fmt: skip
    assert queries.log("nobody") == ()


def test_forgetting_blanks_every_trace_and_sends_nothing_again():
    actions.post([letter(key="sent", headers={"List-Id": "<a>"}), letter(key="waits")])
    taken = claims.claim(Message.objects.get(key="sent").pk)
    claims.put_off(taken, "450 later", until=clock.now())
    claims.end(claims.claim(taken.number), Standing.SENT, receipt="provider-1")

    actions.forget("reader")

    rows = Message.objects.values_list(
        "owner", "address", "domain", "fills", "headers", "receipt", "error"
    )
    assert set(map(str, rows)) == {str(("", "", "", {}, {}, "", ""))}
    assert sorted(Message.objects.values_list("standing", flat=True)) == ["cancelled", "sent"]
    assert queries.log("reader") == ()
    assert actions.post([letter(key="waits")]) == 0


def test_what_failed_or_is_doubtful_is_tried_again_knowingly():
    actions.post([letter(), letter(), letter()])
    failed, doubtful, sent = [claims.claim(n) for n in Message.objects.values_list("pk", flat=True)]
    claims.end(failed, Standing.FAILED, said="550 no")
    claims.end(sent, Standing.SENT)
    claims.doubt()

    for claim in (failed, doubtful):
        actions.retry(claim.number)
    with pytest.raises(Refused, match="sent"):
        actions.retry(sent.number)
    with pytest.raises(NotFound):
        actions.retry(0)

    again = Message.objects.filter(standing="waiting")
    assert set(again.values_list("attempts", "error", "run")) == {(0, "", "")}
    claims.end(doubtful, Standing.SENT)  # too late: somebody has decided
    assert again.count() == 2


def test_what_went_weeks_ago_is_dropped_but_for_the_log():
    body = Body(subject="Shared", text=f"a {slot('leave')}")
    actions.post([letter(key="old", body=body), letter(key="open", body=body)])
    actions.post([letter(key="other", body=Body(subject="Other", text="b"))])
    for key in ("old", "other"):
        claims.end(claims.claim(Message.objects.get(key=key).pk), Standing.SENT)

    with clock.at(clock.now() + timedelta(days=29)):
        assert actions.tidy() == 2
        assert actions.tidy() == 0
        assert set(Content.objects.values_list("subject", "text")) == {
            ("Shared", body.text), ("Other", "")
        }  # fmt: skip
        assert Message.objects.get(key="old").fills == {}
        assert Message.objects.get(key="open").fills != {}
        actions.post([letter(body=Body(subject="Other", text="b"))])
        assert sorted(Content.objects.values_list("text", flat=True)) == ["", body.text, "b"]


def test_what_is_no_longer_kept_cannot_be_tried_again():
    actions.post([letter()])
    claim = claims.claim(Message.objects.get().pk)
    claims.end(claim, Standing.FAILED, said="550 no")

    with clock.at(clock.now() + timedelta(days=29)):
        actions.tidy()
        with pytest.raises(Refused, match="no longer kept"):
            actions.retry(claim.number)


@pytest.mark.parametrize("leave", [actions.cancel, actions.forget])
def test_nobody_who_left_is_written_to_again(leave):
    actions.post([letter(), letter(), letter()])
    claimed = [claims.claim(number) for number in Message.objects.values_list("pk", flat=True)]
    failed, doubtful, late = claimed
    claims.end(failed, Standing.FAILED, said="550 no")
    claims.end(doubtful, Standing.DOUBTFUL)
    leave("reader")
    claims.end(late, Standing.FAILED, said="550 no")

    for claim in claimed:
        with pytest.raises(Refused, match="taken back"):
            actions.retry(claim.number)
    assert actions.retry_failed() == 0
    assert not Message.objects.filter(standing="waiting").exists()


def test_all_that_failed_within_a_day_is_tried_again():
    actions.post([letter(key="old"), letter(key="new"), letter(key="doubtful")])
    old, new, doubtful = [claims.claim(n) for n in Message.objects.values_list("pk", flat=True)]
    claims.end(old, Standing.FAILED)
    with clock.at(clock.now() + timedelta(days=1)):
        claims.end(new, Standing.FAILED)
        claims.end(doubtful, Standing.DOUBTFUL)

        assert actions.retry_failed() == 1
    assert Message.objects.get(standing="waiting").key == "new"
