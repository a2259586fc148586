"""A stranger's way to mail, for tests of its pages."""

import re

from broadsheet.digest import links
from broadsheet.digest.models import Subscription
from broadsheet.mail.models import Message

ADA = "ada@example.org"


def link(kind: str, to: str = "") -> str:
    """The newest link of this kind in a posted letter, to anybody or to one, without the site."""
    letters = Message.objects.order_by("-pk")
    for letter in letters.filter(address=to) if to else letters:
        for value in letter.fills.values():
            if found := re.search(rf"/{kind}/\S+", value):
                return found[0]
    raise AssertionError(f"no letter holds a link to {kind}")


def subscribed(client, **wish) -> Subscription:
    """The subscription of somebody who asked and confirmed."""
    asked = client.post("/subscribe", {"address": ADA, "zone": "Europe/Berlin"} | wish)
    assert asked.status_code == 200
    assert client.post(link("subscribe/confirm")).status_code == 200
    return Subscription.objects.latest("pk")


def leave_path(row: Subscription) -> str:
    return links.leave_path(row.name)


def own_path(row: Subscription) -> str:
    return links.preferences_path(row.subscriber.name)
