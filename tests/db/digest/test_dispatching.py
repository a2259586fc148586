"""What is sent to webhooks, how often, and what becomes of endpoints that do not take it."""

import threading
from dataclasses import replace
from datetime import timedelta

import pytest
from tests.db.conftest import NOW
from tests.db.digest.hooks import HERE, Told, owner, send, token_of, wait_for, webhook
from tests.receiving import Endpoint

from broadsheet.digest.hooks import dispatches, signing, webhooks
from broadsheet.digest.hooks.dispatching import deliver
from broadsheet.digest.models import Dispatch, Webhook
from broadsheet.jobs import registry
from broadsheet.jobs.registry import Stopped
from broadsheet.kernel import clock
from broadsheet.kernel.errors import BadOption
from broadsheet.mail.models import Message
from broadsheet.net.connection import Network, Timeouts
from broadsheet.net.exchange import Means

pytestmark = pytest.mark.django_db

FAILING = [400, 401, 404, 418, 429, 500, 502, 503]


@pytest.fixture(autouse=True)
def site(settings):
    settings.CONTACT, settings.PUBLIC_URL = "ada@example.org", "https://papers.example.org"


@pytest.fixture
def endpoint():
    """Open an endpoint that gives these answers."""
    opened = []

    def open_(*answers):
        opened.append(Endpoint(*answers))
        return opened[-1]

    yield open_
    for one in opened:
        one.__exit__()


def test_what_is_sent_is_signed_as_the_standard_has_it(endpoint):
    there = endpoint(204)
    hook = webhook(there.url)
    row = wait_for(hook, title="Ünïcode ∑")

    send()

    (got,) = there.received
    assert got.is_signed_with(hook.secret)
    assert not got.is_signed_with(signing.new_secret())
    assert got.headers["content-type"] == "application/json"
    assert "ada@example.org" in got.headers["user-agent"]
    assert got.name == row.name
    assert abs(int(got.headers["webhook-timestamp"]) - NOW.timestamp()) < 1
    assert got.told == {
        "type": "day.complete",
        "timestamp": "2026-08-01T09:00:00Z",
        "data": {"edition": "here", "title": "Ünïcode ∑"},
    }
    hook.refresh_from_db()
    row.refresh_from_db()
    assert (hook.answer, hook.failing_since) == ("it answered 204 (No Content)", None)
    assert row.progress == "taken"


@pytest.mark.parametrize("status", [200, 201, 202, 299])
def test_what_was_taken_is_not_sent_again(endpoint, status):
    there = endpoint(status)
    wait_for(webhook(there.url))

    send()
    with clock.at(NOW + timedelta(days=6)):
        send()

    assert len(there.received) == 1


@pytest.mark.parametrize("status", FAILING)
def test_what_was_not_taken_is_sent_again_later_under_the_same_name(endpoint, status):
    there = endpoint(status, 200)
    row = wait_for(webhook(there.url))

    send()
    send()  # at once: too early
    assert len(there.received) == 1
    with clock.at(NOW + timedelta(seconds=6)):
        send()

    first, second = there.received
    assert first.name == second.name == row.name
    assert first.headers["webhook-timestamp"] != second.headers["webhook-timestamp"]
    assert first.body == second.body
    row.refresh_from_db()
    assert (row.progress, row.attempts) == ("taken", 2)


def test_an_endpoint_that_asks_for_time_is_given_it(endpoint):
    def later(handler):
        handler.send_response(503)
        handler.send_header("Retry-After", "3600")
        handler.end_headers()

    there = endpoint(later)
    row = wait_for(webhook(there.url))

    send()

    row.refresh_from_db()
    assert row.due_at == NOW + timedelta(hours=1)


def test_a_redirect_is_not_followed(endpoint):
    inside = endpoint()

    def away(handler):
        handler.send_response(307)
        handler.send_header("Location", inside.url)
        handler.end_headers()

    there = endpoint(away)
    hook = webhook(there.url)
    wait_for(hook)

    send()

    hook.refresh_from_db()
    assert hook.answer == "it answered 307 (Temporary Redirect); redirects are not followed"
    assert not inside.received


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("http://127.0.0.1:1/x", "port 1 is not a port of the public web"),
        ("http://127.0.0.1/x", "its address is a loopback address, not one of the public web"),
        ("http://[::1]/x", "its address is a loopback address, not one of the public web"),
        ("http://169.254.169.254/latest/meta-data", "its address is a link-local address"),
        ("http://10.0.0.1/x", "its address is a private address"),
        ("https://papers.example.org/x", "it is this site itself"),
    ],
)
def test_no_address_inside_is_ever_spoken_to(url, says):
    hook = webhook(url)
    wait_for(hook)

    registry.function("digest.webhooks")(Told())  # as the worker does, with nothing allowed

    hook.refresh_from_db()
    assert hook.answer.startswith(says)
    assert hook.failing_since == NOW


