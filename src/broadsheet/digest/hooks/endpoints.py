"""Which addresses a webhook may have, as far as an address tells by itself.

Only https: what is sent is signed, but a signature hides nothing, and which searches somebody
watches is nobody else's business on the way. What a name stands for is looked at when it is
spoken to (``net.addresses``); here only what will never work is refused, at once and in words.
"""

from ipaddress import ip_address
from typing import Final
from urllib.parse import urlsplit

from django.conf import settings

from broadsheet.kernel.errors import BadQuestion, NotAsked
from broadsheet.net.addresses import Checks
from broadsheet.net.targets import Target, target

LONGEST: Final = 500
_PORT: Final = 443


def checked(url: str) -> str:
    """The address as it will be spoken to. Raises BadQuestion, whose words do not repeat it."""
    url = url.strip()
    if len(url) > LONGEST:
        raise _wrong(f"it is longer than {LONGEST} characters")
    try:
        to = target(url)
    except NotAsked as error:
        raise _wrong(str(error.facts["reason"])) from None
    if to.scheme != "https":
        raise _wrong("only https is spoken; with http, others on the way could read along")
    if reason := _refusal(to):
        raise _wrong(reason)
    return to.url


def is_own(host: str) -> bool:
    """Whether that is this site itself."""
    own = urlsplit(settings.PUBLIC_URL).hostname or ""
    return host.rstrip(".") == own.rstrip(".")


def _refusal(to: Target) -> str:
    """What is wrong with a host, as the end of a sentence."""
    if is_own(to.host):
        return "it is this site itself"
    if to.port != _PORT:
        return f"it asks for port {to.port}, and only {_PORT} is spoken to"
    address = _address(to.host)
    if not address and "." not in to.host.rstrip("."):
        return "its host is a name of a network of its own; use one of the public web"
    return Checks().refusal_of(to.host, to.port, (address,) if address else ())


def _address(host: str) -> str:
    try:
        return str(ip_address(host))
    except ValueError:
        return ""


def _wrong(reason: str) -> BadQuestion:
    return BadQuestion(what="The address of the webhook", reason=reason)
