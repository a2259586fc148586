"""A mail server on this machine: it records, refuses, delays, drops, and offers encryption.

``mailbox.pem`` is its certificate for the name mail.test, and a key to sign test mail with.
"""
# ruff: noqa: A005, N802, PLR0917  # it is tests.mailbox; names and arguments are aiosmtpd's

import asyncio
import email
import email.policy
import logging
import ssl
import threading
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from pathlib import Path
from typing import Any, Self

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session

logging.getLogger("mail.log").setLevel(logging.ERROR)
PEM = Path(__file__).with_name("mailbox.pem")
KEY = PEM.read_text().partition("-----BEGIN CERT")[0].strip()


@dataclass(frozen=True, slots=True)
class Mail:
    """What came, as it came: ``content`` is exactly what was sent."""

    sender: str
    to: tuple[str, ...]
    content: bytes
    is_encrypted: bool
    user: str

    @property
    def message(self) -> EmailMessage:
        return email.message_from_bytes(self.content, policy=email.policy.default)


@dataclass
class Mailbox:
    """The server; what it does with a message may be changed at any time.

    ``sender``, ``rcpt`` and ``data`` give a reply for an address, or None to accept; ``hello``
    is what a new connection is told. ``delay_s`` passes before a message is answered. Dropping is
    for the next messages: ``mid_message``, after a part of it has come, or ``unanswered``, after
    all of it has (it is recorded).
    """

    port: int = 0
    sender: Callable[[str], str | None] = lambda _: None
    rcpt: Callable[[str], str | None] = lambda _: None
    data: Callable[[str], str | None] = lambda _: None
    delay_s: float = 0.0
    drop: str = ""
    drops: int = 0
    mails: list[Mail] = field(default_factory=list)
    connections: int = 0

    @property
    def address(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    def to(self) -> list[str]:
        """Everybody who got mail, as often as they did, in that order."""
        return [address for mail in self.mails for address in mail.to]

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if reply := self.sender(address):
            return reply
        envelope.mail_from = address
        return "250 fine"

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if reply := self.rcpt(address):
            return reply
        envelope.rcpt_tos.append(address)
        return "250 fine"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        address = envelope.rcpt_tos[0]
        if self.delay_s:
            await asyncio.sleep(self.delay_s)
        if reply := self.data(address):
            return reply
        user = getattr(session.auth_data, "login", b"").decode()
        content = bytes(envelope.original_content)
        is_encrypted = server.transport.get_extra_info("sslcontext") is not None
        self.mails.append(
            Mail(envelope.mail_from, (*envelope.rcpt_tos,), content, is_encrypted, user)
        )
        if self.takes_drop("unanswered"):
            server.transport.abort()
        return "250 2.0.0 taken"

    def takes_drop(self, kind: str) -> bool:
        if self.drop != kind or not self.drops:
            return False
        self.drops -= 1
        return True


class _Smtp(SMTP):
    """The server of one connection."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.event_handler.connections += 1
        super().connection_made(transport)

    async def smtp_DATA(self, arg: str) -> None:
        if self.event_handler.takes_drop("mid_message"):
            await self.push("354 go on")
            await self._reader.readuntil(b"\r\n")
            self.transport.abort()
            return
        await super().smtp_DATA(arg)


@contextmanager
def mailbox(*, tls: str = "", login: tuple[str, str] | None = None) -> Iterator[Mailbox]:
    """A server until the end of the block.

    ``tls``: "" for none, ``starttls`` to offer it, ``wrapped`` from the first byte.
    """
    box = Mailbox()
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH) if tls else None
    if context:
        context.load_cert_chain(PEM)
    given: dict[str, Any] = {"hostname": "mail.test", "enable_SMTPUTF8": False}
    if tls == "starttls":
        given["tls_context"] = context
    if login:
        given |= {
            "authenticator": _checking(*login), "auth_required": True, "auth_require_tls": False
        }  # fmt: skip
    with _Loop() as loop, warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Requiring AUTH")  # on this machine it is fine
        serve = loop.run(_listening(box, given, context if tls == "wrapped" else None))
        box.port = serve.sockets[0].getsockname()[1]
        yield box
        loop.run(_closed(serve))


async def _listening(box: Mailbox, given: dict[str, Any], context: Any) -> asyncio.Server:
    loop = asyncio.get_running_loop()
    return await loop.create_server(lambda: _Smtp(box, **given), "127.0.0.1", 0, ssl=context)


async def _closed(server: asyncio.Server) -> None:
    server.close()
    for task in asyncio.all_tasks() - {asyncio.current_task()}:
        task.cancel()


def _checking(user: str, password: str) -> Callable[..., AuthResult]:
    def check(
        server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any
    ) -> AuthResult:
        is_right = (data.login.decode(), data.password.decode()) == (user, password)
        return AuthResult(success=is_right, auth_data=data, handled=False)

    return check


class _Loop:
    """An event loop in a thread."""

    def __enter__(self) -> Self:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        return self

    def run(self, what: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(what, self._loop).result(timeout=20)

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()
