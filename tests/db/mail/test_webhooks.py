"""What providers report to the site, as they post it.

Signatures are made here the way each provider makes them, with a key of ours: the samples hold
none. What Amazon SES signs with a certificate, django-anymail does not verify; a password stands
in the address it is told. SES, Resend, SendGrid and Postal verify with packages that are not
installed by default, so they are tested by password, and Postal, which takes none, by its parser.
"""

import base64
import hashlib
import hmac
import json
from datetime import timedelta
from urllib.parse import quote, urlencode

import pytest
from anymail.webhooks.amazon_ses import AmazonSESTrackingWebhookView
from anymail.webhooks.postal import PostalTrackingWebhookView
from django.test import RequestFactory
from tests.db.conftest import NOW

from broadsheet.mail import outcomes, signals, suppression, webhooks
from broadsheet.mail.models import Event, Suppression
from broadsheet.mail.transports.provider import known

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.filterwarnings("ignore::anymail.exceptions.AnymailNotSupportedWarning"),
]

KEY = "a key of ours"
FORM = "application/x-www-form-urlencoded"
PASSWORD = "reports:secret"
BASIC = "Basic " + base64.b64encode(PASSWORD.encode()).decode()


def hexed(message, digest=hashlib.sha256):
    return hmac.new(KEY.encode(), message, digest).hexdigest()


def signed_mailgun(body):
    told, marks = json.loads(body), {"timestamp": "1", "token": "t"}
    marks["signature"] = hexed(b"1t")
    told |= {"signature": marks} if "event-data" in told else marks
    return json.dumps(told).encode(), {}


def signed_mandrill(body):
    """A form, signed together with the address it is sent to."""
    url = b"https://papers.example.org/mail/reports/mandrill"
    signature = hmac.new(KEY.encode(), url + b"mandrill_events" + body, hashlib.sha1).digest()
    return body, {"X-Mandrill-Signature": base64.b64encode(signature).decode()}


def signed_unisender(body):
    told = json.dumps(json.loads(body) | {"auth": KEY}).encode()
    return told.replace(KEY.encode(), hashlib.md5(told).hexdigest().encode()), {}  # noqa: S324


# Provider: its secret in BROADSHEET_MAIL, and how a report is made to carry it.
SECRETS = {
    "brevo": ("webhook_secret", None),
    "mailersend": ("signing_secret", lambda body: (body, {"Signature": hexed(body)})),
    "mailgun": ("webhook_signing_key", signed_mailgun),
    "mailjet": ("webhook_secret", None),
    "mailtrap": ("tracking_secret", lambda body: (body, {"Mailtrap-Signature": hexed(body)})),
    "mandrill": ("webhook_key", signed_mandrill),
    "postmark": ("webhook_secret", None),
    "resend": ("webhook_secret", None),
    "sendgrid": ("webhook_secret", None),
    "sparkpost": ("webhook_secret", None),
    "unisender_go": ("api_key", signed_unisender),
}


@pytest.fixture
def post(client, settings):
    """Post a report as the provider does, with the secret that the options name."""
    settings.PUBLIC_URL = "https://papers.example.org"

    def send(provider, body, *, signs=True):
        name, sign = SECRETS[provider]
        settings.MAIL = f"{provider}://?{name}={quote(PASSWORD if sign is None else KEY)}"
        headers = {"Authorization": BASIC} if sign is None else {}
        if sign and signs:
            body, headers = sign(body)
        kind = "application/json"
        if provider == "mandrill":
            body, kind = urlencode({"mandrill_events": body}).encode(), FORM
        if provider == "mailgun" and b"event-data" not in body:  # as it reported until 2018
            body, kind = urlencode(json.loads(body)).encode(), FORM
        address = f"/mail/reports/{provider}"
        return client.post(address, body, kind, headers=headers if signs else {})

    return send


@pytest.fixture
def heard(monkeypatch):
    """The reports that were taken in."""
    reports = []
    monkeypatch.setattr(outcomes, "take", reports.append)
    return reports


def parsed(view, told):
    """What django-anymail's own parser makes of an event whose signature cannot be made here."""
    parser = view.__new__(view)
    request = RequestFactory().post("/", json.dumps(told), "application/json")
    return parser.parse_events(request)


