"""Making a message: the bytes that leave, in plain ASCII throughout."""

import re
from binascii import b2a_qp
from email.header import Header
from email.utils import format_datetime, formataddr
from typing import Final

from broadsheet.mail import rules
from broadsheet.mail.transports.contract import Outgoing

_LONGEST_LINE: Final = 998  # RFC 5322, without the line end
_END: Final = re.compile(r"\r\n|\r|\n")
_LONG: Final = re.compile(rf"[^\n]{{{_LONGEST_LINE + 1}}}")


def built(message: Outgoing) -> bytes:
    """The message: one text, or text and HTML as alternatives of it.

    Written in seven bits, so that no server on the way has to write it anew, which would break
    its signature. The standard library's own way takes three times as long for a mailed edition,
    and spoils long addresses in headers by writing them as encoded words.
    """
    sender, name = message.sender, message.sender.name
    plain = name.isascii() and "=?" not in name
    headers = {
        "From": formataddr((name, sender.address)) if plain else f"{name} <{sender.address}>",
        "To": to(message),
        "Subject": message.subject,
        "Date": format_datetime(message.at),
        "Message-ID": f"<{message.name}>",
        "MIME-Version": "1.0",
        "Auto-Submitted": "auto-generated",
        **message.headers,
    }
    head = "".join(_header(name, value) for name, value in headers.items()).encode("ascii")
    if not message.html:
        return head + _part("plain", message.text)
    # No encoded text holds these two signs together, so none of its lines ends a part.
    border = f"=_{message.name.partition('@')[0]}"
    head += _header("Content-Type", f'multipart/alternative; boundary="{border}"').encode()
    cut = f"--{border}".encode()
    parts = _part("plain", message.text), _part("html", message.html)
    inner = b"".join(cut + b"\r\n" + part + b"\r\n" for part in parts)
    return head + b"\r\n" + inner + cut + b"--\r\n"


def to(message: Outgoing) -> str:
    """The receiver's address, its domain in ASCII."""
    return f"{message.address.rpartition('@')[0]}@{rules.domain(message.address)}"


def _header(name: str, value: str) -> str:
    """One header, with its line end. What stands in <> behind a phrase is left as it is."""
    if value.isascii() and "=?" not in value:
        return f"{name}: {value}\r\n"
    phrase, mark, rest = value.rpartition(" <")
    if not (mark and value.endswith(">")):
        phrase, mark, rest = value, "", ""
    words = Header(phrase, "utf-8", header_name=name).encode(linesep="\r\n")
    return f"{name}: {words}{mark}{rest}\r\n"


def _part(kind: str, text: str) -> bytes:
    """A text with the headers that tell what it is."""
    content = _END.sub("\r\n", text if text.endswith("\n") else f"{text}\n").encode()
    encoding = "7bit"
    if not text.isascii() or _LONG.search(text) or "=_" in text:
        content, encoding = b2a_qp(content), "quoted-printable"
    about = f"Content-Type: text/{kind}; charset=utf-8\r\nContent-Transfer-Encoding: {encoding}"
    return about.encode() + b"\r\n\r\n" + content