def test_a_name_that_leads_inside_is_not_spoken_to(endpoint):
    there = endpoint()
    hook = webhook("http://looks-public.example.net/x")
    wait_for(hook)

    send(Means(network=Network(resolve=lambda *_: ("127.0.0.1",))))

    hook.refresh_from_db()
    assert hook.answer.startswith("its address is a loopback address")
    assert not there.received


def test_what_waits_goes_at_once_when_an_endpoint_is_back(endpoint):
    there = endpoint(500, 500, 200)
    hook = webhook(there.url)
    for day in (12, 13, 14):
        wait_for(hook, f"day.complete 2026-08-{day}")

    send()  # the others wait with the first
    assert len(there.received) == 1
    with clock.at(NOW + timedelta(seconds=6)):
        send()
        assert len(there.received) == 2
    with clock.at(NOW + timedelta(minutes=6)):
        send()

    assert [row.progress for row in Dispatch.objects.all()] == ["taken"] * 3
    assert len(there.received) == 5
    hook.refresh_from_db()
    assert hook.failing_since is None


def test_a_dispatch_is_given_up_after_ten_attempts(endpoint):
    there = endpoint(500)
    row = wait_for(webhook(there.url))

    at = NOW
    for _ in range(12):
        row.refresh_from_db()
        at = max(at, row.due_at)
        with clock.at(at):
            send()

    row.refresh_from_db()
    assert (row.progress, row.attempts, len(there.received)) == ("failed", 10, 10)
    assert timedelta(hours=75) < at - NOW < timedelta(hours=84)


def fail_for(hook, days):
    """Send something new to it each day."""
    for day in range(days + 1):
        with clock.at(NOW + timedelta(days=day)):
            wait_for(hook, f"day.complete {day}")
            hook.dispatches.filter(progress="waiting").update(due_at=clock.now())
            send()
    hook.refresh_from_db()


def test_after_five_days_of_failure_it_is_switched_off_and_its_owner_is_told(endpoint):
    hook = webhook(endpoint(500).url)

    fail_for(hook, 4)
    assert hook.on
    fail_for(hook, 5)

    assert not hook.on
    assert hook.why_off == (
        "Nothing was taken for 5 days; what came of the last attempt: it answered 500 (Internal"
        " Server Error)."
    )
    assert not hook.dispatches.filter(progress__in=["waiting", "sending"]).exists()
    (letter,) = Message.objects.all()
    assert (letter.kind, letter.address) == ("notice", hook.subscriber.address)
    assert " ".join(letter.fills["why"].split()) == hook.why_off
    assert letter.fills["preferences"].startswith("https://papers.example.org/mail/")
    assert "switched off" in letter.content.subject


def test_one_success_between_keeps_it_on(endpoint):
    hook = webhook(endpoint(500, 500, 500, 200, 500, 500, 500).url)

    fail_for(hook, 5)

    assert hook.on
    assert hook.failing_since > NOW
    assert not Message.objects.exists()


def test_one_that_is_gone_is_switched_off_at_once(endpoint):
    there = endpoint(410)
    hook = webhook(there.url)
    wait_for(hook, "day.complete 2026-08-13")
    wait_for(hook)

    send()
    with clock.at(NOW + timedelta(days=2)):
        send()

    hook.refresh_from_db()
    assert (hook.on, hook.why_off) == (False, "It answered that it is gone.")
    assert len(there.received) == 1
    assert Message.objects.count() == 1


def test_an_endpoint_that_is_slow_holds_up_nobody_else(endpoint):
    others = threading.Event()

    def slowly(handler):
        assert others.wait(10)  # only answered once the last was sent its own
        handler.send_response(200)
        handler.end_headers()

    def quickly(handler):
        others.set()
        handler.send_response(200)
        handler.end_headers()

    slow, quick = endpoint(slowly), endpoint(quickly)
    for url in (*(f"{slow.url}/{number}" for number in range(3)), quick.url):
        wait_for(webhook(url))

    send()

    assert {hook.answer for hook in Webhook.objects.all()} == {"it answered 200 (OK)"}


def test_an_endpoint_that_hangs_has_failed_after_some_seconds(endpoint):
    there = endpoint()
    there.answers = (there.hang,)
    hook = webhook(there.url)
    wait_for(hook)

    send(replace(HERE, timeouts=Timeouts(read_s=0.5)))

    hook.refresh_from_db()
    assert hook.answer == "it sent nothing for 0.5 s"


def test_an_endless_answer_is_not_read(endpoint):
    sent = []

    def endless(handler):
        handler.send_response(200)
        handler.send_header("Content-Length", str(100 * 2**20))
        handler.end_headers()
        for _ in range(100):
            handler.wfile.write(bytes(2**20))
            sent.append(1)

    there = endpoint(endless)
    row = wait_for(webhook(there.url))

    send()
    there.__exit__()

    row.refresh_from_db()
    assert row.progress == "taken"
    assert len(sent) < 100


