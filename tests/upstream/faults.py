"""What can go wrong, when, and what it makes of an answer."""

import functools
import random
import struct
import threading
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from email.utils import format_datetime
from typing import Final

from tests.upstream import announcements, daily, github, oai, query
from tests.upstream.answers import Answer

_BOMB_MIB: Final = 128
_GZIP: Final = b"\x1f\x8b\x08\0\0\0\0\0\0\xff"  # its header, without a name or a time
SERVICES: Final = ("oai", "feed", "api", "daily", "github")

# What goes wrong on the way, whoever is asked.
ON_THE_WAY: Final = {
    "unavailable": "503 with Retry-After in seconds",
    "unavailable-until": "503 with Retry-After as a date",
    "too-many": "429 with Retry-After in seconds",
    "too-many-bare": "429 without a word of when to come again",
    "not-acceptable": "406, as arXiv answers the agents of bare libraries",
    "forbidden": "403",
    "server-error": "500 with a page of HTML",
    "slow": "the right answer, after so many seconds",
    "stalled": "half of the answer, and then nothing for so many seconds",
    "dripping": "the answer byte by byte, for so many seconds",
    "cut": "the connection ends in mid-body",
    "cut-early": "the connection ends without a word",
    "truncated": "half of the body, and a Content-Length that says it is the whole",
    "wrong-charset": "bytes that are not in the charset that is claimed",
    "html": "a page of HTML with status 200",
    "empty": "no body at all, with status 200",
    "redirect-private": "a redirect to an address inside (``to`` says which)",
    "redirect-loop": "a redirect to itself",
    "gzip-bomb": "128 MiB of blanks in an eighth of one",
    "broken-gzip": "a gzip stream with a wrong check sum",
    "endless": "a body that never ends",
    "entity-bomb": "a document type whose entities multiply",
}
BY_SERVICE: Final[dict[str, tuple[str, ...]]] = {
    "oai": oai.FAULTS,
    "feed": announcements.FAULTS,
    "api": query.FAULTS,
    "daily": daily.FAULTS,
    "github": github.FAULTS,
}
EVERY_KIND: Final = frozenset(ON_THE_WAY) | {kind for some in BY_SERVICE.values() for kind in some}


@dataclass(frozen=True, slots=True, kw_only=True)
class Wire:
    """How an answer is to be written down: what a body alone cannot say."""

    answer: Answer
    delay_s: float = 0
    cut: bool = False  # half of the body, then the connection ends
    stall_s: float = 0  # the connection stays open so long before it ends
    byte_s: float = 0  # between one byte and the next
    endless: bool = False
    silent: bool = False  # not even a status line
    gzipped: bool = False  # the body is compressed already


@dataclass(frozen=True, slots=True)
class Fault:
    """One kind of fault, on the ``at``-th request of a service (``oai``) or of one verb of it
    (``oai:ListRecords``), counted from when it was set, and on those after it: ``times`` in all.
    """

    kind: str
    on: str = "any"
    at: int = 1
    times: int = 1
    seconds: float = 1
    to: str = "http://169.254.169.254/latest/meta-data/"

    def __post_init__(self) -> None:
        if self.kind not in EVERY_KIND:
            raise ValueError(f"no fault is called {self.kind}")
        service = self.on.partition(":")[0]
        if service not in (*SERVICES, "any"):
            raise ValueError(f"no service is called {service}")
        if self.kind not in kinds(service) and service != "any":
            raise ValueError(f"{service} knows no fault {self.kind}")


def kinds(service: str) -> tuple[str, ...]:
    """The faults that can befall a service."""
    return (*ON_THE_WAY, *BY_SERVICE.get(service, ()))


@dataclass(slots=True)
class Chaos:
    """Faults by lot: each request fares badly at ``rate``, never more than so many in a row."""

    seed: int
    rate: float
    kinds: tuple[str, ...]
    on: str = "any"
    most_in_a_row: int = 2
    seconds: float = 1
    _draw: random.Random = field(init=False)
    _in_a_row: int = field(init=False, default=0)

    def __post_init__(self) -> None:
        self._draw = random.Random(self.seed)

    def pick(self, service: str) -> Fault | None:
        possible = [kind for kind in self.kinds if kind in kinds(service)]
        if not possible or self._in_a_row >= self.most_in_a_row or self._draw.random() > self.rate:
            self._in_a_row = 0
            return None
        self._in_a_row += 1
        return Fault(self._draw.choice(possible), on=service, seconds=self.seconds)


