"""The pages under ``/admin/``: who sees them, what they show, and that rows change by doors."""

import re
from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.db.conftest import NOW

from broadsheet.digest.models import Subscriber, Subscription
from broadsheet.jobs import registry
from broadsheet.jobs.models import Job
from broadsheet.kernel import clock
from broadsheet.mail import outcomes, suppression
from broadsheet.mail.models import Content, Event, Message, Suppression
from broadsheet.mail.types import Report
from broadsheet.people import actions
from broadsheet.people.models import User

pytestmark = pytest.mark.django_db

PASSWORD = "seven lichens on a wall"
ADA = "ada@example.org"
LISTS = ["mail/message", "mail/event", "mail/suppression", "digest/subscription", "jobs/job"]


@pytest.fixture
def operator(client):
    """A client that is signed in."""
    actions.add_operator("grace", PASSWORD)
    assert client.login(username="grace", password=PASSWORD)
    return client


@pytest.fixture
def message():
    """A message to Ada that failed; say what else it is."""

    def make(key="letter 1", address=ADA, **facts):
        content, _ = Content.objects.get_or_create(
            digest="0" * 64,
            defaults={"subject": "Friday's papers", "text": "Secret words.", "made_at": NOW},
        )
        facts = {
            "kind": "edition",
            "owner": "ada",
            "domain": address.rpartition("@")[2],
            "content": content,
            "fills": {"leave": "/unsubscribe/secret"},
            "name": f"{key.replace(' ', '-')}@papers.example",
            "standing": "failed",
            "composed_at": NOW,
            "due_at": NOW,
            "claimed_at": NOW,
            "ended_at": NOW,
        } | facts
        return Message.objects.create(key=key, address=address, **facts)

    return make


@pytest.fixture
def rows(message):
    """One row in every list."""
    sent = message(standing="sent")
    outcomes.take(Report(word="bounced", names=(sent.name,), said="550 5.1.1 unknown"))
    reader = Subscriber.objects.create(name="s", address=ADA, made_at=NOW)
    Subscription.objects.create(name="n", subscriber=reader, edition="/latest", asked_at=NOW)
    Job.objects.create(name="count", subject="all", state="failed", due_at=NOW, placed_at=NOW)


def pages():
    """Every address under /admin/ that shows something."""
    found = ["/admin/", "/admin/password_change/"]
    for name in LISTS:
        model = {
            "mail/message": Message,
            "mail/event": Event,
            "mail/suppression": Suppression,
            "digest/subscription": Subscription,
            "jobs/job": Job,
        }[name]
        row = model.objects.latest("pk")
        found += [f"/admin/{name}/", f"/admin/{name}/{row.pk}/change/"]
        found += [f"/admin/{name}/{row.pk}/history/"]
    return [*found, "/admin/mail/suppression/add/", "/admin/mail/", "/admin/digest/"]


@pytest.mark.usefixtures("rows")
def test_a_stranger_sees_the_way_in_and_nothing_else(client):
    for address in pages():
        answer = client.get(address)
        assert (answer.status_code, answer.cookies) == (302, {}), address
        assert answer["Location"].startswith("/admin/login/?next=")


@pytest.mark.usefixtures("rows")
def test_a_reader_with_an_account_is_no_operator(client):
    User.objects.create_user("reader", password=PASSWORD)
    assert client.login(username="reader", password=PASSWORD)

    for address in pages():
        assert client.get(address).status_code == 302, address
    answer = client.post("/admin/login/", {"username": "reader", "password": PASSWORD})
    assert "staff account" in answer.content.decode()


@pytest.mark.usefixtures("rows")
def test_an_operator_sees_every_page_and_none_is_kept_by_anybody(operator):
    for address in pages():
        answer = operator.get(address)
        text = answer.content.decode()
        assert answer.status_code == 200, address
        assert answer["Cache-Control"] == "no-store"
        assert answer["X-Robots-Tag"] == "noindex"
        assert "ETag" not in answer
        assert "unsafe" not in answer["Content-Security-Policy"]
        assert "Secret words" not in text
        assert "/unsubscribe/" not in text
        assert not re.search(r"<script(?![^>]*\bsrc=)(?![^>]*json)|<style|\sstyle=", text), address


def test_the_address_without_a_slash_leads_to_the_one_with(client):
    answer = client.get("/admin")

    assert (answer.status_code, answer["Location"]) == (302, "/admin/")


@pytest.mark.parametrize("address", ["/", "/search?q=lichen", "/about", "/subscribe", "/nowhere"])
def test_no_other_page_knows_who_asks_nor_looks_for_a_session(operator, address):
    with CaptureQueriesContext(connection) as asked:
        answer = operator.get(address)

    assert not answer.cookies
    assert "Cookie" not in answer.get("Vary", "")
    assert not [q for q in asked.captured_queries if re.search("session|people_", q["sql"])]


