"""The job that delivers: paced by domain, put off, stopped, and nothing twice."""

import contextlib
import email
import email.policy
import itertools
from collections import Counter
from datetime import timedelta

import pytest
from django.db import OperationalError
from tests.db.mail.test_actions import letter

from broadsheet.jobs.registry import Stopped
from broadsheet.kernel import clock
from broadsheet.kernel.errors import BroadsheetError, Unavailable
from broadsheet.mail import actions, claims, delivering, queries, rules, suppression
from broadsheet.mail.models import Message
from broadsheet.mail.rules import slot
from broadsheet.mail.transports.contract import Answer
from broadsheet.mail.types import Body

pytestmark = pytest.mark.django_db


class Context:
    """What a job is told, without a worker. ``beats`` is after how many beats it is to end."""

    subject, attempt = "outbox", 1

    def __init__(self, beats=10_000):
        self.beats = beats

    def beat(self, said=""):
        self.beats -= 1
        if self.beats < 0:
            raise Stopped

    def cancelled(self):
        return self.beats <= 0


class Time:
    """A clock that goes on only while somebody rests, and while a message is handed over."""

    def __init__(self, each_s=0.001):
        self.now_s, self.each_s = 1_000.0, each_s

    def rest(self, seconds):
        self.now_s += seconds

    @property
    def pace(self):
        return delivering.Pace(clock=lambda: self.now_s, rest=self.rest)


class Wire:
    """A transport that notes what went and when, and answers as ``answer(address)`` says."""

    where = "the wire"

    def __init__(self, time):
        self.time, self.sent = time, []
        self.answer = lambda address: Answer("taken")

    def hand_over(self, message):
        self.time.now_s += self.time.each_s
        self.sent.append((self.time.now_s, message))
        answer = self.answer(message.address)
        if isinstance(answer, Exception):
            raise answer
        return answer

    def __enter__(self):
        return self

    def __exit__(self, *_):
        pass

    def to(self):
        return [message.address for _, message in self.sent]


@pytest.fixture
def time():
    return Time()


@pytest.fixture
def wire(monkeypatch, settings, time):
    made = Wire(time)
    monkeypatch.setattr(delivering, "chosen", lambda: made)
    settings.MAIL = "folder"  # the wire stands for it
    settings.MAIL_RATE, settings.MAIL_DOMAIN_RATE = 1_000, 1_000
    return made


@pytest.fixture
def deliver(wire, time):
    """Run the job, to its end or for so many beats."""

    def run(beats=10_000):
        delivering.deliver(Context(beats), time.pace)
        return wire.to()

    return run


def standings():
    return Counter(Message.objects.values_list("standing", flat=True))


def test_letters_come_as_files_into_a_folder(settings, tmp_path):
    settings.MAIL, settings.MAIL_FOLDER, settings.MAIL_FROM = "folder", tmp_path / "mail", ""
    body = Body(subject="Today", text=f"Leave: {slot('leave')}\n", html=f"<b>{slot('leave')}</b>")
    actions.post([letter(body=body, fills={"leave": "a&b <c>"}, headers={"List-Id": "<d.e>"})])

    delivering.deliver(Context())

    (file,) = (tmp_path / "mail").iterdir()
    mail = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
    assert (mail["To"], mail["From"]) == ("reader@example.org", "Broadsheet <broadsheet@localhost>")
    assert (mail["List-Id"], mail["Message-ID"]) == ("<d.e>", f"<{Message.objects.get().name}>")
    text, html = mail.iter_parts()
    assert text.get_content() == "Leave: a&b <c>\r\n"
    assert html.get_content() == "<b>a&amp;b &lt;c&gt;</b>\r\n"
    assert queries.log("reader")[0].standing == "sent"


def test_all_that_is_due_goes_once(deliver):
    actions.post(letter(address=f"{n}@example.org") for n in range(300))

    assert sorted(deliver()) == sorted({f"{n}@example.org" for n in range(300)})
    assert len(deliver()) == 300
    assert standings() == {"sent": 300}


def test_no_second_holds_more_than_may_go_in_it(deliver, wire, settings):
    settings.MAIL_RATE, settings.MAIL_DOMAIN_RATE = 10, 4
    actions.post(letter(address=f"{n}@{'big' if n < 60 else n}.org") for n in range(100))

    deliver()

    for start, _ in wire.sent:
        second = [m for at, m in wire.sent if start - 1e-6 <= at < start + 1 - 0.01]
        assert len(second) <= 10
        assert sum(m.address.endswith("@big.org") for m in second) <= 4
    assert wire.sent[-1][0] - wire.sent[0][0] == pytest.approx(60 / 4, abs=1)


def test_a_domain_that_must_wait_holds_up_nobody(deliver, wire, settings):
    settings.MAIL_DOMAIN_RATE = 1
    actions.post(letter(address=f"{n}@big.org") for n in range(40))
    actions.post(letter(address=f"a@{n}.org") for n in range(40))

    order = deliver()

    assert {address.rpartition("@")[2] for address in order[1:41]} >= {
        f"{n}.org" for n in range(39)
    }


