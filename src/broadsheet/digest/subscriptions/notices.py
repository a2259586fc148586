"""The letters that carry links: to confirm, to change an address, to whoever is known already.

What is one reader's own (addresses, links, what was wished for) stands in slots, so that it is
forgotten with the reader. None of them is mail to a list, and none repeats what somebody typed
into a search: it may go to a stranger's address.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from django.conf import settings
from django.template.loader import render_to_string

from broadsheet.digest import links
from broadsheet.digest.letter.sheets import inlined
from broadsheet.digest.models import Asking, Subscriber, Subscription
from broadsheet.digest.subscriptions import wishes
from broadsheet.digest.subscriptions.wishes import Terms
from broadsheet.editions import site
from broadsheet.kernel.text import plural
from broadsheet.kernel.wrapping import COLUMNS, wrapped
from broadsheet.mail.rules import slot
from broadsheet.mail.types import Body, Kind, Letter

_INDENT: Final = "    "


@dataclass(frozen=True, slots=True)
class Words:
    """What a letter says. Its text has paragraphs, ``= slot`` for what is set apart and
    ``label -> slot`` for a link, of which the first is the one that matters.
    """

    subject: str
    heading: str
    text: str


_WORDS: Final[Mapping[str, Words]] = {
    "confirm": Words(
        subject="confirm that you want this mail",
        heading="Shall the mail begin?",
        text="""
Somebody, most likely you, asked that this address be sent

= said

= most

Nothing is sent before you say yes. The link leads to a page with a button, and is good for
{days} days.

Yes, send it -> link

It was not you? Then do nothing: what was typed is deleted after {days} days. To have it deleted
now, or to get no mail from here ever again:

Delete this address -> preferences
""",
    ),
    "change": Words(
        subject="confirm what you asked for",
        heading="Shall the mail come so?",
        text="""
Somebody, most likely you, asked once more for mail that this address has asked for before. It
would come as

= said

= most

Nothing changes before you say yes. The link leads to a page with a button, and is good for
{days} days.

Yes, send it so -> link

It was not you? Then do nothing, and all stays as it is. Everything that comes to this address,
and how to change or stop it:

The page of your mail -> preferences
""",
    ),
    "known": Words(
        subject="your mail, and how to change it",
        heading="It comes already",
        text="""
Somebody, most likely you, asked for mail that comes to this address already, just as it was
asked for. So there is nothing to confirm.

Everything that comes to you, what was sent so far, and how to change or stop it:

The page of your mail -> preferences
""",
    ),
    "move_to": Words(
        subject="confirm this address",
        heading="Shall the mail come here?",
        text="""
Whoever reads

= old

wants the mail that goes there from here to come to this address from now on. If that is you, say
yes; the old address has to agree too. The link leads to a page with a button, and is good for
{days} days.

Yes, send it here -> link

If mail comes to this address from here already, both are put together. It is not you? Then do
nothing, and nothing comes.
""",
    ),
    "move_from": Words(
        subject="confirm that your address changes",
        heading="Shall the mail go elsewhere?",
        text="""
Somebody, most likely you, wants the mail that comes to this address to go from now on to

= new

If that is you, say yes; the new address has to agree too. The link leads to a page with a button,
and is good for {days} days.

Yes, send it there -> link

It was not you? Then do nothing, and all stays as it is. Somebody has opened one of your links
then, perhaps in a letter that you passed on. What comes to you, and how to stop it:

The page of your mail -> preferences
""",
    ),
    "moved": Words(
        subject="your mail comes here now",
        heading="It comes here now",
        text="""
Your mail comes to this address from now on. The old one is kept nowhere, and links to your page
in letters to it have ended.

Everything that comes to you, and how to change or stop it:

