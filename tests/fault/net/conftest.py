"""A site on this machine that answers what it is told to, byte by byte."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress

import pytest

Reply = bytes | Callable[[socket.socket], None]


def reply(status: int = 200, body: bytes = b"", **headers: object) -> bytes:
    """An answer with its length; ``retry_after=3`` becomes ``Retry-After: 3``."""
    told = {"Content-Length": len(body)} | {k.replace("_", "-"): v for k, v in headers.items()}
    lines = "".join(f"{name}: {value}\r\n" for name, value in told.items())
    return f"HTTP/1.1 {status} Reason\r\n{lines}\r\n".encode() + body


class Site:
    """Each connection gets the next of ``replies``; the last one is given again."""

    def __init__(self, replies: tuple[Reply, ...]) -> None:
        self.requests: list[str] = []
        self._replies = replies
        self._over = threading.Event()
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port = self._server.getsockname()[1]
        self.place = f"127.0.0.1:{self.port}"
        self.url = f"http://{self.place}"
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def _serve(self) -> None:
        while not self._over.is_set():
            connection, _ = self._server.accept()
            connection.settimeout(10)
            with connection, suppress(OSError):
                self._answer(connection)

    def _answer(self, connection: socket.socket) -> None:
        request = b""
        while not request.endswith(b"\r\n\r\n"):
            if not (more := connection.recv(4096)):
                return
            request += more
        self.requests.append(request.decode())
        given = self._replies[min(len(self.requests), len(self._replies)) - 1]
        if callable(given):
            given(connection)
        else:
            connection.sendall(given)

    def headers(self, number: int = 0) -> dict[str, str]:
        """What a request said, from 0."""
        lines = self.requests[number].split("\r\n")[1:-2]
        return {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}

    def close(self) -> None:
        self._over.set()
        with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 1):
            pass
        self._thread.join(15)
        self._server.close()


@pytest.fixture
def site() -> Iterator[Callable[..., Site]]:
    """Open a site that gives these answers."""
    opened: list[Site] = []

    def open_(*replies: Reply) -> Site:
        opened.append(Site(replies))
        return opened[-1]

    yield open_
    for one in opened:
        one.close()
