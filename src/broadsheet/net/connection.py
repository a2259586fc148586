"""One connection for one request: to a checked address, and never longer than allowed."""

import io
import socket
import ssl
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from http.client import HTTPConnection
from typing import Final

from broadsheet.net.addresses import Checks
from broadsheet.net.targets import Target

_MOST_ADDRESSES: Final = 4


class NotAllowed(Exception):
    """The host may not be asked, whatever it would say; its text is the end of a sentence."""


class TooSlow(TimeoutError):
    """A time ran out; its text is what did not happen in time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeouts:
    """Seconds: for the connection to stand, for the next bytes, for one request as a whole.

    How long a name takes to resolve is the system's business (``resolv.conf``) and comes on
    top of them.
    """

    connect_s: float = 5.0
    read_s: float = 60.0
    total_s: float = 300.0


def resolve(host: str, port: int) -> tuple[str, ...]:
    """The addresses a name has now, as the system orders them. Raises OSError."""
    name = host.encode("ascii")  # as it is: text would be checked as a name once more
    found = socket.getaddrinfo(name, port, type=socket.SOCK_STREAM)
    return tuple(dict.fromkeys(str(where[0]) for *_, where in found))


def dial(address: str, port: int, timeout_s: float) -> socket.socket:
    """A connection to an IP address. Raises OSError."""
    return socket.create_connection((address, port), timeout_s)


@dataclass(frozen=True, slots=True, kw_only=True)
class Network:
    """How names are resolved and connections made, and whose certificates are believed.

    No proxy of the environment is used: behind one, the addresses could not be checked.
    """

    resolve: Callable[[str, int], tuple[str, ...]] = resolve
    dial: Callable[[str, int, float], socket.socket] = dial
    tls: Callable[[], ssl.SSLContext] = field(default=cache(ssl.create_default_context))


@contextmanager
def connected(
    target: Target, checks: Checks, timeouts: Timeouts, network: Network
) -> Iterator[HTTPConnection]:
    """A connection on which one request may be made.

    Raises NotAllowed, TooSlow, ssl.SSLError and OSError, also out of whatever is read.
    """
    deadline = _Deadline(timeouts)
    plain = _dial_checked(target, checks, deadline, network)
    with plain:
        secured = plain
        if target.scheme == "https":
            plain.settimeout(deadline.left(timeouts.connect_s))
            secured = network.tls().wrap_socket(plain, server_hostname=target.host)
        with secured:
            connection = HTTPConnection(target.host, target.port)
            connection.sock = _Timed(secured, deadline)
            yield connection


def _dial_checked(
    target: Target, checks: Checks, deadline: "_Deadline", network: Network
) -> socket.socket:
    """Connect to one of the very addresses that were checked."""
    addresses = network.resolve(target.host, target.port)
    if why := checks.refusal_of(target.host, target.port, addresses):
        raise NotAllowed(why)
    failure: OSError = OSError("it has no address")
    for address in addresses[:_MOST_ADDRESSES]:
        try:
            return network.dial(address, target.port, deadline.left(deadline.timeouts.connect_s))
        except OSError as error:
            failure = error
    raise failure


class _Deadline:
    """The end of one request."""

    def __init__(self, timeouts: Timeouts) -> None:
        self.timeouts = timeouts
        self._end = time.monotonic() + timeouts.total_s

    def left(self, most_s: float) -> float:
        """Seconds that the next step may take. Raises TooSlow when none are left."""
        left = self._end - time.monotonic()
        if left <= 0:
            raise TooSlow(f"its answer took longer than {self.timeouts.total_s:g} s")
        return min(left, most_s)


class _Timed:
    """A socket as ``http.client`` uses it, with the time that is left set before each step.

    Without this a time-out would begin anew with every byte, and a body that drips never end.
    """

    def __init__(self, sock: socket.socket, deadline: _Deadline) -> None:
        self._sock, self._deadline = sock, deadline

    def sendall(self, text: bytes) -> None:
        self._sock.settimeout(self._deadline.left(self._deadline.timeouts.read_s))
        self._sock.sendall(text)

    def makefile(self, _mode: str) -> io.BufferedReader:
        return io.BufferedReader(_Incoming(self._sock, self._deadline))

    def close(self) -> None:
        """Whoever opened the connection closes it."""


class _Incoming(io.RawIOBase):
    def __init__(self, sock: socket.socket, deadline: _Deadline) -> None:
        self._sock, self._deadline = sock, deadline

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # what BufferedReader gives
        read_s = self._deadline.timeouts.read_s
        self._sock.settimeout(self._deadline.left(read_s))
        try:
            return self._sock.recv_into(buffer)
        except TimeoutError:
            self._deadline.left(read_s)
            raise TooSlow(f"it sent nothing for {read_s:g} s") from None
