"""The pages of mail for strangers, through the client: both methods, and forms in error."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from tests.db.web.mailing import ADA, leave_path, link, own_path, subscribed
from tests.db.web.test_pages import text_of

from broadsheet.digest.models import Subscriber, Subscription
from broadsheet.kernel import clock
from broadsheet.mail.models import Message

pytestmark = pytest.mark.usefixtures("mail_on")

ONE_CLICK = {"List-Unsubscribe": "One-Click"}


def test_asking_confirming_and_leaving(client):
    asked = client.post("/subscribe", {"address": ADA, "edition": "/latest", "hour": "8"})
    assert asked.status_code == 200
    assert ADA in text_of(asked)

    path = link("subscribe/confirm")
    assert "at 8:00" in text_of(client.get(path))
    assert not Subscription.objects.filter(state="active").exists(), "a scanner opened the link"

    assert "The mail begins" in text_of(client.post(path))
    row = Subscription.objects.get(state="active")
    assert "The mail begins" in text_of(client.get(path)), "a confirmed link says what it did"

    assert "No more of this mail" in text_of(client.get(leave_path(row)))
    assert Subscription.objects.get(state="active") == row, "a scanner opened the link"
    assert "You have left" in text_of(client.post(leave_path(row)))
    assert Subscription.objects.get(state="left") == row


@pytest.mark.parametrize(
    "sent",
    [
        {"content_type": "application/x-www-form-urlencoded", "data": "List-Unsubscribe=One-Click"},
        {"data": ONE_CLICK},  # multipart
        {"data": ONE_CLICK, "headers": {"Origin": "https://mail.example"}},
        {"data": ONE_CLICK, "headers": {"Origin": "null"}},
        {"data": ONE_CLICK, "headers": {"Sec-Fetch-Site": "cross-site"}},
        {"content_type": "text/plain", "data": b"\xff{{{"},
        {"content_type": "multipart/form-data; boundary=x", "data": b"no part of it"},
    ],
)
def test_one_click_leaves_at_once_wherever_it_comes_from_and_twice(client, sent):
    row = subscribed(client)
    strict = Client(enforce_csrf_checks=True)

    for _ in range(2):
        left = strict.post(leave_path(row), **sent)
        assert left.status_code == 200
        assert "Location" not in left
        assert not left.cookies
        assert Subscription.objects.get().state == "left"


def test_who_left_can_ask_for_the_same_again(client):
    row = subscribed(client, often="weekly-3", hour="18", size="20", even_empty="1")
    left = client.post(leave_path(row)).content.decode()
    form = re.search(r"<form class=\"form\".*?</form>", left, re.DOTALL)[0]
    hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form))

    again = subscribed(client, **hidden)

    assert again == row
    assert (again.state, again.cadence, again.weekday) == ("active", "weekly", 3)
    assert (again.hour, again.size, again.even_empty) == (18, 20, True)


def test_the_next_letter_is_told_by_the_clocks_of_its_reader(client):
    client.post("/subscribe", {"address": ADA, "hour": "7", "zone": "America/New_York"})
    text = text_of(client.post(link("subscribe/confirm")))

    assert "at 7:00, America/New York" in text
    assert re.search(r"goes on \d+ August 2026, 07:00 by the clocks of America/New York,", text)


def test_a_link_to_leave_what_was_deleted_says_so(client):
    row = subscribed(client)
    path = leave_path(row)
    Subscriber.objects.all().delete()

    for answer in (client.get(path), client.post(path)):
        assert answer.status_code == 200
        assert "was deleted" in text_of(answer)


def test_only_own_pages_may_ask(client):
    foreign = {"Origin": "https://elsewhere.example"}
    answer = client.post("/subscribe", {"address": ADA}, headers=foreign)

    assert answer.status_code == 409
    assert not Message.objects.exists()


@pytest.mark.parametrize("only_here", [True, False])
def test_a_site_that_puts_letters_into_a_folder_says_so_and_opens_it_here(
    client, mail_on, only_here
):
    mail_on.ALLOWED_HOSTS, mail_on.PUBLIC_URL = ["localhost"], "http://localhost:8000"
    mail_on.ONLY_HERE = only_here
    client.defaults["HTTP_HOST"] = "localhost"
    asked = client.post("/subscribe", {"address": ADA}).content.decode()

    assert "puts letters into a folder" in asked
    assert ('href="/outbox"' in asked) == only_here


def test_what_is_answered_does_not_tell_whether_an_address_is_known(client):
    subscribed(client)
    known = client.post("/subscribe", {"address": ADA})
    stranger = client.post("/subscribe", {"address": "bob@example.org"})

    assert known.status_code == stranger.status_code == 200
    assert text_of(known) == text_of(stranger).replace("bob@", "ada@")


def test_a_form_in_error_says_so_by_the_field_and_keeps_what_was_typed(client):
    typed = {"address": "ada", "often": "weekly-2", "hour": "19", "zone": "Berlin", "size": "30"}
    answer = client.post("/subscribe", typed | {"edition": "/search?q=agents"})
    page = answer.content.decode()

    assert answer.status_code == 400
    wrong = re.findall(r'aria-describedby="(\S+-wrong)"', page)
    assert sorted(wrong) == ["address-wrong", "zone-wrong"]
    assert all(f'id="{name}"' in page for name in wrong)
    assert 'value="ada"' in page
    for kept in ("/search?q=agents", "weekly-2", "19", "Berlin", "30"):
        assert f'<option value="{kept}" selected>' in page
    assert not Message.objects.exists()


def test_who_asks_too_often_is_told_to_wait_and_keeps_what_was_typed(client):
    statuses = [client.post("/subscribe", {"address": ADA}).status_code for _ in range(4)]
    answer = client.post("/subscribe", {"address": ADA, "hour": "21"})

    assert statuses == [200, 200, 200, 429]
    assert answer.status_code == 429
    assert "3 times an hour" in text_of(answer)
    assert '<option value="21" selected>' in answer.content.decode()


def test_the_page_after_leaving_may_say_where_its_form_comes_from(client):
    left = client.post(leave_path(subscribed(client)))

    assert 'action="/subscribe"' in left.content.decode()
    assert left["Referrer-Policy"] == "same-origin", "else browsers say Origin: null of the form"


@pytest.mark.parametrize("page", ["subscribe/confirm", "unsubscribe", "mail", "mail/agree"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_a_mangled_link_gets_a_page_that_says_what_to_do(client, page, method):
    answer = getattr(client, method)(f"/{page}/abc.def")

    assert answer.status_code == 404
    assert "Copy" in text_of(answer)
    assert 'href="/subscribe"' in answer.content.decode()


def test_an_old_link_says_that_its_time_is_over(client):
    client.post("/subscribe", {"address": ADA})
    path = link("subscribe/confirm")

    with clock.at(clock.now() + timedelta(days=4)):
        answers = [client.get(path), client.post(path)]

    assert [answer.status_code for answer in answers] == [410, 410]
    assert "3 days" in text_of(answers[0])


def test_a_site_without_mail_offers_feeds_and_takes_no_address(client, starter, mail_on):
    mail_on.MAIL = ""

    assert "Mail is not set up" in text_of(client.get("/"))
    assert "/latest.atom" in client.get("/subscribe").content.decode()
    assert client.post("/subscribe", {"address": ADA}).status_code == 409
    assert not Message.objects.exists()


def test_a_site_that_cannot_send_yet_is_one_without_mail(client, mail_on):
    mail_on.MAIL, mail_on.MAIL_FROM = "smtp://127.0.0.1:25", ""

    assert "not set up" in text_of(client.get("/subscribe"))


@pytest.mark.usefixtures("starter")
@pytest.mark.parametrize(
    ("page", "box"),
    [
        ("/", ("/latest", "announced", "Tomorrow’s edition by mail")),
        ("/?field=materials", ("/latest?field=materials", "announced", "edition of Materials")),
        ("/weekly/2026-W33", ("/latest", "weekly-0", "Next week’s edition")),
        ("/monthly/2026-08", ("/latest", "monthly", "Next month’s edition")),
        ("/trending", ("/trending", "announced", "What is trending")),
        ("/daily/2026-08-15", ("/latest", "announced", "Tomorrow’s edition")),
        ("/search?q=agents&page=2", ("/search?q=agents", "announced", "Keep this search")),
        ("/search?category=cs.CL", ("/search?category=cs.CL", "announced", "Keep this search")),
    ],
)
def test_the_box_on_an_edition_asks_for_what_goes_on_there(client, page, box):
    edition, often, heading = box
    shown = client.get(page).content.decode()
    held = re.search(r'<section class="box mail".*?</section>', shown, re.DOTALL)[0]

    assert f'name="edition" value="{edition}"' in held
    assert f'<option value="{often}" selected>' in held
    assert heading in held
    assert ('value="at_once"' in held) == edition.startswith("/search")


def test_who_finds_nothing_can_be_told_by_mail_of_what_turns_up(client, starter, follow):
    follow()
    page = client.get("/search?q=zzzqqq&mode=words").content.decode()

    assert 'href="#mail"' in page
    assert '<section class="box mail" id="mail">' in page


@pytest.mark.usefixtures("starter")
def test_a_sample_is_shown_as_a_letter_and_as_a_document_that_loads_nothing(client):
    page = client.get("/subscribe/sample?edition=/latest")
    html = client.get("/subscribe/sample?edition=/latest&format=html")

    assert "Alaya-EVOKE" in text_of(page)
    policy = html["Content-Security-Policy"]
    assert "default-src 'none'; style-src 'unsafe-inline';" in policy
    assert "script" not in policy
    assert b"Alaya-EVOKE" in html.content
    assert client.get("/subscribe/sample?edition=/nowhere").status_code == 400


def test_the_page_of_the_form_needs_no_database(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        client.get("/subscribe?edition=/search?q=agents")


PAGES = {
    "/subscribe": 200,
    "/subscribe?edition=/nowhere": 200,
    "/subscribe/sample": 200,
    "/subscribe/sample?format=html": 200,
    "/subscribe/confirm/abc.def": 404,
    "/unsubscribe/abc.def": 404,
    "/mail/abc.def": 404,
    "/mail/abc.def/export": 404,
    "/mail/abc.def/delete": 404,
    "/mail/abc.def/webhooks": 404,
    "/outbox": 404,
    "{confirm}": 200,
    "{leave}": 200,
    "{own}": 200,
    "{own}/export": 200,
    "{own}/delete": 200,
    "{own}/webhooks": 200,
}


@pytest.mark.usefixtures("starter")
@pytest.mark.parametrize(("page", "status"), PAGES.items())
def test_no_page_of_mail_is_kept_found_or_told_of(client, page, status):
    row = subscribed(client)
    paths = {"confirm": link("subscribe/confirm"), "leave": leave_path(row), "own": own_path(row)}
    path = page.format(**paths)
    secret = path.startswith(("/mail/", "/subscribe/confirm/"))

    for method in ("get", "head", "post"):
        answer = getattr(client, method)(path)
        if method == "get":
            assert answer.status_code == status
        assert answer["Cache-Control"] == "no-store"
        assert answer["X-Robots-Tag"] == "noindex"
        assert answer["Referrer-Policy"] == ("no-referrer" if secret else "same-origin")
        assert not {"ETag", "Set-Cookie", "Access-Control-Allow-Origin"} & {*answer.headers}


def test_the_status_says_how_mail_goes_where_it_does(client, mail_on):
    client.post("/subscribe", {"address": ADA})
    assert "Letters that wait to go 1, since 15 August" in text_of(client.get("/status"))

    mail_on.MAIL = ""
    assert "Letters" not in text_of(client.get("/status"))


def test_crawlers_are_told_to_keep_out(client):
    robots = client.get("/robots.txt").content.decode()

    for place in ("/subscribe", "/unsubscribe/", "/mail/", "/outbox"):
        assert f"Disallow: {place}\n" in robots
