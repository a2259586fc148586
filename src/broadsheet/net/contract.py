"""What sources ask of the client, and what the client asks of whoever holds its turns."""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """What an upstream answered, 200 or 304.

    ``url`` is the address that answered, after redirects; names of ``headers`` are lower case;
    ``body`` is decompressed, empty of a 304.
    """

    url: str
    status: int
    headers: Mapping[str, str]
    body: bytes
    asked_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What the last answer said of itself, sent along so that the same is not sent again."""

    etag: str = ""
    last_modified: str = ""


class Limiter(Protocol):
    """Gives turns: one at a time to a host, no sooner than the host wants."""

    def turn(self, host: str) -> AbstractContextManager[None]:
        """Wait for the one connection to this host and hold it. Raises NotAsked if it rests."""

    def rest(self, host: str, until: datetime, reason: str) -> None:
        """Nobody asks this host before ``until``."""


class Client(Protocol):
    """Asks one address and gives the whole answer.

    Raises:
        NotAsked: no answer of use came (no connection, time-out, 5xx, 429, too long, an address
            that must not be asked); the message says which and until when the host rests.
        NotThere: the upstream says it has no such thing (404, 410).
        Unreadable: the answer is broken (cut off, a compression that bursts its bound).
    """

    def get(
        self,
        url: str,
        params: Mapping[str, str] | None = None,
        *,
        headers: Mapping[str, str] | None = None,
        known: Known | None = None,
        most_bytes: int = 64_000_000,
    ) -> Response: ...