The page of your mail -> preferences
""",
    ),
}


def confirmation(asking: Asking, row: Subscription, terms: Terms) -> Letter:
    """The link that begins a subscription, or changes one that there is."""
    name = "change" if row.confirmed_at else "confirm"
    fills = {
        "said": _indented(f"{wishes.said(row.edition, terms, bare=True)}."),
        "most": _most(terms),
        "link": links.absolute(links.confirm_path(asking.name)),
        "preferences": _preferences(row.subscriber),
    }
    return _letter(name, asking.name, row.subscriber, fills)


def known(asking: Asking, subscriber: Subscriber) -> Letter:
    """The way to everything that comes already: what was asked for is among it."""
    return _letter("known", asking.name, subscriber, {"preferences": _preferences(subscriber)})


def move_to(asking: Asking, subscriber: Subscriber) -> Letter:
    """To the new address: whether mail of another may come here.

    It is the asking's own, so that the log of the old address tells nothing of the new one.
    """
    to = Subscriber(name=asking.name, address=subscriber.next_address)
    fills = {"link": _agree(subscriber, "new"), "old": subscriber.address}
    return _letter("move_to", asking.name, to, fills)


def move_from(asking: Asking, subscriber: Subscriber) -> Letter:
    """To the old address: whether its mail may go elsewhere."""
    fills = {
        "link": _agree(subscriber, "old"),
        "new": subscriber.next_address,
        "preferences": _preferences(subscriber),
    }
    return _letter("move_from", asking.name, subscriber, fills)


def moved(subscriber: Subscriber, before: str) -> Letter:
    """To the new address, once it is theirs; ``before`` is the name whose links have ended."""
    return _letter("moved", before, subscriber, {"preferences": _preferences(subscriber)})


def _letter(name: str, key: str, to: Subscriber, fills: Mapping[str, str]) -> Letter:
    kind: Kind = "confirmation" if name in ("confirm", "change") else "notice"
    return Letter(
        key=f"{name} {key}",
        kind=kind,
        owner=to.name,
        address=to.address,
        body=_body(name, site.title(), settings.PUBLIC_URL, settings.CONTACT),
        fills={"address": to.address, **fills},
    )


@lru_cache(maxsize=32)
def _body(name: str, title: str, root: str, contact: str) -> Body:
    """What all letters of this name share."""
    words = _WORDS[name]
    told = words.text.format(days=links.GOOD_FOR.days).strip()
    parts = [_part(text) for text in told.split("\n\n")]
    for kind in ("quoted", "href"):  # the first of each is what matters
        next((part for part in parts if kind in part), {})["is_main"] = True
    context = {
        "title": title,
        "masthead": wrapped(title.upper()),
        "double": "=" * COLUMNS,
        "subject": f"{title}: {words.subject}",
        "heading": words.heading,
        "parts": parts,
        "address": slot("address"),
        "root": root,
        "contact": contact,
    }
    return Body(
        subject=f"{title}: {words.subject}",
        text=render_to_string("digest/notice.txt", context),
        html=inlined(render_to_string("digest/notice.html", context)),
    )


def _part(text: str) -> dict[str, Any]:
    if text.startswith("= "):
        return {"quoted": slot(text[2:])}
    label, arrow, name = text.partition(" -> ")
    return {"href": slot(name), "label": label} if arrow else {"text": wrapped(text)}


def _indented(text: str) -> str:
    return wrapped(text, COLUMNS - len(_INDENT)).replace("\n", f"\n{_INDENT}")


def _preferences(subscriber: Subscriber) -> str:
    return links.absolute(links.preferences_path(subscriber.name))


def _agree(subscriber: Subscriber, side: links.Side) -> str:
    if subscriber.change_asked_at is None:
        raise ValueError("no change of address is under way")
    return links.absolute(
        links.agree_path(subscriber.change_name, side, subscriber.change_asked_at)
    )


def _most(terms: Terms) -> str:
    empty = "a line on days without any" if terms.even_empty else "nothing on days without any"
    return f"At most {plural(terms.size, 'paper')} a letter, {empty}."
