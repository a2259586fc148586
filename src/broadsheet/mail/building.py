"""Making a message: MIME as the standard library writes it, in plain ASCII throughout."""

from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, EmailPolicy
from email.utils import format_datetime
from typing import Any, Final

from broadsheet.mail.transports.contract import Outgoing

_LONGEST_LINE: Final = 998  # RFC 5322, without the line end


class _Lines(EmailPolicy):
    """Leaves a header of ASCII on its line.

    The standard library would write a long address in one as encoded words, which nobody reads
    as an address (and no List-Unsubscribe would work).
    """

    def fold(self, name: str, value: Any) -> str:
        line = f"{name}: {value}"
        if line.isascii() and len(line) <= _LONGEST_LINE:
            return line + self.linesep
        folded: str = super().fold(name, value)
        return folded

    def fold_binary(self, name: str, value: Any) -> bytes:
        return self.fold(name, value).encode("ascii", "surrogateescape")


_POLICY: Final = _Lines(linesep=SMTP.linesep, cte_type="7bit")


def built(message: Outgoing) -> EmailMessage:
    """The message with all its headers.

    Written in seven bits, so that no server on the way has to write it anew, which would break
    its signature.
    """
    mime = EmailMessage(_POLICY)
    mime["From"] = Address(message.sender.name, addr_spec=message.sender.address)
    mime["To"] = Address(addr_spec=message.address)
    mime["Subject"] = message.subject
    mime["Date"] = format_datetime(message.at)
    mime["Message-ID"] = f"<{message.name}>"
    headers = {"Auto-Submitted": "auto-generated", **message.headers}
    for name, value in headers.items():
        mime[name] = value
    mime.set_content(message.text, cte=_encoding(message.text))
    if message.html:
        mime.add_alternative(message.html, subtype="html", cte=_encoding(message.html))
    return mime


def _encoding(text: str) -> str:
    is_plain = text.isascii() and all(len(line) <= _LONGEST_LINE for line in text.splitlines())
    return "7bit" if is_plain else "quoted-printable"
