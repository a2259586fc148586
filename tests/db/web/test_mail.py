"""The pages of mail for strangers, through the client: both methods, headers, forms in error."""

import re
from html import unescape

import pytest
from django.test import Client
from tests.db.web.test_pages import text_of

from broadsheet.digest import links
from broadsheet.digest.models import Subscriber, Subscription
from broadsheet.kernel import clock
from broadsheet.mail.models import Message

pytestmark = pytest.mark.django_db

ADA = "ada@example.org"


@pytest.fixture(autouse=True)
def mail_is_on(settings):
    settings.MAIL, settings.PUBLIC_URL = "folder", "https://papers.example.org"


def link(kind: str) -> str:
    """The newest link of this kind in a posted letter, without the site."""
    for message in Message.objects.order_by("-pk"):
        for value in message.fills.values():
            if found := re.search(rf"/{kind}/\S+", value):
                return found[0]
    raise AssertionError(f"no letter holds a link to {kind}")


def subscribed(client, **wish) -> Subscription:
    client.post("/subscribe", {"address": ADA, "zone": "Europe/Berlin"} | wish)
    client.post(link("subscribe/confirm"))
    return Subscription.objects.latest("pk")


def test_asking_confirming_and_leaving(client):
    asked = client.post("/subscribe", {"address": ADA, "edition": "/latest", "hour": "8"})
    assert asked.status_code == 200
    assert ADA in text_of(asked)
    assert not Subscription.objects.filter(state="active").exists()

    path = link("subscribe/confirm")
    shown = client.get(path)
    assert "at 8:00" in text_of(shown)
    assert not Subscription.objects.filter(state="active").exists(), "a scanner opened the link"

    confirmed = client.post(path)
    assert confirmed.status_code == 200
    row = Subscription.objects.get(state="active")

    path = links.leave_path(row.name)
    assert "No more of this mail" in text_of(client.get(path))
    assert Subscription.objects.get(state="active") == row, "a scanner opened the link"
    left = client.post(path, {"List-Unsubscribe": "One-Click"})
    assert left.status_code == 200
    assert "You have left" in text_of(left)
    assert Subscription.objects.get(state="left") == row