# Provider: what its samples tell. Those that are not named tell nothing of delivery.
TOLD = {
    "amazon_ses": {
        "bounce_event__raw_ses_event": "bounced",
        "bounce_event__raw_sns_message": "bounced",
        "complaint_event__raw_ses_event": "complained",
        "complaint_event__raw_sns_message": "complained",
        "delivery_event__raw_ses_event": "delivered",
        "delivery_event__raw_sns_message": "delivered",
        "multiple_bounce_event__raw_ses_event": "bounced bounced",
        "multiple_bounce_event__raw_sns_message": "bounced bounced",
        "reject_event__raw_ses_event": "rejected",
        "reject_event__raw_sns_message": "rejected",
        "rendering_failure_event__raw_ses_event": "rejected",
        "rendering_failure_event__raw_sns_message": "rejected",
    },
    "brevo": {
        "blocked__raw_event": "rejected",
        "complaint__raw_event": "complained",
        "deferred_event__raw_event": "deferred",
        "delivered_event__raw_event": "delivered",
        "error_email__raw_event": "rejected",
        "hard_bounce__raw_event": "bounced",
        "invalid_email__raw_event": "bounced",
        "soft_bounce_event__raw_event": "returned",
        "spam__raw_event": "complained",
        "unsubscribe__raw_event": "unsubscribed",
    },
    "mailersend": {
        "delivered_event__raw_event": "delivered",
        "hard_bounced_event__raw_event": "bounced",
        "soft_bounced_event__raw_event": "returned",
        "spam_complaint_event__raw_event": "complained",
        "unsubscribed_event__raw_event": "unsubscribed",
    },
    "mailgun": {
        "alt_smtp_code__raw_event": "bounced",
        "complained_event__raw_event": "complained",
        "delivered_event__raw_event": "delivered",
        "dropped_bounce__raw_event": "rejected:bounced",
        "dropped_spam__raw_event": "rejected:complained",
        "dropped_timed_out__raw_event": "rejected",
        "failed_greylisted_event__raw_event": "deferred",
        "failed_permanent_event__raw_event": "bounced",
        "failed_temporary_event__raw_event": "deferred",
        "invalid_mailbox__raw_event": "bounced",
        "metadata_message_headers__raw_event": "delivered",
        "rejected_event__raw_event": "rejected",
        "unsubscribed_event__raw_event": "unsubscribed",
    },
    "mailjet": {
        "blocked_event__raw_events": "rejected:bounced",
        "bounce_event__raw_events": "bounced",
        "bounced_greylist_event__raw_events": "returned",
        "non_grouped_event__raw_event": "delivered",
        "sent_event__raw_events": "delivered",
        "spam_event__raw_events": "complained",
        "unsub_event__raw_events": "unsubscribed",
    },
    "mailtrap": {
        "bounce_event__payload": "bounced",
        "reject_event__payload": "rejected",
        "sent_event__payload": "delivered",
        "soft_bounce_event__payload": "returned",
        "spam_event__payload": "complained",
        "suspension_event__payload": "deferred",
        "unsubscribe_event__payload": "unsubscribed",
    },
    "mandrill": {
        "hard_bounce_event__raw_events": "bounced",
    },
    "postal": {
        "bounce_event__raw_event": "bounced",
        "deferred_event__raw_event": "deferred",
        "delivered_event__raw_event": "delivered",
        "failed_event__raw_event": "rejected",
    },
    "postmark": {
        "bounce_event__raw_event": "bounced",
        "bounce_unsubscribe_variant__raw_event": "unsubscribed",
        "delivered_event__raw_event": "delivered",
        "spam_event__raw_event": "complained",
        "subscription_change_bounce__raw_event": "bounced",
        "unsubscribe__raw_event": "unsubscribed",
    },
    "resend": {
        "complained_event__raw_event": "complained",
        "delivered_event__raw_event": "delivered",
        "delivery_delayed_event__raw_event": "deferred",
        "hard_bounced_event__raw_event": "bounced",
        "suppressed_event__raw_event": "bounced",
    },
    "sendgrid": {
        "bounce_event__raw_events": "bounced",
        "compatibility_message_id_from_smtp_id__raw_events": "delivered",
        "deferred_event__raw_events": "deferred",
        "delivered_event__raw_events": "delivered",
        "dropped_bounced__raw_events": "rejected:bounced",
        "dropped_invalid_event__raw_events": "rejected:bounced",
        "dropped_unsubscribed_event__raw_events": "rejected:asked",
    },
    "sparkpost": {
        "bounce_event__raw_events": "bounced",
        "delay_event__raw_events": "deferred",
        "delivery_event__raw_events": "delivered",
        "generation_failure_event__raw_events": "rejected",
        "generation_rejection_event__raw_events": "rejected",
        "unsubscribe_event__raw_events": "unsubscribed",
    },
    "unisender_go": {
        "delivered_event__raw_event": "delivered",
        "hard_bounced_event__raw_event": "bounced",
        "multiple_event_option__raw_event": "delivered",
        "soft_bounced_event__raw_event": "returned",
        "spam_event__raw_event": "complained",
        "unsubscribed_event__raw_event": "unsubscribed",
    },
}
PARSED = {"amazon_ses": AmazonSESTrackingWebhookView, "postal": PostalTrackingWebhookView}
MISTAKEN = {"incorrect_received_event__raw_sns_message", "misconfigured_inbound__raw_event"}


