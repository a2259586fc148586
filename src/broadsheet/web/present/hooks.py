"""A reader's webhooks, made ready for their page."""

from collections.abc import Iterable
from typing import Any, Final

from broadsheet.digest.hooks.webhooks import WebhookState
from broadsheet.digest.types import Preferences
from broadsheet.kernel.text import plural
from broadsheet.web import forms
from broadsheet.web.present import mail
from broadsheet.web.zones import local

_DONE: Final = {
    "add": "Added. Press “Send a test” to see whether it arrives.",
    "test": "A test is on its way. Load this page again to see what came of it.",
    "rotate": "There is a new secret. For a day both sign what is sent.",
    "on": "It is on again, for what is news from now on.",
    "remove": "Removed.",
}
_PACES: Final = {
    "at_once": "At once",
    "hourly": "Gathered, once an hour",
    "daily": "Gathered, once a day",
}


def webhooks(
    token: str, listed: Iterable[WebhookState], found: Preferences, *, done: str
) -> dict[str, Any]:
    """The page: every webhook, and a form for one more."""
    own = [one.edition for one in found.mailings]
    return {
        "page_title": "Your webhooks",
        "token": token,
        "address": found.address,
        "done": _DONE.get(done, ""),
        "webhooks": [_webhook(one, found.zone) for one in listed],
        "editions": [way for way in mail.editions(*own) if way.href != forms.TRENDING],
        "paces": _PACES.items(),
    }


def _webhook(one: WebhookState, zone: str) -> dict[str, Any]:
    return {
        "name": one.name,
        "url": one.url,
        "edition": one.edition,
        "title": mail.capital(one.title),
        "what": _what(one),
        "secret": one.secret,
        "on": one.on,
        "why_off": one.why_off,
        "answer": _answer(one, zone),
        "failing": f"It has failed since {local(one.failing_since, zone)}."
        if one.failing_since and one.on
        else "",
        "waiting": f"{plural(one.waiting, 'piece')} of news waits to be told."
        if one.waiting
        else "",
    }


def _what(one: WebhookState) -> str:
    """When it is told of what."""
    if not forms.is_search(one.edition):
        return f"Told each day that is complete ({one.event})."
    return f"Told what newly matches ({one.event}): {_PACES[one.pace].lower()}."


def _answer(one: WebhookState, zone: str) -> str:
    """What came of the last attempt."""
    if not one.answered_at:
        return "Nothing was sent to it yet."
    return f"Tried last on {local(one.answered_at, zone)}: {one.answer}."
