"""Whether mail can leave and will be believed: options, connection, signature, names, headers."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from email import message_from_bytes, policy
from typing import Final
from uuid import uuid4

import dns.exception
import dns.resolver
from django.conf import settings

from broadsheet.kernel import clock
from broadsheet.kernel.errors import BroadsheetError, Unavailable
from broadsheet.mail import rules, sender, signing
from broadsheet.mail.building import built
from broadsheet.mail.places import Provider, Server, place
from broadsheet.mail.transports.choosing import chosen
from broadsheet.mail.transports.contract import Outgoing, Transport

__all__ = ["Finding", "look", "texts"]

_TIMEOUT_S: Final = 5.0
_MUST_BE_SIGNED: Final = frozenset(
    {"from", "to", "subject", "date", "message-id", "list-unsubscribe", "list-unsubscribe-post"}
)

Ask = Callable[[str], tuple[str, ...]]
"""Gives the text records of a name in the DNS. Raises Unavailable where none can be asked."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One sentence; ``is_wrong`` where something has to be done."""

    said: str
    is_wrong: bool = False


def texts(name: str) -> tuple[str, ...]:
    """The text records of a name, as the servers of this machine tell them."""
    try:
        answer = dns.resolver.resolve(name, "TXT", lifetime=_TIMEOUT_S)
    except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
        return ()
    except dns.exception.DNSException as error:
        raise Unavailable(what="The DNS", remedy=str(error)) from error
    return tuple(b"".join(record.strings).decode("utf-8", "replace") for record in answer)


def look(to: str = "", *, ask: Ask = texts) -> Iterator[Finding]:
    """Look at everything; what is found comes as it is found. ``to`` gets a message if given."""
    if not sender.is_on():
        yield Finding("Mail is off. Set BROADSHEET_MAIL; broadsheet config says to what.", True)
        return
    if remedy := sender.remedy():
        yield Finding(f"Nothing is sent. {remedy}", True)
    try:
        with chosen() as transport:
            yield from _transport(transport)
            yield from _believed(ask)
            if to:
                yield _sent(transport, to)
    except BroadsheetError as error:
        yield Finding(error.user_message, True)


def _transport(transport: Transport) -> Iterator[Finding]:
    transport.look()
    yield Finding(f"Mail leaves by {transport.where}, which can be used.")


def _believed(ask: Ask) -> Iterator[Finding]:
    """What receivers look at: who signs, for which domain, and what the DNS says of it."""
    way = place(settings.MAIL) if "://" in settings.MAIL else None
    if way is None:
        yield Finding("Nothing leaves this machine: there is nothing for others to believe.")
        return
    domain = sender.sender().domain
    if isinstance(way, Provider):
        yield Finding(f"{way.name} signs: let it prove {domain}, and keep tracking off there.")
    elif signing.is_signing():
        yield from _signature(domain)
    else:
        yield Finding(_unsigned(way), True)
    is_provider = isinstance(way, Provider)
    is_ours = not is_provider and signing.is_signing()
    try:
        yield from _names(domain, is_ours=is_ours, is_provider=is_provider, ask=ask)
    except Unavailable as error:
        yield Finding(f"{error.user_message} The records of {domain} were not looked at.")


def _unsigned(way: Server) -> str:
    return (
        f"Nobody signs here. Set BROADSHEET_DKIM_KEY, or have {way.host} sign, with"
        " List-Unsubscribe and List-Unsubscribe-Post among the headers it covers."
    )


def _signature(domain: str) -> Iterator[Finding]:
    """Build and sign a message, and read it as a receiver would."""
    content = signing.signed(built(_probe(f"probe@{domain}")), domain)
    mail = message_from_bytes(content, policy=policy.default)
    tags = dict(
        tag.strip().split("=", 1) for tag in str(mail["DKIM-Signature"]).split(";") if "=" in tag
    )
    covered = {name.strip().lower() for name in tags["h"].split(":")}
    missing = _MUST_BE_SIGNED - covered
    whole = signing.is_whole(content, signing.record())
    if missing or not whole or tags["d"] != domain:
        yield Finding(f"The signature does not hold for {', '.join(missing) or domain}.", True)
    else:
        yield Finding(
            f"Mail from {domain} is signed for {tags['d']}: aligned, and the signature holds with"
            " List-Unsubscribe and List-Unsubscribe-Post in it."
        )


def _names(domain: str, *, is_ours: bool, is_provider: bool, ask: Ask) -> Iterator[Finding]:
    """Most providers send as a domain of theirs, and have SPF there: ours needs none then."""
    if is_ours:
        name = f"{settings.DKIM_SELECTOR}._domainkey.{domain}"
        yield _key(name, [one for one in ask(name) if "p=" in one])
    records = [one for one in ask(domain) if one.lower().startswith("v=spf1")]
    if records or not is_provider:
        yield _one("SPF", domain, records)
    above = _above(domain)
    found = [one for name in above for one in ask(f"_dmarc.{name}") if one.startswith("v=DMARC1")]
    yield _one("DMARC", f"_dmarc.{domain}", found[:1])


def _key(name: str, records: list[str]) -> Finding:
    wanted = signing.record()
    if not records:
        return Finding(f"There is no key at {name}. Put there as text: {wanted}", True)
    if not any(_public(one) == _public(wanted) for one in records):
        return Finding(f"The key at {name} is another. Put there as text: {wanted}", True)
    return Finding(f"The key at {name} is ours.")


def _public(record: str) -> str:
    """The key in a record, without the spaces that may stand in it."""
    return "".join(record.split()).partition("p=")[2].partition(";")[0]


def _one(kind: str, name: str, records: list[str]) -> Finding:
    if len(records) == 1:
        return Finding(f"{kind} at {name}: {records[0]}")
    if records:
        return Finding(f"There is more than one {kind} record at {name}; keep one.", True)
    return Finding(f"There is no {kind} record at {name}: {_ADVICE[kind]}", True)


_ADVICE: Final = {
    "SPF": "as text, v=spf1 with the servers that may send for it, and -all.",
    "DMARC": "as text, v=DMARC1; p=none is enough to begin with.",
}


def _above(domain: str) -> list[str]:
    """The domain and those above it that have two labels or more, as DMARC looks for it."""
    labels = domain.split(".")
    return [".".join(labels[first:]) for first in range(max(1, len(labels) - 1))]


def _sent(transport: Transport, to: str) -> Finding:
    answer = transport.hand_over(_probe(to))
    if answer.verdict == "taken" and settings.MAIL == "folder":
        return Finding(f"A message was written there: {answer.receipt}")
    if answer.verdict == "taken":
        where = f"to {rules.domain(to)} was taken: look there for it, and at its headers"
        return Finding(f"A message {where} (dkim=pass, spf=pass, dmarc=pass).")
    return Finding(f"A message to {rules.domain(to)} was not taken: {answer.said}", True)


def _probe(to: str) -> Outgoing:
    who, site = sender.sender(), settings.PUBLIC_URL or "http://localhost"
    return Outgoing(
        name=f"{uuid4().hex}@{who.domain}",
        sender=who,
        address=to,
        subject=f"A message to try the mail of {settings.TITLE}",
        text=f"It came from {site}, and there is nothing to do.\n",
        html=f"<p>It came from {site}, and there is nothing to do.</p>\n",
        headers={
            "List-Id": f"<probe.{who.domain}>",
            "List-Unsubscribe": f"<{site}/unsubscribe/probe>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        },
        at=clock.now(),
    )
