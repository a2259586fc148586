"""What the owner of a webhook can do with it, and what no webhook can be."""

from datetime import timedelta

import pytest
from tests.db.conftest import NOW
from tests.db.digest.hooks import owner, token_of, wait_for, webhook

from broadsheet.digest.hooks import webhooks
from broadsheet.digest.models import Dispatch, Subscriber, Webhook
from broadsheet.jobs.models import Job
from broadsheet.kernel import clock
from broadsheet.kernel.errors import BadLink, BadQuestion, NotFound, OldLink, Refused, TooOften

pytestmark = pytest.mark.django_db

URL = "https://hooks.example.net/in?key=s3cr3t"
SEARCH = "/search?q=robots"


@pytest.fixture(autouse=True)
def site(settings):
    settings.CONTACT, settings.PUBLIC_URL = "ada@example.org", "https://papers.example.org"


@pytest.fixture
def token():
    return token_of(owner())


def test_an_owner_adds_a_webhook_and_sees_it(token):
    made = webhooks.add(token, f"  {URL}", "/search?q=robots&page=3&as_of=2026-01-01")

    assert webhooks.list_of(token) == (made,)
    assert (made.url, made.edition, made.event) == (URL, SEARCH, "search.matched")
    assert made.title == "the search “robots”"
    assert made.on
    assert made.secret.startswith("whsec_")
    assert made.secret not in repr(made)
    assert (made.answer, made.why_off, made.waiting) == ("", "", 0)


def test_a_front_page_tells_its_complete_days(token):
    made = webhooks.add(token, URL, "/?field=materials")

    assert (made.edition, made.event) == ("/latest?field=materials", "day.complete")


def test_the_same_added_twice_is_one_and_keeps_its_secret(token):
    first = webhooks.add(token, URL, SEARCH)
    second = webhooks.add(token, URL, "/search?q=robots")

    assert first == second
    assert Webhook.objects.count() == 1


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("http://hooks.example.net/in", "only https is spoken"),
        ("ftp://hooks.example.net/in", "only http and https are spoken"),
        ("hooks.example.net/in", "only http and https are spoken"),
        ("https://ada:pw@hooks.example.net/", "carries a name or a password"),
        ("https://127.0.0.1/", "a loopback address"),
        ("https://[::1]/", "a loopback address"),
        ("https://[::ffff:10.0.0.1]/", "a private address"),
        ("https://192.168.1.1/", "a private address"),
        ("https://169.254.169.254/", "a link-local address"),
        ("https://localhost/", "a name of a network of its own"),
        ("https://intranet/hook", "a name of a network of its own"),
        ("https://hooks.example.net:8443/in", "port 8443"),
        ("https://hooks.example.net:80/in", "port 80"),
        ("https://papers.example.org/hook", "this site itself"),
        ("https://papers.example.org./hook", "this site itself"),
        ("https://PAPERS.example.org/hook", "this site itself"),
        ("https://bad host/in", "not the name of a host"),
        ("https://hooks.example.net/" + "x" * 500, "longer than 500"),
        ("", "only http and https"),
    ],
)
def test_an_address_that_will_never_work_is_refused_without_repeating_it(token, url, says):
    with pytest.raises(BadQuestion) as raised:
        webhooks.add(token, url, SEARCH)

    assert says in raised.value.user_message
    assert "pw" not in raised.value.user_message
    assert not Webhook.objects.exists()


@pytest.mark.parametrize(
    ("edition", "error", "says"),
    [
        ("/trending", BadQuestion, "told of a front page or of a search"),
        ("/daily/2026-08-14", BadQuestion, "never changes"),
        ("/search", BadQuestion, "asks for nothing"),
        ("/search?q=like:2601.00001", BadQuestion, "cannot be watched for"),
        ("/latest?field=alchemy", NotFound, "alchemy"),
        ("/nowhere", NotFound, "nowhere"),
    ],
)
def test_a_list_that_has_no_news_is_refused(token, edition, error, says):
    with pytest.raises(error, match=says):
        webhooks.add(token, URL, edition)


