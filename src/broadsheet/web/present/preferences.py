"""A reader's own page: what comes, what was sent, and everything that can be done about it."""

from collections.abc import Iterator
from typing import Any, Final

from broadsheet.digest.types import Mailing, Move, Preferences
from broadsheet.kernel import words
from broadsheet.mail.types import Delivery, Happening
from broadsheet.web import zones
from broadsheet.web.forms import LATEST, Form
from broadsheet.web.present import mail
from broadsheet.web.zones import local

_STATES: Final = {
    "pending": "not confirmed yet",
    "active": "",
    "paused": "paused: nothing is sent until you go on",
}
_WHAT: Final = {
    "composed": "composed",
    "sent": "handed over",
    "later": "put off, to be tried again",
    "failed": "could not be handed over",
    "doubtful": "perhaps handed over: the answer was lost",
    "suppressed": "not sent, because nothing may be sent to this address",
    "cancelled": "taken back before it was sent",
    "retried": "tried once more",
    "delivered": "taken by your mail server",
    "deferred": "put off by your mail server",
    "rejected": "refused by the service that sends mail for this site",
    "returned": "came back for now",
    "bounced": "came back",
    "unsubscribed": "left by a button of that service",
    "complained": "reported as unwanted",
    "lifted": "mail may go to this address again",
}
_DONE: Final = {
    "change": "Changed.",
    "pause": "Paused. Nothing of it is sent until you go on.",
    "resume": "It goes on.",
    "leave": "Left. Nothing more of it is sent.",
    "add": "Added. The first letter comes when it is next due.",
    "zone": "All times are now by the clocks of your time zone.",
    "address": "Two letters are on their way, one to each address. Your mail moves when both"
    " links were used.",
}
_SHOWN: Final = 100


def preferences(
    token: str, found: Preferences, *, wrong: Form | None = None, at: str = "", done: str = ""
) -> dict[str, Any]:
    """The page. ``wrong`` is the form that could not be used, ``at`` what it was about."""
    here = [one for one in found.mailings if one.state != "left"]
    return {
        "page_title": "Your mail",
        "token": token,
        "address": found.address,
        "suppressed": found.suppressed,
        "zone": zones.label(found.zone),
        "done": _DONE.get(done, ""),
        "told": wrong.errors.get("", "Something cannot be used: see below.") if wrong else "",
        "mailings": [_mailing(one, found.zone, wrong if at == one.name else None) for one in here],
        "several": len(here) > 1,
        "left": [_left(one) for one in found.mailings if one.state == "left"],
        "adding": _adding(wrong if at == "add" else None),
        "zones": zones.options(wrong.zone if wrong and at == "zone" else found.zone, every=True),
        "zone_wrong": wrong.errors.get("zone", "") if wrong and at == "zone" else "",
        "moving": _moving(found.move, found.zone),
        "new_address": wrong.address if wrong and at == "address" else "",
        "address_wrong": wrong.errors.get("address", "") if wrong and at == "address" else "",
        "log": [_delivery(one, found.zone) for one in found.deliveries[:_SHOWN]],
    }


def form(one: Mailing) -> Form:
    """A mailing as the form in which it can be changed."""
    return Form(
        edition=one.edition,
        often=mail.often(one),
        hour=str(one.hour),
        size=str(one.size),
        even_empty=one.even_empty,
    )


def _mailing(one: Mailing, zone: str, wrong: Form | None) -> dict[str, Any]:
    return {
        "name": one.name,
        "at": f"{one.name}-",
        "edition": one.edition,
        "title": mail.capital(one.title),
        "said": one.said,
        "state": _STATES[one.state],
        "again": {"paused": "Go on", "pending": "Have it sent"}.get(one.state, ""),
        "next": local(one.due_at, zone) if one.due_at else "",
        "trouble": one.trouble,
        **mail.fields(wrong or form(one)),
    }


def _left(one: Mailing) -> dict[str, str]:
    return {"name": one.name, "title": mail.capital(one.title), "edition": one.edition}


def _adding(wrong: Form | None) -> dict[str, Any]:
    return {"editions": mail.editions(LATEST), **mail.fields(wrong or Form())}


def _moving(move: Move | None, zone: str) -> dict[str, Any] | None:
    if move is None or move.is_done:
        return None
    return {
        "new": move.new,
        "waits": words.listed(list(_waiting(move))),
        "until": local(move.until, zone),
    }


def _waiting(move: Move) -> Iterator[str]:
    if not move.old_agreed:
        yield "this address"
    if not move.new_agreed:
        yield "the new one"


def delete(token: str) -> dict[str, Any]:
    """The page that asks whether all of it is to go."""
    return {"page_title": "Delete everything of you here?", "token": token}


def deleted(*, never_again: bool) -> dict[str, Any]:
    """The page that says that it is gone."""
    return {"page_title": "It is deleted", "never_again": never_again}


def agree(move: Move | None) -> dict[str, Any]:
    """The page of a link to agree to a change of address."""
    if move is None:
        return {"page_title": "Nothing is left to agree to", "gone": True}
    agreed = {"old": move.old_agreed, "new": move.new_agreed, "": False}[move.side]
    named = {"old": move.old, "new": move.new, "until": words.moment(move.until)}
    if move.is_done:
        return {"page_title": "Your mail has moved", "done": True, **named}
    title = "Half of it is done" if agreed else "Shall the mail move?"
    return {"page_title": title, "agreed": agreed, **named}


def _delivery(one: Delivery, zone: str) -> dict[str, Any]:
    return {
        "subject": one.subject,
        "lines": [_happened(happening, zone) for happening in one.happenings],
    }


def _happened(one: Happening, zone: str) -> dict[str, str]:
    return {"when": local(one.at, zone), "what": _WHAT.get(one.what, one.what), "said": one.said}