def words(reports):
    return " ".join(r.word + (f":{r.reason}" if r.reason else "") for r in reports)


def take_in(provider, name, body, *, post, heard):
    """Give a sample to the site; gives the words it was heard for."""
    heard.clear()
    if provider not in PARSED:
        assert post(provider, body).status_code == (400 if name in MISTAKEN else 200)
        return words(heard)
    told = json.loads(body)
    if provider == "amazon_ses" and "Message" not in told:
        told = {"Type": "Notification", "Message": json.dumps(told)}
    events = [] if name in MISTAKEN else parsed(PARSED[provider], told)
    return words(report for event in events if (report := signals.report(event)))


@pytest.mark.parametrize("provider", TOLD)
def test_every_sample_of_a_provider_is_heard_for_what_it_tells(shared, post, heard, provider):
    folder = shared / "formats" / "mail" / "webhooks"
    samples = {
        path.name.removesuffix(".json").partition("__")[2]: path.read_bytes()
        for path in folder.glob(f"{provider}__*.json")
    }

    assert set(TOLD[provider]) <= set(samples)
    for name, body in samples.items():
        said = take_in(provider, name, body, post=post, heard=heard)
        assert said == TOLD[provider].get(name, ""), name


def test_every_provider_of_the_samples_is_tried(shared):
    held = {p.name.partition("__")[0] for p in (shared / "formats/mail/webhooks").glob("*__*.json")}

    assert held == set(TOLD)


@pytest.mark.parametrize(
    ("number", "told"),
    [(1, "bounced"), (2, "bounced"), (3, "complained"), (4, "delivered"), (6, "bounced")],
)
def test_what_a_bounce_parser_kept_of_amazon_is_heard_alike(shared, number, told):
    path = shared / "formats" / "mail" / "webhooks" / f"sisimai_json-amazonses-0{number}.json"

    said = take_in("amazon_ses", "", path.read_bytes(), post=None, heard=[])

    assert said == told


def bounce(message, **more):
    """A bounce as Postmark reports it."""
    told = {
        "RecordType": "Bounce",
        "Type": "HardBounce",
        "MessageID": message.receipt,
        "Email": message.address,
        "Details": f"550 5.1.1 <{message.address}> unknown",
        "BouncedAt": "2026-08-15T11:00:00Z",
    } | more
    return json.dumps(told).encode()


