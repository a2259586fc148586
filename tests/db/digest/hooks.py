"""Owners of webhooks, and webhooks to endpoints on this machine, which no owner may add."""

import itertools
from datetime import UTC, datetime

from broadsheet.digest import links, matching
from broadsheet.digest.hooks import dispatches, signing
from broadsheet.digest.hooks.dispatching import deliver
from broadsheet.digest.models import Subscriber, Webhook
from broadsheet.net.addresses import Checks
from broadsheet.net.exchange import Means

BEGAN = datetime(2026, 8, 1, 9, tzinfo=UTC)
HERE = Means(checks=Checks(allowed=("127.0.0.1",)))

_numbers = itertools.count(1)


class Told:
    """The context of a job that nobody stops."""

    def beat(self, said=""):
        pass

    def cancelled(self):
        return False


def owner(**fields):
    number = next(_numbers)
    given = {"made_at": BEGAN, "confirmed_at": BEGAN} | fields
    return Subscriber.objects.create(
        name=f"owner{number}", address=f"owner{number}@example.org", **given
    )


def token_of(subscriber):
    return links.preferences_path(subscriber.name).removeprefix("/mail/")


def webhook(url="https://hooks.example.net/in", edition="/latest", **fields):
    """A webhook of an owner of its own."""
    search = matching.watched(edition).mark if edition.startswith("/search") else ""
    given = {"secret": signing.new_secret(), "made_at": BEGAN, "since": BEGAN} | fields
    given.setdefault("subscriber", None)
    given["subscriber"] = given["subscriber"] or owner()
    return Webhook.objects.create(
        name=f"hook{next(_numbers)}", url=url, edition=edition, search=search, **given
    )


def wait_for(hook, event="day.complete 2026-08-14", **data):
    """Have a dispatch wait to be sent."""
    dispatches.write(hook, event, {"edition": "here", **data}, at=BEGAN)
    return hook.dispatches.get(event=event)


def send(means=HERE):
    """Send what is due, as the worker does, to this machine too."""
    deliver(Told(), means)
