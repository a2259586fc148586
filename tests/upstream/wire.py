"""Requests read from the wire and answers written to it, as a fault wants them written."""

import gzip
import socket
import threading
import time
from contextlib import suppress
from datetime import datetime
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final, Protocol
from urllib.parse import parse_qsl, unquote, urlsplit

from tests.upstream import faults
from tests.upstream.answers import Answer, Asked
from tests.upstream.faults import Wire
from tests.upstream.requests import Seen

_ROUTES: Final = (
    ("/oai", "oai"),
    ("/rss/", "feed"),
    ("/atom/", "feed"),
    ("/api/query", "api"),
    ("/api/daily_papers", "daily"),
    ("/repos/", "github"),
    ("/repositories/", "github"),
)
_WORTH_PACKING: Final = 1_000
_MOST_ENDLESS: Final = 2**30


class Answering(Protocol):
    """What stands behind the port."""

    requests: list[Seen]

    @property
    def now(self) -> datetime: ...

    def respond(self, service: str, asked: Asked) -> tuple[Wire, str]:
        """What goes on the wire, and the name of the fault in it."""


class Listener(ThreadingHTTPServer):
    """One thread a connection; ``stop`` ends them all and waits."""

    daemon_threads = False

    def __init__(self, address: tuple[str, int], upstream: Answering) -> None:
        self.upstream = upstream
        self.stopping = threading.Event()
        self.open: set[socket.socket] = set()
        self.busy = 0
        self.count = threading.Lock()
        super().__init__(address, Handler)

    def process_request(self, request: Any, client_address: Any) -> None:
        with self.count:
            self.open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        with self.count:
            self.open.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that goes away is no error here; anything else is a fault of the tests."""
        if not self.stopping.is_set():
            super().handle_error(request, client_address)

    def stop(self) -> None:
        self.stopping.set()
        self.shutdown()
        with self.count:
            for connection in self.open:
                with suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)
        self.server_close()


class Handler(BaseHTTPRequestHandler):
    """Reads a request, notes it, writes the answer down as its fault wants it."""

    protocol_version = "HTTP/1.1"
    server: Listener
    disable_nagle_algorithm = True  # or a last byte by itself would wait for a while
    timeout = 60

    def handle(self) -> None:
        with suppress(ConnectionError, TimeoutError):
            super().handle()

    def do_GET(self) -> None:
        self._answer("")

    def do_POST(self) -> None:
        length = int(self.headers.get("Content-Length", 0))
        self._answer(self.rfile.read(length).decode())

    def log_message(self, *_: Any) -> None:
        """Nothing is printed; ``requests`` has it all."""

    def date_time_string(self, timestamp: float | None = None) -> str:
        return format_datetime(self.server.upstream.now, usegmt=True)

    def _answer(self, form: str) -> None:
        parts = urlsplit(self.path)
        service = next((name for path, name in _ROUTES if parts.path.startswith(path)), "")
        headers = {name.lower(): text for name, text in self.headers.items()}
        asked = Asked(
            path=unquote(parts.path),
            query=parts.query,
            headers=headers,
            form=form,
            base=f"http://{headers.get('host', '')}",
        )
        seen = self._seen = self._note(service, asked)
        try:
            if service:
                wire, seen.fault = self.server.upstream.respond(service, asked)
            else:
                wire = Wire(answer=Answer(status=404, body=b"no such page"))
            seen.status = wire.answer.status
            self._write(wire)
        finally:
            self._note_end()

    def _note(self, service: str, asked: Asked) -> Seen:
        server = self.server
        with server.count:
            server.busy += 1
            seen = Seen(
                service=service,
                what=dict(parse_qsl(asked.form or asked.query)).get("verb", ""),
                path=asked.path,
                query=asked.form or asked.query,
                host=asked.headers.get("host", ""),
                agent=asked.headers.get("user-agent", ""),
                headers=asked.headers,
                moment=server.upstream.now,
                began=time.monotonic(),
                at_once=server.busy,
                connections=len(server.open),
            )
            server.upstream.requests.append(seen)
        return seen

    def _note_end(self) -> None:
        """Once, and before the last byte leaves: behind that the next request may come."""
        if not self._seen.ended:
            self._seen.ended = time.monotonic()
            with self.server.count:
                self.server.busy -= 1

    def _write(self, wire: Wire) -> None:
        self.server.stopping.wait(wire.delay_s)
        if wire.silent:
            self.close_connection = True
            return None
        body, packed = wire.answer.body, wire.gzipped
        if not packed and not wire.endless and self._takes_gzip() and len(body) > _WORTH_PACKING:
            body, packed = gzip.compress(body, 1, mtime=0), True
        self.send_response(wire.answer.status)
        for name, text in wire.answer.headers.items():
            self.send_header(name, text)
        if packed:
            self.send_header("Content-Encoding", "gzip")
        if wire.endless:
            return self._endless()
        if wire.answer.status != 304:
            self.send_header("Content-Length", str(len(body)))
        if not body or wire.answer.status != 200:  # of a refusal nobody need read the body
            self._note_end()
        self.end_headers()
        return self._body(body, wire)

    def _takes_gzip(self) -> bool:
        return "gzip" in self.headers.get("Accept-Encoding", "")

    def _body(self, body: bytes, wire: Wire) -> None:
        if wire.byte_s:
            self._drip(body, wire)
        elif not wire.cut:
            self.wfile.write(body[:-1])
            self._note_end()
            self.wfile.write(body[-1:])
        else:
            self.wfile.write(body[: len(body) // 2])
            self.wfile.flush()
            self.server.stopping.wait(wire.stall_s)
            self.close_connection = True

    def _drip(self, body: bytes, wire: Wire) -> None:
        end = time.monotonic() + wire.stall_s
        for n in range(len(body)):
            if time.monotonic() > end or self.server.stopping.wait(wire.byte_s):
                break
            self.wfile.write(body[n : n + 1])
        self.close_connection = True

    def _endless(self) -> None:
        """Chunk after chunk until the client goes away, at most one GiB."""
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        self.close_connection = True
        sent = 0
        for chunk in faults.endless_body():
            self.wfile.write(f"{len(chunk):x}\r\n".encode() + chunk + b"\r\n")
            sent += len(chunk)
            if sent > _MOST_ENDLESS or self.server.stopping.is_set():
                break
