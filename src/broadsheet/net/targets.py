"""Addresses taken apart: what is asked for, and of whom."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import SplitResult, quote, urlencode, urljoin, urlsplit

from broadsheet.kernel.errors import NotAsked

_PORTS: Final = {"http": 80, "https": 443}
_HOST: Final = re.compile(r"[a-z0-9_.-]{1,253}|[0-9a-f:.]+(%[a-z0-9]+)?")
_KEPT: Final = "/%:@!$&'()*+,;=~?[]"
_LONGEST: Final = 16_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """One address: ``host`` in lower case, brackets off; ``path`` with its query."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def place(self) -> str:
        """The host as in an address, with its port where that is not the usual one."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _PORTS[self.scheme] else f"{host}:{self.port}"

    @property
    def url(self) -> str:
        """The whole address."""
        return f"{self.scheme}://{self.place}{self.path}"

    @property
    def shown(self) -> str:
        """The address without its query, which may hold a key: for messages and logs."""
        return f"{self.scheme}://{self.place}{self.shown_path}"

    @property
    def shown_path(self) -> str:
        """The path without its query."""
        return self.path.partition("?")[0]

    def has_origin_of(self, other: "Target") -> bool:
        """Whether what may be told to the one may be told to the other."""
        return (self.scheme, self.host, self.port) == (other.scheme, other.host, other.port)


def target(url: str, params: Mapping[str, str] | None = None) -> Target:
    """Take an address apart, ``params`` added. Raises NotAsked for one that is no web address."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise _refused(url, str(error)) from None
    if parts.scheme not in _PORTS:
        raise _refused(parts.hostname or url, "only http and https are spoken")
    if "@" in parts.netloc:
        raise _refused(parts.hostname or "", "its address carries a name or a password")
    path = _path(parts, params)
    if len(path) > _LONGEST:
        raise _refused(parts.hostname or "", f"its address is longer than {_LONGEST} characters")
    return Target(
        scheme=parts.scheme,
        host=_host(parts.hostname or ""),
        port=_PORTS[parts.scheme] if port is None else port,
        path=path,
    )


def shown(url: str) -> str:
    """An address for people: of what may be a key, in its query or before its host, only "…".

    The names in a query stay, so that two addresses of one site can be told apart.
    """
    bare, mark, query = url.partition("?")
    scheme, slashes, rest = bare.partition("://")
    place, slash, path = rest.partition("/")
    told = f"{scheme}{slashes}{place.rpartition('@')[2]}{slash}{path}".partition("#")[0]
    if not mark:
        return told
    names = (one.partition("=") for one in query.partition("#")[0].split("&"))
    return f"{told}?{'&'.join(f'{name}=…' if has else '…' for name, has, _ in names)}"


def redirected(from_: Target, location: str) -> Target:
    """Where a redirect leads. Raises NotAsked if it leads from https to http, or nowhere."""
    meant = location.encode("latin-1", "replace").decode("utf-8", "replace")  # read as latin-1
    to = target(urljoin(from_.url, meant))
    if from_.scheme == "https" and to.scheme == "http":
        raise _refused(to.place, f"{from_.place} sends from https to http, which is not followed")
    return to


def _path(parts: SplitResult, params: Mapping[str, str] | None) -> str:
    query = "&".join(filter(None, (parts.query, urlencode(params or {}, quote_via=quote))))
    path = quote(parts.path, safe=_KEPT.replace("?", "")) or "/"
    return f"{path}?{quote(query, safe=_KEPT)}" if query else path


def _host(name: str) -> str:
    try:
        host = name.lower() if name.isascii() else name.encode("idna").decode("ascii")
    except UnicodeError:
        host = ""
    if not _HOST.fullmatch(host):
        raise _refused(name, "that is not the name of a host")
    return host


def _refused(host: str, reason: str) -> NotAsked:
    return NotAsked(host=host[:253] or "an address without host", reason=reason, again_at=None)