def sign_in(client, password=PASSWORD, name="grace", **headers):
    form = {"username": name, "password": password, "next": "/admin/"}
    return client.post("/admin/login/", form, headers=headers)


def test_signing_in_gives_a_cookie_that_goes_to_these_pages_alone(client):
    actions.add_operator("grace", PASSWORD)
    answer = sign_in(client)
    cookie = answer.cookies["broadsheet_operator"]

    assert (answer.status_code, answer["Location"]) == (302, "/admin/")
    assert (cookie["path"], cookie["httponly"], cookie["samesite"]) == ("/admin", True, "Strict")
    assert client.get("/admin/").status_code == 200
    client.post("/admin/logout/")
    assert client.get("/admin/").status_code == 302


def test_a_page_that_is_looked_at_leaves_no_session_behind(client):
    client.get("/admin/")
    client.get("/admin/login/")

    assert not Session.objects.exists()


def test_signing_in_clears_sessions_that_are_over(client):
    actions.add_operator("grace", PASSWORD)
    over, lasting = (NOW + timedelta(days=days) for days in (-9_000, 9_000))
    Session.objects.create(session_key="over", session_data="", expire_date=over)
    Session.objects.create(session_key="lasting", session_data="", expire_date=lasting)
    sign_in(client)

    keys = set(Session.objects.values_list("session_key", flat=True))
    assert "lasting" in keys
    assert "over" not in keys
    assert len(keys) == 2


def test_wrong_passwords_may_be_given_so_often_and_then_no_right_one_either(client):
    actions.add_operator("grace", PASSWORD)
    for _ in range(5):
        assert "correct username and password" in sign_in(client, "wrong").content.decode()

    answer = sign_in(client)
    assert answer.status_code == 200
    assert "may be given 5 times an hour" in answer.content.decode()
    with clock.at(NOW + timedelta(hours=2)):
        assert sign_in(client).status_code == 302


def test_an_operator_who_is_removed_is_out_at_the_next_page(operator):
    assert operator.get("/admin/").status_code == 200
    actions.remove_operator("grace")

    assert operator.get("/admin/").status_code == 302


def test_a_form_without_its_token_or_of_another_site_is_refused():
    actions.add_operator("grace", PASSWORD)
    strict = Client(enforce_csrf_checks=True)
    assert strict.login(username="grace", password=PASSWORD)
    form = {"address": ADA, "said": ""}

    answer = strict.post("/admin/mail/suppression/add/", form)
    assert answer.status_code == 409
    assert "no longer valid" in answer.content.decode()
    answer = strict.post("/admin/logout/", headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 409
    assert not Suppression.objects.exists()


def test_a_form_with_its_token_is_taken_at_the_public_address(settings):
    settings.CSRF_TRUSTED_ORIGINS = ["https://papers.example.org"]
    actions.add_operator("grace", PASSWORD)
    strict = Client(enforce_csrf_checks=True)
    page = strict.get("/admin/login/").content.decode()
    token = re.search(r'csrfmiddlewaretoken" value="(\w+)"', page)[1]
    form = {"username": "grace", "password": PASSWORD, "csrfmiddlewaretoken": token}
    headers = {"Origin": "https://papers.example.org", "Sec-Fetch-Site": "same-origin"}

    assert strict.post("/admin/login/", form, headers=headers).status_code == 302


@pytest.mark.usefixtures("rows")
@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize("deed", ["{}/add/", "{}/{}/change/", "{}/{}/delete/"])
def test_no_row_is_added_edited_or_deleted_by_hand(operator, name, deed):
    number = re.findall(rf"/{name}/(\d+)/change/", " ".join(pages()))[0]
    address = f"/admin/{deed.format(name, number)}"
    if address == "/admin/mail/suppression/add/":
        return
    before = [list(model.objects.values()) for model in (Message, Event, Subscription, Job)]

    assert operator.post(address, {"standing": "sent", "post": "yes"}).status_code == 409
    assert before == [list(model.objects.values()) for model in (Message, Event, Subscription, Job)]


def act(client, name, action, *rows):
    form = {"action": action, "_selected_action": [row.pk for row in rows], "index": 0}
    return client.post(f"/admin/{name}/", form, follow=True).content.decode()


def test_failed_and_doubtful_messages_are_sent_once_more_and_others_are_not(operator, message):
    failed, doubtful = message("a"), message("b", standing="doubtful")
    sent = message("c", standing="sent")
    page = act(operator, "mail/message", "retry", failed, doubtful, sent)

    assert "2 rows put back into the outbox." in page
    assert f"Message {sent.pk} cannot be sent again" in page
    standings = Message.objects.order_by("key").values_list("standing", flat=True)
    assert list(standings) == ["waiting", "waiting", "sent"]
    assert set(LogEntry.objects.values_list("object_id", flat=True)) == {
        str(failed.pk),
        str(doubtful.pk),
    }


def test_a_message_that_waits_is_cancelled_and_one_that_left_is_not(operator, message):
    waits = message("a", standing="waiting", ended_at=None)
    left = message("b", standing="sent")
    page = act(operator, "mail/message", "cancel", waits, left)

    assert "1 row cancelled." in page
    assert f"Message {left.pk} cannot be taken back: it is sent, and no longer waits." in page
    assert Message.objects.get(key="a").standing == "cancelled"


def test_an_address_is_suppressed_by_typing_it_and_stands_nowhere(operator):
    form = {"address": "Ada@Example.org", "said": "asked by telephone"}
    answer = operator.post("/admin/mail/suppression/add/", form, follow=True)
    (row,) = Suppression.objects.all()

    assert suppression.suppressed([ADA]) == {ADA}
    assert (row.reason, row.said) == ("operator", "asked by telephone")
    assert "ada@" not in answer.content.decode().lower()
    assert "ada@" not in "".join(LogEntry.objects.values_list("object_repr", flat=True)).lower()
    operator.post("/admin/mail/suppression/add/", form)
    assert Suppression.objects.count() == 1


def test_a_suppression_is_found_by_the_whole_address_and_lifted(operator):
    suppression.suppress(ADA, "bounced")
    suppression.suppress("bob@example.org", "bounced")
    page = operator.get("/admin/mail/suppression/", {"q": " ADA@example.org"}).content.decode()

    assert suppression.mark(ADA)[:12] in page
    assert suppression.mark("bob@example.org")[:12] not in page
    row = Suppression.objects.get(mark=suppression.mark(ADA))
    assert "1 address may get mail again." in act(operator, "mail/suppression", "lift", row)
    assert suppression.suppressed([ADA, "bob@example.org"]) == {"bob@example.org"}


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"q": "ada@"}, ["a"]),
        ({"q": "example.net"}, ["b"]),
        ({"domain": "example.net"}, ["b"]),
        ({"kind": "alert"}, ["b"]),
        ({"standing__exact": "failed"}, ["a"]),
        ({}, ["a", "b"]),
    ],
)
def test_messages_are_found_by_address_domain_kind_and_standing(operator, message, asked, found):
    message("a")
    message("b", "bob@example.net", kind="alert", standing="sent")
    page = operator.get("/admin/mail/message/", asked).content.decode()

    assert sorted(set(re.findall(r"(ada|bob)@example\.\w+</td>", page))) == [
        {"a": "ada", "b": "bob"}[key] for key in found
    ]