def test_what_is_put_off_waits_longer_each_time_and_is_set_aside_at_last(deliver, wire):
    wire.answer = lambda _: Answer("later", "450 4.2.0 reader@example.org is busy")
    actions.post([letter()])
    tries = [clock.now()]
    for _ in range(30):
        with clock.at(tries[-1]):
            deliver()
            row = Message.objects.get()
            if row.standing == "failed":
                break
            tries.append(row.due_at)

    waits = [(b - a).total_seconds() for a, b in itertools.pairwise(tries)]
    assert len(waits) == rules.ATTEMPTS - 1
    assert 225 <= waits[0] <= 300
    assert max(waits) <= 12 * 3600
    assert timedelta(days=2) < tries[-1] - tries[0] < timedelta(days=4)
    assert row.error == "450 4.2.0 (address) is busy"
    assert [one.what for one in queries.log("reader")[0].happenings][1:-1] == ["later"] * len(waits)


def test_what_is_refused_for_good_is_set_aside_and_holds_up_nobody(deliver, wire):
    bad = {
        "gone@example.org": "550 5.1.1 gone@example.org unknown",
        "spam@example.org": "554 5.7.1",
    }
    wire.answer = lambda address: (
        Answer("never", bad[address]) if address in bad else Answer("taken")
    )
    actions.post(letter(address=a) for a in (*bad, "good@example.org"))

    deliver()

    assert standings() == {"failed": 2, "sent": 1}
    assert suppression.suppressed([*bad, "good@example.org"]) == {"gone@example.org"}
    assert queries.standing().failures == {"550 5.1.1": 1, "554 5.7.1": 1}


@pytest.mark.parametrize("said", ["550 No such user here", "550 5.1.1 gone"])
def test_nobody_goes_on_writing_to_a_mailbox_that_is_none(deliver, wire, said):
    wire.answer = lambda _: Answer("never", said)
    actions.post(letter(address=f"{n}@example.org") for n in range(7))

    deliver()

    assert standings() == {"failed": 7}
    assert len(suppression.suppressed(f"{n}@example.org" for n in range(7))) == 7


def test_the_third_refusal_for_good_of_another_kind_ends_mail_too(deliver, wire):
    wire.answer = lambda _: Answer("never", "550 not wanted")
    for days in range(4):
        with clock.at(clock.now() + timedelta(days=days)):
            actions.post([letter()])
            deliver()

    assert standings() == {"failed": 3, "suppressed": 1}
    assert queries.log("reader")[-1].happenings[-1].what in {"returned", "failed"}


@pytest.mark.parametrize("said", ["554 5.7.1 policy", "550 5.4.5 daily quota"])
def test_what_is_refused_to_all_stops_the_job_and_is_no_letter_s_fault(deliver, wire, said):
    wire.answer = lambda _: Answer("never", f"{said} reader@example.org")
    actions.post(letter(address=f"{n}@{n}.org") for n in range(20))

    with pytest.raises(Unavailable, match=said):
        deliver()

    assert len(wire.sent) == 5
    assert standings() == {"waiting": 20}
    assert set(Message.objects.values_list("events__what", flat=True)) == {"later", None}

    wire.answer = lambda _: Answer("taken")
    with clock.at(clock.now() + timedelta(minutes=10)):
        deliver()
    assert standings() == {"sent": 20}


def test_what_is_refused_to_some_among_others_stops_nothing(deliver, wire):
    refused = {f"{n}@{n}.org" for n in range(20) if n % 3}
    wire.answer = lambda a: Answer("never", "554 5.7.1 no") if a in refused else Answer("taken")
    actions.post(letter(address=f"{n}@{n}.org") for n in range(20))

    deliver()

    assert standings() == {"sent": 7, "failed": 13}
    assert Counter(Message.objects.values_list("events__what", flat=True))["returned"] == 13


def test_a_letter_that_is_refused_to_all_for_days_is_set_aside(deliver, wire):
    wire.answer = lambda _: Answer("never", "554 5.7.1 policy")
    actions.post(letter(address=f"{n}@{n}.org") for n in range(5))
    for _ in range(rules.ATTEMPTS):
        last = max(Message.objects.values_list("due_at", flat=True))
        with clock.at(last), contextlib.suppress(Unavailable):
            deliver()

    assert standings() == {"failed": 5}


def test_an_answer_that_never_came_is_doubtful_and_not_asked_for_again(deliver, wire):
    wire.answer = lambda _: Answer("unclear", "no answer came")
    actions.post([letter()])

    assert len(deliver()) == len(deliver()) == 1
    assert standings() == {"doubtful": 1}

    wire.answer = lambda _: Answer("taken")
    actions.retry(Message.objects.get().pk)
    assert len(deliver()) == 2
    assert standings() == {"sent": 1}


