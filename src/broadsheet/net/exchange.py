"""One request and its answer, or the one reason why there is none."""

import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from http.client import HTTPConnection, HTTPException, HTTPResponse, RemoteDisconnected
from socket import EAI_AGAIN, gaierror

from broadsheet.kernel import clock
from broadsheet.net.addresses import Checks
from broadsheet.net.body import Broken, CutOff, TooLong, read_body
from broadsheet.net.connection import Network, NotAllowed, Timeouts, TooSlow, connected
from broadsheet.net.targets import Target


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A status with its headers, names in lower case; only of a 200 the body was read."""

    target: Target
    status: int
    headers: Mapping[str, str]
    body: bytes
    asked_at: datetime


class Failed(Exception):
    """No answer of use: ``reason`` is the end of a sentence that begins with the host.

    ``is_broken``: an answer came and cannot be read. ``may_pass``: the same may be asked again;
    ``wait_s``: not before so many seconds, None if nobody said;
    ``status``: what it answered, 0 if nothing.
    """

    def __init__(
        self,
        target: Target,
        reason: str,
        *,
        is_broken: bool = False,
        may_pass: bool = False,
        wait_s: float | None = None,
        status: int = 0,
    ) -> None:
        super().__init__(f"{target.shown}: {reason}")
        self.target, self.reason = target, reason
        self.is_broken, self.may_pass, self.wait_s = is_broken, may_pass, wait_s
        self.status = status


@dataclass(frozen=True, slots=True, kw_only=True)
class Means:
    """What a request is made with."""

    checks: Checks = field(default_factory=Checks)
    timeouts: Timeouts = field(default_factory=Timeouts)
    network: Network = field(default_factory=Network)


def exchange(target: Target, headers: Mapping[str, str], most_bytes: int, means: Means) -> Answer:
    """Ask once, on a connection of its own. Raises Failed and nothing else."""
    asked_at = clock.now()
    with (
        _told(target, most_bytes),
        connected(target, means.checks, means.timeouts, means.network) as connection,
    ):
        _send(connection, target, headers)
        answer = connection.getresponse()
        body = _body(answer, most_bytes) if answer.status == 200 else b""
        return _answer(target, answer, body, asked_at)


def post(target: Target, headers: Mapping[str, str], body: bytes, means: Means) -> Answer:
    """Send something once, on a connection of its own. Raises Failed and nothing else.

    Of what is answered only the status and the headers are taken: however long the rest is, it
    stays where it is.
    """
    asked_at = clock.now()
    sized = {**headers, "content-length": str(len(body))}
    with (
        _told(target, most_bytes=0),
        connected(target, means.checks, means.timeouts, means.network) as connection,
    ):
        _send(connection, target, sized, body)
        return _answer(target, connection.getresponse(), b"", asked_at)


def _answer(target: Target, answer: HTTPResponse, body: bytes, asked_at: datetime) -> Answer:
    return Answer(
        target=target,
        status=answer.status,
        headers=_headers(answer),
        body=body,
        asked_at=asked_at,
    )


def _send(
    connection: HTTPConnection,
    target: Target,
    headers: Mapping[str, str],
    body: bytes | None = None,
) -> None:
    method = "GET" if body is None else "POST"
    connection.putrequest(method, target.path, skip_host=True, skip_accept_encoding=True)
    for name, value in headers.items():
        connection.putheader(name, value)
    connection.endheaders(body)


def _body(answer: HTTPResponse, most_bytes: int) -> bytes:
    try:
        return read_body(answer, most_bytes)
    except ConnectionError:
        raise CutOff from None


def _headers(answer: HTTPResponse) -> dict[str, str]:
    """Values of a name that comes twice are joined by a comma, as RFC 9110 §5.2 has it."""
    found: dict[str, str] = {}
    for name, value in answer.getheaders():
        key = name.lower()
        found[key] = f"{found[key]}, {value}" if key in found else value
    return found


@contextmanager
def _told(target: Target, most_bytes: int) -> Iterator[None]:
    """Turn whatever goes wrong on a connection into one sentence about it."""
    try:
        yield
    except NotAllowed as error:
        raise Failed(target, str(error)) from None
    except TooLong:
        raise Failed(target, f"its answer is longer than {most_bytes:,} bytes") from None
    except Broken as error:
        raise Failed(target, str(error), is_broken=True) from None
    except CutOff:
        reason = "its answer was cut off"
        raise Failed(target, reason, is_broken=True, may_pass=True) from None
    except HTTPException as error:
        gone = isinstance(error, RemoteDisconnected)
        reason = "it hung up without an answer" if gone else "what it answered is no HTTP"
        raise Failed(target, reason, is_broken=not gone, may_pass=gone) from None
    except ssl.SSLCertVerificationError as error:
        raise Failed(target, f"its certificate is not good: {error.verify_message}") from None
    except gaierror as error:
        may_pass = error.errno == EAI_AGAIN
        raise Failed(target, "its name was not found", may_pass=may_pass) from None
    except OSError as error:
        raise Failed(target, _of_the_network(error), may_pass=True) from None


def _of_the_network(error: OSError) -> str:
    if isinstance(error, TooSlow):
        return str(error)
    if isinstance(error, TimeoutError):
        return "no connection came about in time"
    if isinstance(error, ssl.SSLError):
        return "no secure connection came about"
    return f"no connection: {(error.strerror or str(error)).lower()}"
