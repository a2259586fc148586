"""Who mail is from, and what is not set yet that sending needs."""

from dataclasses import dataclass
from email.utils import parseaddr

from django.conf import settings

from broadsheet.kernel.errors import Unavailable
from broadsheet.mail import rules


@dataclass(frozen=True, slots=True)
class Sender:
    """``name`` may be ""; ``domain`` is that of the address."""

    name: str
    address: str
    domain: str


def sender() -> Sender:
    """From the options; where they say nothing, one at localhost, which is enough for files."""
    name, address = parseaddr(settings.MAIL_FROM or "broadsheet@localhost")
    return Sender(name or settings.TITLE, address, rules.domain(address))


def is_on() -> bool:
    """Whether mail leaves this site at all, be it into a folder."""
    return settings.MAIL not in ("", "off")


def lacking() -> tuple[str, ...]:
    """The options that have to be set before anything is sent; none for a folder."""
    if not is_on() or settings.MAIL == "folder":
        return ()
    return unset("CONTACT", "MAIL_FROM", "PUBLIC_URL")


def unset(*settings_names: str) -> tuple[str, ...]:
    """The options of those settings that say nothing."""
    return tuple(f"BROADSHEET_{name}" for name in settings_names if not getattr(settings, name))


def remedy() -> str:
    """What to set, as a sentence; "" where nothing is lacking."""
    *first, last = lacking() or ("",)
    names = f"{', '.join(first)} and {last}" if first else last
    return f"Set {names}." if names else ""


def check() -> None:
    """Raises Unavailable that says what to set."""
    if lacking():
        raise Unavailable(what="Sending mail", remedy=remedy())


def pace() -> str:
    """How fast mail may leave, in words."""
    return f"{settings.MAIL_RATE:,} in a second, {settings.MAIL_DOMAIN_RATE:,} to one domain"
