"""A mail server, by SMTP: encrypted unless it is on this machine, one connection for many."""

import re
import smtplib
import ssl
from contextlib import suppress
from types import TracebackType
from typing import Final, Self

from broadsheet.kernel.errors import Unavailable
from broadsheet.mail.building import built, to
from broadsheet.mail.places import Server
from broadsheet.mail.sender import sender
from broadsheet.mail.signing import signed
from broadsheet.mail.transports.contract import Answer, Outgoing

_TIMEOUT_S: Final = 30.0
_ANSWER_S: Final = 300.0  # to a whole message, which the server may look through first
_GO_AHEAD: Final = 354
_CLOSING: Final = 421
_DOT: Final = re.compile(rb"^\.", re.MULTILINE)


class _Lost(Exception):
    """The connection went before the message was offered."""


class Smtp:
    """Hands messages to one server.

    Where the connection was closed between two messages, another is made. ``tls`` says whom to
    believe; the machine's authorities if it is not given.
    """

    def __init__(
        self,
        server: Server,
        *,
        tls: ssl.SSLContext | None = None,
        timeout_s: float = _TIMEOUT_S,
        answer_s: float = _ANSWER_S,
    ) -> None:
        self.where = f"{server.host}:{server.port}"
        self._server, self._timeout_s, self._answer_s = server, timeout_s, answer_s
        self._tls = tls
        self._link: smtplib.SMTP | None = None

    def hand_over(self, message: Outgoing) -> Answer:
        content = signed(built(message), message.sender.domain)
        try:
            link, is_fresh = self._linked()
            try:
                self._begin(link, message.sender.address)
            except _Lost:
                if is_fresh:
                    raise
                link, _ = self._linked()
                self._begin(link, message.sender.address)
        except _Lost as lost:
            raise self._unusable(f"It closes the connection: {lost}.") from None
        return self._offer(link, to(message), content)

    def look(self) -> None:
        self._linked()

    def _linked(self) -> tuple[smtplib.SMTP, bool]:
        """The connection, and whether it is new."""
        if self._link:
            return self._link, False
        try:
            self._link = self._connected()
        except smtplib.SMTPAuthenticationError as error:
            said = _text(error.smtp_error)
            raise self._unusable(f"It refuses user and password: {said}") from error
        except smtplib.SMTPNotSupportedError as error:
            raise self._unusable("It has no login that can be used here.") from error
        except smtplib.SMTPResponseException as error:
            said = f"{error.smtp_code} {_text(error.smtp_error)}"
            raise self._unusable(f"It says: {said}") from error
        except UnicodeEncodeError as error:
            raise self._unusable("User and password have to be plain ASCII.") from error
        except (OSError, smtplib.SMTPException) as error:
            reason = getattr(error, "verify_message", "") or error.strerror or str(error)
            raise self._unusable(f"It cannot be reached: {reason}.") from error
        return self._link, True

    def _connected(self) -> smtplib.SMTP:
        server, end = self._server, sender().domain
        at, limit = (server.host, server.port), self._timeout_s
        if server.is_wrapped:
            link: smtplib.SMTP = smtplib.SMTP_SSL(
                *at, local_hostname=end, timeout=limit, context=self._trusted()
            )
        else:
            link = smtplib.SMTP(*at, local_hostname=end, timeout=limit)
        try:
            link.ehlo_or_helo_if_needed()
            if not (server.is_wrapped or server.is_local):
                self._encrypt(link)
            if server.user:
                link.login(server.user, server.password)
        except BaseException:
            link.close()
            raise
        return link

    def _trusted(self) -> ssl.SSLContext:
        self._tls = self._tls or ssl.create_default_context()
        return self._tls

    def _encrypt(self, link: smtplib.SMTP) -> None:
        if not link.has_extn("starttls"):
            raise self._unusable(
                "It offers no encryption (STARTTLS) at this port; smtps:// may work at port 465."
            )
        link.starttls(context=self._trusted())
        link.ehlo_or_helo_if_needed()

    def _begin(self, link: smtplib.SMTP, address: str) -> None:
        """Name the sender. Raises _Lost, and Unavailable where the server will not have it."""
        try:
            code, said = link.mail(address)
        except (OSError, smtplib.SMTPException) as error:
            self._drop()
            raise _Lost("without a word") from error
        if code == _CLOSING:  # as servers do that have waited long, or had enough for a connection
            self._drop()
            raise _Lost(f"{code} {_text(said)}")
        if code // 100 != 2:
            self._drop()
            raise self._unusable(f"It takes nothing from this sender: {code} {_text(said)}")

    def _offer(self, link: smtplib.SMTP, address: str, content: bytes) -> Answer:
        """Name the receiver and give the message."""
        try:
            code, said = link.rcpt(address)
            if code // 100 == 2:
                code, said = link.docmd("DATA")
                if code == _GO_AHEAD:
                    link.send(_DOT.sub(b"..", content) + b".\r\n")
                    return self._answer(link)
        except (OSError, smtplib.SMTPException):
            # Without its last line a message is none: nothing can have been taken.
            self._drop()
            return Answer("later", "The connection was lost before the whole message was given.")
        return self._judged(link, code, said)

    def _answer(self, link: smtplib.SMTP) -> Answer:
        try:
            self._wait_at_most(link, self._answer_s)
            code, said = link.getreply()
            self._wait_at_most(link, self._timeout_s)
        except (OSError, smtplib.SMTPException):
            self._drop()
            return Answer("unclear", "The connection was lost before the server's answer came.")
        return self._judged(link, code, said)

    def _wait_at_most(self, link: smtplib.SMTP, seconds: float) -> None:
        if link.sock:
            link.sock.settimeout(seconds)

    def _judged(self, link: smtplib.SMTP, code: int, said: bytes) -> Answer:
        """By the first digit of the code (RFC 5321, 4.2.1)."""
        text = f"{code} {_text(said)}"
        if code // 100 == 2:
            return Answer("taken")
        if code == _CLOSING:
            self._drop()
        else:
            self._reset(link)
        return Answer("never" if code // 100 == 5 else "later", text)

    def _reset(self, link: smtplib.SMTP) -> None:
        try:
            link.rset()
        except (OSError, smtplib.SMTPException):
            self._drop()

    def _drop(self) -> None:
        if self._link:
            self._link.close()
            self._link = None

    def _unusable(self, remedy: str) -> Unavailable:
        return Unavailable(what=f"The mail server {self.where}", remedy=remedy)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._link and error is None:
            with suppress(OSError, smtplib.SMTPException):
                self._link.quit()
        self._drop()


def _text(said: bytes | str) -> str:
    line = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    return " ".join(line.split())