class Plan:
    """Which fault befalls which request."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.clear()

    def clear(self) -> None:
        self._script: list[tuple[Fault, int]] = []  # with how many requests it has seen
        self._chaos: list[Chaos] = []

    def add(self, *faults: Fault | Chaos) -> None:
        with self._lock:
            self._script += [(one, 0) for one in faults if isinstance(one, Fault)]
            self._chaos += [one for one in faults if isinstance(one, Chaos)]

    def of(self, service: str, what: str) -> Fault | None:
        """The fault of a request: the first in the script whose turn it is, else by lot."""
        found = None
        with self._lock:
            for n, (fault, seen) in enumerate(self._script):
                if fault.on not in ("any", service, f"{service}:{what}"):
                    continue
                if fault.kind not in kinds(service):
                    continue
                self._script[n] = (fault, seen + 1)
                if found is None and fault.at <= seen + 1 < fault.at + fault.times:
                    found = fault
            if found:
                return found
            chaos = (one.pick(service) for one in self._chaos if one.on in ("any", service))
            return next((fault for fault in chaos if fault), None)


def wired(fault: Fault | None, answer: Answer, *, address: str, now: datetime) -> Wire:
    """What goes on the wire instead of an answer; ``address`` is the one that was asked."""
    if fault is None or fault.kind not in ON_THE_WAY:
        return Wire(answer=answer)
    if fault.kind in _WIRED:
        return _WIRED[fault.kind](fault, answer)
    if fault.kind == "unavailable-until":
        until = format_datetime(now + timedelta(seconds=fault.seconds), usegmt=True)
        return Wire(answer=_refusal(503, {"Retry-After": until}))
    if fault.kind == "redirect-loop":
        return Wire(answer=Answer(status=302, headers={"Location": address}))
    return Wire(answer=_MADE[fault.kind](fault, answer))


def _refusal(status: int, headers: dict[str, str] | None = None) -> Answer:
    body = f"<html><head><title>{status}</title></head><body>Try again later</body></html>"
    return Answer(
        status=status, body=body.encode(), headers={"Content-Type": "text/html"} | (headers or {})
    )


def _wait(fault: Fault) -> dict[str, str]:
    return {"Retry-After": f"{fault.seconds:.0f}"}


def _wrong_charset(_: Fault, answer: Answer) -> Answer:
    """A byte of Latin-1 in the middle: é, which no UTF-8 has before a blank."""
    half = len(answer.body) // 2
    return replace(answer, body=answer.body[:half] + b"\xe9 " + answer.body[half:])


def _page(_: Fault, answer: Answer) -> Answer:
    body = (
        b"<!DOCTYPE html><html><head><title>Down for maintenance</title></head><body><p>Back soon."
    )
    return replace(answer, status=200, body=body, headers={"Content-Type": "text/html"})


def _entities(_: Fault, answer: Answer) -> Answer:
    """Nine levels, ten times as much on each: a thousand million laughs."""
    levels = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10 if n else "ha"}">' for n in range(10))
    body = f'<?xml version="1.0"?><!DOCTYPE lolz [{levels}]><lolz>&l9;</lolz>'
    return replace(answer, status=200, body=body.encode())


_MADE: Final[dict[str, Callable[[Fault, Answer], Answer]]] = {
    "unavailable": lambda fault, _: _refusal(503, _wait(fault)),
    "too-many": lambda fault, _: _refusal(429, _wait(fault)),
    "too-many-bare": lambda *_: _refusal(429),
    "not-acceptable": lambda *_: _refusal(406),
    "forbidden": lambda *_: _refusal(403),
    "server-error": lambda *_: _refusal(500),
    "truncated": lambda _, answer: replace(answer, body=answer.body[: len(answer.body) // 2]),
    "wrong-charset": _wrong_charset,
    "html": _page,
    "empty": lambda _, answer: replace(answer, body=b""),
    "redirect-private": lambda fault, _: Answer(status=302, headers={"Location": fault.to}),
    "entity-bomb": _entities,
}


_WIRED: Final[dict[str, Callable[[Fault, Answer], Wire]]] = {
    "slow": lambda fault, answer: Wire(answer=answer, delay_s=fault.seconds),
    "stalled": lambda fault, answer: Wire(answer=answer, cut=True, stall_s=fault.seconds),
    "dripping": lambda fault, answer: Wire(answer=answer, byte_s=0.05, stall_s=fault.seconds),
    "cut": lambda _, answer: Wire(answer=answer, cut=True),
    "cut-early": lambda _, answer: Wire(answer=answer, silent=True),
    "endless": lambda _, answer: Wire(answer=answer, endless=True),
    "gzip-bomb": lambda _, answer: Wire(
        answer=replace(answer, status=200, body=_bomb()), gzipped=True
    ),
    "broken-gzip": lambda _, answer: Wire(
        answer=replace(answer, body=_damaged(answer.body)), gzipped=True
    ),
}


def _damaged(body: bytes) -> bytes:
    """A gzip stream of these bytes whose check sum is of others."""
    packer = zlib.compressobj(wbits=31)
    packed = packer.compress(body) + packer.flush()
    return packed[:-8] + bytes(255 - byte for byte in packed[-8:-4]) + packed[-4:]


@functools.cache
def _bomb() -> bytes:
    """One MiB of blanks, compressed once and said 128 times."""
    packer = zlib.compressobj(level=9, wbits=-15)
    opening, blanks = b'<?xml version="1.0"?>', b" " * 2**20
    start = packer.compress(opening) + packer.flush(zlib.Z_FULL_FLUSH)
    part = packer.compress(blanks) + packer.flush(zlib.Z_FULL_FLUSH)
    check = zlib.crc32(opening)
    for _ in range(_BOMB_MIB):
        check = zlib.crc32(blanks, check)
    sums = struct.pack("<II", check, len(opening) + _BOMB_MIB * len(blanks))
    return _GZIP + start + part * _BOMB_MIB + packer.flush() + sums


def endless_body() -> Iterator[bytes]:
    """One element that has no end."""
    yield b'<?xml version="1.0" encoding="UTF-8"?>\n<OAI-PMH><ListRecords><record>'
    while True:
        yield b"and so on " * 6_400