@pytest.mark.parametrize(
    ("edition", "pace", "says"),
    [("/latest", "hourly", "only matches are gathered"), (SEARCH, "weekly", "it is one of")],
)
def test_a_pace_that_cannot_be_is_refused(token, edition, pace, says):
    with pytest.raises(BadQuestion) as raised:
        webhooks.add(token, URL, edition, pace=pace)

    assert says in raised.value.user_message


def test_there_are_at_most_ten(token):
    for number in range(10):
        webhooks.add(token, f"{URL}{number}", SEARCH)

    with pytest.raises(Refused) as raised:
        webhooks.add(token, URL, SEARCH)
    assert "you have 10" in raised.value.user_message
    webhooks.add(token, f"{URL}3", SEARCH)  # is there
    webhooks.remove(token, webhooks.list_of(token)[0].name)
    webhooks.add(token, URL, SEARCH)


def test_an_address_that_is_not_confirmed_has_no_webhooks():
    with pytest.raises(Refused) as raised:
        webhooks.add(token_of(owner(confirmed_at=None)), URL, SEARCH)

    assert "not confirmed" in raised.value.user_message


@pytest.mark.parametrize("option", ["CONTACT", "PUBLIC_URL"])
def test_a_site_that_names_nobody_or_leads_nowhere_has_no_webhooks(token, settings, option):
    setattr(settings, option, "")

    with pytest.raises(Refused) as raised:
        webhooks.add(token, URL, SEARCH)

    assert f"BROADSHEET_{option}" in raised.value.user_message


@pytest.mark.parametrize("do", [webhooks.remove, webhooks.send_test, webhooks.rotate])
def test_nobody_touches_the_webhook_of_another(token, do):
    other = webhook()

    for given, error in ((token, NotFound), ("", BadLink), (f"{token}x", BadLink)):
        with pytest.raises(error):
            do(given, other.name)
    with pytest.raises(NotFound):
        webhooks.switch_on(token, other.name)

    assert Webhook.objects.filter(pk=other.pk, secret=other.secret).exists()
    assert webhooks.list_of(token) == ()


def test_with_its_owner_everything_goes(token):
    webhooks.add(token, URL, SEARCH)
    wait_for(Webhook.objects.get())

    Subscriber.objects.all().delete()

    assert not Webhook.objects.exists()
    assert not Dispatch.objects.exists()
    with pytest.raises(OldLink):
        webhooks.list_of(token)


def test_a_test_waits_for_the_worker_and_has_a_limit(token):
    name = webhooks.add(token, URL, SEARCH).name

    for _ in range(webhooks.MOST_TESTS):
        told = webhooks.send_test(token, name)
    assert told.waiting == 10
    assert Job.objects.get().name == "digest.webhooks"
    with pytest.raises(TooOften) as raised:
        webhooks.send_test(token, name)
    assert raised.value.user_message.startswith("A webhook may be tested 10 times an hour.")
    with clock.at(NOW + timedelta(minutes=61)):
        webhooks.send_test(token, name)


def test_one_that_is_switched_on_again_is_told_nothing_of_the_time_between(token):
    name = webhooks.add(token, URL, SEARCH).name
    Webhook.objects.update(on=False, why_off="It failed.", failing_since=NOW)

    with clock.at(NOW + timedelta(days=3)):
        told = webhooks.switch_on(token, name)

    assert (told.on, told.why_off, told.failing_since) == (True, "", None)
    assert Webhook.objects.get().since == NOW + timedelta(days=3)


def test_switching_on_what_is_on_changes_nothing(token):
    name = webhooks.add(token, URL, SEARCH).name
    before = Webhook.objects.values().get()

    with clock.at(NOW + timedelta(days=3)):
        webhooks.switch_on(token, name)

    assert Webhook.objects.values().get() == before


def test_whoever_runs_the_site_sees_tests_and_removes_all(token):
    made = webhooks.add(token, URL, SEARCH)
    other = webhook()

    assert [one.name for one in webhooks.every()] == [made.name, other.name]
    webhooks.send_test(None, made.name)
    webhooks.remove(None, made.name)

    assert [one.name for one in webhooks.every()] == [other.name]
