"""Where mail is handed to, read from the option ``mail``. Plain Python."""

from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Final
from urllib.parse import parse_qsl, unquote, urlsplit

_PORTS: Final = {"smtps": 465, "smtp": 587}
_LOCAL_PORT: Final = 25


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """A mail server. ``is_wrapped``: TLS from the first byte; ``is_local``: this machine."""

    host: str
    port: int
    user: str
    password: str
    is_wrapped: bool
    is_local: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider:
    """A service with an API, by its name in django-anymail, and what it is given."""

    name: str
    given: Mapping[str, str]


def place(raw: str) -> Server | Provider:
    """What an address names. Raises ValueError, whose text never quotes it: it holds secrets."""
    name, _, rest = raw.partition("://")
    if name not in _PORTS:  # not always a name that addresses may begin with: amazon_ses
        return Provider(name=name, given=_given(rest.partition("?")[2]))
    try:
        parts = urlsplit(raw)
        port = parts.port
    except ValueError:
        raise ValueError("it is no address") from None
    if not parts.hostname or parts.path.strip("/") or parts.query or port == 0:
        raise ValueError("it is not like smtp://user:password@host:587")
    is_local = _is_local(parts.hostname)
    usual = _LOCAL_PORT if is_local and name == "smtp" else _PORTS[name]
    return Server(
        host=parts.hostname,
        port=port or usual,
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        is_wrapped=name == "smtps",
        is_local=is_local,
    )


def _given(query: str) -> dict[str, str]:
    try:
        return dict(parse_qsl(query, keep_blank_values=True, strict_parsing=bool(query)))
    except ValueError:
        raise ValueError("its keys are not like ?server_token=KEY&message_stream=NAME") from None


def _is_local(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def anymail(raw: str) -> dict[str, str]:
    """The settings of django-anymail for a provider; none for any other way.

    ``postmark://?server_token=KEY`` gives ``POSTMARK_SERVER_TOKEN``. What begins with
    ``webhook_`` or ``requests_`` is the same for all providers there.
    """
    try:
        named = place(raw) if "://" in raw else None
    except ValueError:  # told when mail is to leave
        return {}
    if not isinstance(named, Provider):
        return {}
    return {_setting(named.name, key): value for key, value in named.given.items()}


def _setting(provider: str, key: str) -> str:
    shared = key.startswith(("webhook_secret", "requests_"))
    return (key if shared else f"{provider}_{key}").upper()