@pytest.mark.parametrize("count", [3, 30])
def test_a_longer_outbox_costs_no_more(operator, message, count, django_assert_max_num_queries):
    for number in range(count):
        message(f"letter {number}")

    with django_assert_max_num_queries(10):
        page = operator.get("/admin/mail/message/").content.decode()
    assert page.count(">ada@example.org</td>") == count


def test_jobs_are_retried_and_cancelled(operator, monkeypatch):
    monkeypatch.setattr(registry, "_functions", {"count": print})
    facts = {"name": "count", "due_at": NOW, "placed_at": NOW}
    failed = Job.objects.create(subject="a", state="failed", **facts)
    done = Job.objects.create(subject="b", state="done", **facts)

    assert "1 row put back into the queue." in act(operator, "jobs/job", "retry", failed)
    page = act(operator, "jobs/job", "cancel", failed, done)
    assert "1 row cancelled or told to stop." in page
    assert f"Job {done.pk} cannot be cancelled: it is done." in page


def test_the_first_page_tells_how_mail_goes(operator, message, settings):
    settings.MAIL = "folder"
    for number in range(4):
        sent = message(f"sent {number}", standing="sent")
    outcomes.take(Report(word="complained", names=(sent.name,)))
    message("late", standing="waiting", ended_at=None, due_at=NOW - timedelta(hours=1))
    message("lost", standing="doubtful")
    page = re.sub(r"<[^>]+>|\s+", " ", operator.get("/admin/").content.decode())
    page = re.sub(r" +", " ", page)

    assert "Waiting 1, 1 due since 11:00 on 15 August" in page
    assert "Doubtful 1: they may have gone or not" in page
    assert "In the last hour 4" in page
    assert "Called spam 1, 25.0% of what was handed over; 1 in the last day" in page
    assert "Their readers called a letter spam 1" in page
    assert "example.org 4 0 0 0 1" in page
    assert "Nothing is sent" not in page


@pytest.mark.parametrize(
    ("mail", "said"),
    [("", "No mail leaves this site"), ("smtp://mx.example.org", "Nothing is sent. Set ")],
)
def test_the_first_page_tells_what_is_to_be_set(operator, settings, mail, said):
    settings.MAIL, settings.CONTACT = mail, ""

    assert said in operator.get("/admin/").content.decode()