def test_a_report_ends_mail_and_stands_in_the_log_once(post, sent):
    message = sent()
    answers = [post("postmark", bounce(message)) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [200, 200]
    (event,) = Event.objects.all()
    assert (event.message, event.what) == (message, "bounced")
    assert event.at == NOW - timedelta(hours=1)
    assert suppression.suppressed([message.address]) == {message.address}


def test_opening_a_letter_is_nobody_s_business(post, sent):
    message = sent()
    post("postmark", bounce(message, RecordType="Open"))
    post("postmark", bounce(message, RecordType="Click"))

    assert not Event.objects.exists()


@pytest.mark.parametrize("provider", SECRETS)
def test_a_report_without_its_secret_is_refused(post, sent, provider, caplog):
    message = sent()
    answer = post(provider, bounce(message), signs=False)

    assert answer.status_code == 400
    assert not Event.objects.exists()
    assert [record.getMessage() for record in caplog.records] == ["mail.report_refused"]


def test_a_wrong_password_is_refused(client, settings, sent):
    settings.MAIL = "postmark://?webhook_secret=other:word"
    headers = {"Authorization": BASIC}
    answer = client.post(
        "/mail/reports/postmark", bounce(sent()), "application/json", headers=headers
    )

    assert answer.status_code == 400
    assert not Suppression.objects.exists()


@pytest.mark.parametrize(
    "mail",
    [
        "",
        "off",
        "folder",
        "smtp://mx.example.org",
        "postmark://?server_token=key",
        "postmark://?webhook_secret=",
        "mailgun://?webhook_secret=reports:secret",
        "postmark://?=&=",
        "postmark://?webhook_signing_key=key",
    ],
)
def test_without_a_secret_for_the_provider_there_is_no_such_address(client, settings, mail):
    settings.MAIL = mail

    answer = client.post("/mail/reports/postmark", b"{}", "application/json")

    assert answer.status_code == 404


KEYS = {
    "webhook_signing_key": {"mailgun"},
    "signing_secret": {"mailersend", "resend"},
    "tracking_secret": {"mailtrap"},
    "webhook_key": {"mandrill", "postal"},
    "tracking_webhook_verification_key": {"sendgrid"},
    "api_key": {"unisender_go"},
    "webhook_url": set(),
}


@pytest.mark.parametrize("provider", known())
@pytest.mark.parametrize("key", KEYS)
def test_a_key_that_a_provider_does_not_sign_by_opens_nothing(settings, provider, key):
    settings.MAIL = f"{provider}://?{key}=key"

    assert webhooks._given(provider) == ({key: "key"} if provider in KEYS[key] else {})


@pytest.mark.parametrize(
    "body", [b"", b"[", b"[1]", b"null", b"[" * 100_000, b"\xff\xfe", b'{"Type": 1}']
)
def test_what_is_no_report_is_refused_and_not_a_failure_of_ours(post, body):
    assert post("sparkpost", body).status_code == 400


def test_a_report_may_be_longer_than_a_form(post, sent):
    message = sent()
    long = bounce(message, Content="x" * 1_000_000)

    assert post("postmark", long).status_code == 200
    assert Event.objects.count() == 1
    assert post("postmark", bounce(message, Content="x" * 5_000_000)).status_code == 400


@pytest.mark.parametrize("method", ["get", "put", "delete"])
def test_only_posts_are_reports(client, settings, method):
    settings.MAIL = "postmark://?webhook_secret=reports:secret"

    assert getattr(client, method)("/mail/reports/postmark").status_code == 405


@pytest.mark.parametrize(
    ("mail", "said"),
    [
        ("amazon_ses://?webhook_secret=a:b", "pip install 'django-anymail[amazon_ses]'"),
        ("mailersend://?webhook_secret=a:b", "lacks a key"),
    ],
)
def test_an_operator_is_told_what_is_missing_to_read_reports(client, settings, mail, said):
    settings.MAIL = mail
    provider = mail.partition(":")[0]

    answer = client.post(f"/mail/reports/{provider}", b"{}", "application/json")

    assert answer.status_code == 503
    assert said in answer.content.decode().replace("&#x27;", "'")


def test_a_report_is_taken_from_wherever_it_comes_and_no_answer_is_kept(post, sent, client):
    message = sent()
    headers = {"Authorization": BASIC, "Origin": "https://postmark.example"}
    headers["Sec-Fetch-Site"] = "cross-site"
    first = post("postmark", bounce(message, RecordType="Delivery"))
    again = client.post(
        "/mail/reports/postmark", bounce(message), "application/json", headers=headers
    )

    assert (first.status_code, again.status_code) == (200, 200)
    assert not first.cookies
    assert "ETag" not in first
    assert first["Cache-Control"] == "no-store"