def test_suppressed_addresses_are_passed_over(deliver):
    suppression.suppress("left@example.org", "asked")
    actions.post([letter(address="left@example.org"), letter(address="other@example.org")])

    assert deliver() == ["other@example.org"]
    assert standings() == {"suppressed": 1, "sent": 1}


def test_a_domain_that_puts_off_several_is_left_alone_for_a_while(deliver, wire, time):
    wire.answer = lambda address: Answer("later" if "@big." in address else "taken")
    actions.post(letter(address=f"{n}@big.org") for n in range(50))
    actions.post(letter(address=f"{n}@{n}.org") for n in range(50))

    order = deliver()

    assert Counter(address.endswith("@big.org") for address in order) == {True: 3, False: 50}
    assert standings() == {"waiting": 50, "sent": 50}


@pytest.mark.parametrize("error", [Unavailable(what="The server", remedy="No login.")])
def test_trouble_for_all_ends_the_job_and_costs_no_message_a_try(deliver, wire, error):
    wire.answer = lambda address: error if address == "b@b.org" else Answer("taken")
    actions.post([letter(address="a@a.org"), letter(address="b@b.org"), letter(address="c@c.org")])

    with pytest.raises(BroadsheetError):
        deliver()

    assert sorted(Message.objects.values_list("standing", "attempts")) == [
        ("sent", 1), ("waiting", 0), ("waiting", 0)
    ]  # fmt: skip


def test_a_mistake_of_ours_leaves_one_in_doubt_and_the_rest_to_the_next_run(deliver, wire):
    wire.answer = lambda address: ZeroDivisionError() if address == "a@a.org" else Answer("taken")
    actions.post([letter(address="a@a.org"), letter(address="b@b.org")])

    with pytest.raises(ZeroDivisionError):
        deliver()
    deliver()

    assert wire.to() == ["a@a.org", "b@b.org"]
    assert standings() == {"doubtful": 1, "sent": 1}


@pytest.mark.parametrize(("failures", "standing"), [(4, "sent"), (5, "sending")])
def test_an_answer_is_written_again_where_the_database_was_busy(
    deliver, monkeypatch, failures, standing
):
    actions.post([letter()])
    end, left = claims.end, [failures]

    def busy(*args, **kwargs):
        left[0] -= 1
        if left[0] >= 0:
            raise OperationalError("database is locked")
        end(*args, **kwargs)

    monkeypatch.setattr(claims, "end", busy)
    with contextlib.suppress(OperationalError):
        deliver()

    assert left[0] == (-1 if standing == "sent" else 0)
    assert standings() == {standing: 1}


def test_it_stops_soon_when_told_and_leaves_nothing_half_done(deliver, settings):
    settings.MAIL_RATE = 1
    actions.post(letter(address=f"{n}@{n}.org") for n in range(20))

    with pytest.raises(Stopped):
        deliver(beats=13)

    assert standings() == {"sent": 3, "waiting": 17}  # a second of rest is five slices


def test_letters_posted_meanwhile_go_in_the_same_run_and_links_first(deliver, wire, settings):
    settings.MAIL_RATE = 1
    actions.post(letter(address=f"{n}@{n}.org") for n in range(20))

    def answer(address):
        if address == "1@1.org":
            actions.post([letter(address="new@new.org", kind="confirmation")])
        return Answer("taken")

    wire.answer = answer
    assert deliver().index("new@new.org") < 10


def test_what_was_cancelled_or_forgotten_meanwhile_does_not_go(deliver, wire):
    actions.post(letter(address=f"{n}@{n}.org", owner=f"{n}") for n in range(3))

    def answer(_):
        actions.cancel("1")
        actions.forget("2")
        actions.forget("0")
        return Answer("taken")

    wire.answer = answer
    assert deliver() == ["0@0.org"]
    assert standings() == {"sent": 1, "cancelled": 2}
    assert set(Message.objects.exclude(owner="1").values_list("address", flat=True)) == {""}


@pytest.mark.parametrize("mail", ["", "off"])
def test_nothing_goes_while_mail_is_off(settings, wire, deliver, mail):
    actions.post([letter()])
    settings.MAIL = mail

    assert deliver() == []
    assert standings() == {"waiting": 1}


@pytest.mark.parametrize("lacking", ["CONTACT", "MAIL_FROM", "PUBLIC_URL"])
def test_nothing_goes_before_all_is_set_that_has_to_be(settings, deliver, lacking):
    settings.MAIL = "smtp://127.0.0.1:25"
    settings.CONTACT, settings.MAIL_FROM = "desk@example.org", "edition@example.org"
    settings.PUBLIC_URL = "https://example.org"
    actions.post([letter()])
    assert len(deliver()) == 1
    actions.post([letter()])
    setattr(settings, lacking, "")

    with pytest.raises(Unavailable) as error:
        deliver()
    actions.cancel("reader")
    deliver()  # nobody is told while nothing is to be sent

    assert error.value.user_message == (f"Sending mail is not available. Set BROADSHEET_{lacking}.")