def test_one_webhook_is_sent_one_thing_at_a_time(endpoint):
    under_way, most = [], []
    lock = threading.Lock()

    def watch(handler):
        with lock:
            under_way.append(1)
            most.append(len(under_way))
        threading.Event().wait(0.02)
        with lock:
            under_way.pop()
        handler.send_response(200)
        handler.end_headers()

    there = endpoint(watch)
    hook = webhook(there.url)
    for day in range(10, 15):
        wait_for(hook, f"day.complete 2026-08-{day}")

    send()

    assert most == [1] * 5
    assert [got.name for got in there.received] == [
        row.name for row in Dispatch.objects.order_by("pk")
    ]


def test_what_a_dead_sender_took_is_sent_again_under_its_name(endpoint):
    there = endpoint()
    row = wait_for(webhook(there.url))
    taken = dispatches.claim()
    assert taken.name == row.name

    send()
    assert not there.received  # it may be on its way still
    with clock.at(NOW + timedelta(minutes=4)):
        send()

    assert [got.name for got in there.received] == [row.name]


def test_an_attempt_given_up_for_dead_changes_nothing_any_more(endpoint):
    there = endpoint()
    row = wait_for(webhook(there.url))
    late = dispatches.claim()
    with clock.at(NOW + timedelta(minutes=4)):
        send()

    dispatches.failed(late, "it answered 500", asked_s=None, is_gone=False)

    row.refresh_from_db()
    assert row.progress == "taken"


def test_two_take_one_dispatch_once():
    wait_for(webhook())

    assert dispatches.claim() is not None
    assert dispatches.claim() is None


def test_nothing_is_sent_in_nobodys_name(settings):
    settings.CONTACT = ""
    row = wait_for(webhook())

    with pytest.raises(BadOption, match="BROADSHEET_CONTACT"):
        send()

    row.refresh_from_db()
    assert (row.progress, row.attempts) == ("waiting", 0)


def test_without_anything_to_send_nothing_needs_to_be_set(settings):
    settings.CONTACT = ""

    send()


def test_a_worker_that_ends_writes_down_what_is_answered_yet(endpoint):
    there = endpoint()
    row = wait_for(webhook(there.url))

    class Ending(Told):
        def beat(self, said=""):
            raise Stopped

    with pytest.raises(Stopped):
        deliver(Ending(), HERE)

    row.refresh_from_db()
    assert row.progress == "taken"


def test_a_test_is_sent_now_and_its_failure_counts_for_nothing(endpoint):
    there = endpoint(500)
    someone = owner()
    hook = webhook(there.url, subscriber=someone)

    webhooks.send_test(token_of(someone), hook.name)
    send()
    with clock.at(NOW + timedelta(days=1)):
        send()

    (got,) = there.received
    assert got.told["type"] == "test"
    assert got.told["data"] == {"edition": "https://papers.example.org/latest"}
    hook.refresh_from_db()
    assert (hook.answer, hook.failing_since) == ("it answered 500 (Internal Server Error)", None)


@pytest.mark.parametrize("status", [410, 500])
def test_a_failed_test_switches_nothing_off(endpoint, status):
    there, someone = endpoint(status), owner()
    hook = webhook(there.url, subscriber=someone, failing_since=NOW - timedelta(days=6))

    webhooks.send_test(token_of(someone), hook.name)
    send()

    assert len(there.received) == 1
    hook.refresh_from_db()
    assert hook.on


def test_for_a_day_after_a_change_of_secret_both_sign(endpoint):
    there = endpoint()
    someone = owner()
    hook = webhook(there.url, subscriber=someone)
    fresh = webhooks.rotate(token_of(someone), hook.name).secret
    assert fresh != hook.secret

    for hours in (1, 25):
        with clock.at(NOW + timedelta(hours=hours)):
            wait_for(hook, f"day.complete {hours}")
            send()

    soon, later = there.received
    assert soon.is_signed_with(fresh)
    assert soon.is_signed_with(hook.secret)
    assert later.is_signed_with(fresh)
    assert not later.is_signed_with(hook.secret)


def test_a_webhook_removed_while_it_is_spoken_to_leaves_nothing(endpoint):
    hook = webhook()
    there = endpoint(lambda _: None)
    wait_for(hook)
    taken = dispatches.claim()
    hook.delete()

    dispatches.taken(taken, "it answered 200 (OK)")
    dispatches.failed(taken, "it answered 500", asked_s=None, is_gone=True)

    assert not Dispatch.objects.exists()
    assert not there.received


def test_endpoints_that_fail_come_after_all_others(endpoint, monkeypatch):
    monkeypatch.setattr("broadsheet.digest.hooks.dispatching.AT_ONCE", 1)
    there = endpoint()
    for number in range(3):
        failing = NOW if number < 2 else None
        wait_for(webhook(f"{there.url}/{number}", failing_since=failing))

    send()

    assert [got.path for got in there.received] == ["/hook/2", "/hook/0", "/hook/1"]


def test_what_ended_a_month_ago_is_dropped(endpoint):
    wait_for(webhook(endpoint().url))
    send()

    for days, left in ((29, 1), (31, 0)):
        with clock.at(NOW + timedelta(days=days)):
            dispatches.forget()
        assert Dispatch.objects.count() == left
