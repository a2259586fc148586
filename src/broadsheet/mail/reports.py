"""Reads mail that comes back: delivery reports, bounces in free text, complaints.

Sources: RFC 3464 (delivery reports), RFC 3463 (status codes), RFC 5965 and 6591 (complaints),
RFC 3834 (automatic answers).
"""

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import Message
from email.utils import parsedate_to_datetime
from json import JSONDecoder
from typing import Final

from broadsheet.mail.rules import says_nobody
from broadsheet.mail.types import Report, Word

__all__ = ["is_coded", "is_for_good", "mails", "read"]

LARGEST: Final = 512 * 1024
"""Bytes of a mail that are looked at: what counts stands before what is returned."""

_PARTS: Final = 100
_BOUNDARIES: Final = 20  # the parser tries every open one on every line
_TEXT: Final = 100_000
_SAID: Final = 500
_ANSWERS: Final = 20  # of one report: no letter of ours has more than one recipient
_DAEMONS: Final = re.compile(
    r"(mailer-?daemon|postmaster|mail-?delivery\S*)(@|>|$|\s)", re.IGNORECASE
)
_ANNOUNCED: Final = re.compile(
    r"undeliver|returned mail|delivery (status|failure|failed|has failed)|mail failure"
    r"|failure notice|could not send message|could ?n[o']t be delivered|unable to deliver"
    r"|returning message",
    re.IGNORECASE,
)
_DELAYED: Final = re.compile(
    r"delayed|will be retried|not yet been delivered|still being retried|warning: could not"
    r"|(will|shall) (continue|keep) (to try|trying)",
    re.IGNORECASE,
)
_FOR_GOOD: Final = re.compile(r"permanent", re.IGNORECASE)
# What follows is our own mail again.
_RETURNED: Final = re.compile(
    r"^(--.*(original message|copy of|returned message|below this line).*"
    r"|original message headers:.*|(received|return-path):.*)$",
    re.IGNORECASE | re.MULTILINE,
)
_NAME: Final = re.compile(
    r"^(?:x-original-)?message-id:\s*<?([^<>\s]{1,250})>?", re.IGNORECASE | re.MULTILINE
)
_ADDRESS: Final = re.compile(r"[^\s<>\"'(),;:\[\]]{1,64}@[^\s<>\"'(),;:\[\]]{1,253}")
_STATUS: Final = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d.]*\d)")
_REPLY: Final = re.compile(r"(?<![\d.])([245])\d\d(?=[ -])(?!-?\d)")
# Of the mail, of whoever sends it, or of a mailbox that is full: not of the address.
_NOT_ITS_FAULT: Final = re.compile(r"5\.(2\.2|[367]\.\d+)$")
_YEARS: Final = (1990, 2200)  # a mail may claim any
_COMPLAINTS: Final = ("abuse", "fraud", "opt-out", "opt-out-list")


def mails(raw: bytes) -> Iterator[bytes]:
    """The mails of a file: one, or those of a mailbox, which each begin with a line ``From ``."""
    if not raw.startswith(b"From "):
        yield raw
        return
    yield from filter(None, re.split(rb"(?m)^From [^\r\n]*(?:\r\n|\r|\n)", raw))


def read(raw: bytes) -> tuple[Report, ...]:
    """What one mail tells of messages that left; () for a mail that tells nothing of the kind.

    Never raises: whoever writes to the address that bounces go to may send anything at all.
    """
    raw = raw[:LARGEST]
    if raw.lower().count(b"boundary") > _BOUNDARIES:
        return ()
    try:
        mail = message_from_bytes(raw)
        parts = [part for part, _ in zip(mail.walk(), range(_PARTS), strict=False)]
        known = _complaint(mail, parts) or _delivery(mail, parts) or _notice(mail, parts)
        return known or _free_text(mail, parts)
    except RecursionError:  # parts within parts within parts
        return ()


def _complaint(mail: Message, parts: list[Message]) -> tuple[Report, ...]:
    """A complaint after RFC 5965. Other feedback, as on signatures that failed, is none."""
    fields = next(iter(_blocks(parts, "message/feedback-report")), None)
    kind = _field(fields, "Feedback-Type").lower() if fields else ""
    if fields is None or kind not in _COMPLAINTS:
        return ()
    told = [_field(fields, name) for name in ("Original-Rcpt-To", "Removal-Recipient")]
    report = Report(
        word="complained",
        names=_names(mail, parts),
        addresses=_unique(_addresses(" ".join(told)), _returned_to(parts)),
        said=kind,
        at=_date(mail),
    )
    return (report,)


def _delivery(mail: Message, parts: list[Message]) -> tuple[Report, ...]:
    """A delivery report after RFC 3464: one answer for each recipient it names."""
    names, at, told = _names(mail, parts), _date(mail), []
    for fields in _blocks(parts, "message/delivery-status")[: _ANSWERS + 1]:
        named = [_field(fields, f"{which}-Recipient") for which in ("Original", "Final")]
        said = _field(fields, "Diagnostic-Code").partition(";")[2].strip()[:_SAID]
        status = _field(fields, "Status")[:_SAID]
        word = _word(_field(fields, "Action"), status, said)
        if any(named) and word:
            to = _unique(_addresses(" ".join(named)))
            told.append(Report(word=word, names=names, addresses=to, said=said or status, at=at))
    return tuple(told)


def _word(action: str, status: str, said: str) -> Word | None:
    """By the status code where there is one: class 5 is for good, 4 is not, 2 is delivered."""
    found = _STATUS.match(status)
    code = found[1] if found else ""
    if code.endswith(".0.0"):  # the class alone; the host may have said more
        code = next((more for more in _STATUS.findall(said) if more[0] == code[0]), code)
    told = (code or _code(said))[:1]
    if action.lower().startswith("delayed"):
        return "deferred"
    if told == "2" or (not told and action.lower().startswith("delivered")):
        return "delivered"
    if told == "5" and not _NOT_ITS_FAULT.match(code):
        return "bounced"
    return "returned" if told or action.lower().startswith("failed") else None


def _notice(mail: Message, parts: list[Message]) -> tuple[Report, ...]:
    """What Amazon SES writes by mail, which is what it tells webhooks, in JSON."""
    if not _field(mail, "From").endswith("no-reply@sns.amazonaws.com>"):
        return ()
    told, start = _text(parts[0]), '{"notificationType"'
    try:
        facts, _ = JSONDecoder(strict=False).raw_decode(told, told.index(start))
        name, bounce = facts["mail"]["messageId"], facts["bounce"]
        for_good = bounce["bounceType"] == "Permanent"
        return tuple(
            Report(
                word="bounced" if for_good else "returned",
                names=(str(name),),
                addresses=(str(one["emailAddress"]),),
                said=str(one.get("diagnosticCode", ""))[:_SAID],
                at=_date(mail),
            )
            for one in bounce["bouncedRecipients"]
        )
    except (ValueError, KeyError, TypeError, AttributeError):
        return ()


def _free_text(mail: Message, parts: list[Message]) -> tuple[Report, ...]:
    """A bounce for people to read. Only mail servers are believed, and only what they announce."""
    failed = _field(mail, "X-Failed-Recipients")
    text = "\n".join(_text(part) for part in parts if part.get_content_type() == "text/plain")
    head, subject = _RETURNED.split(text, maxsplit=1)[0], _field(mail, "Subject")
    from_daemon = _DAEMONS.search(_field(mail, "From"))
    if not failed and not (from_daemon and _ANNOUNCED.search(f"{subject}\n{head}")):
        return ()
    ours = _addresses(" ".join(_field(mail, name) for name in ("From", "To", "Delivered-To")))
    named = _unique(_addresses(failed), _addresses(head), _returned_to(parts))
    report = Report(
        word=_free_word(subject, head),
        names=_names(mail, parts),
        addresses=tuple(address for address in named if address not in ours),
        said=_said(head),
        at=_date(mail),
    )
    return (report,)


def _free_word(subject: str, head: str) -> Word:
    """Without any code, what is said to be for good is, and all else counts as not for good."""
    code = _code(head)
    if code.startswith("5"):
        return "bounced" if is_for_good(head) else "returned"
    if _DELAYED.search(subject) or _DELAYED.search(head):
        return "deferred"
    is_said = says_nobody(head) or _FOR_GOOD.search(head)
    return "bounced" if not code and is_said else "returned"


def _said(head: str) -> str:
    """The line that tells most: one with a server's reply, else one with a status code."""
    lines = head.splitlines()
    told = (line for find in (_REPLY, _STATUS) for line in lines if find.search(line))
    return next(told, "")[:_SAID]


def is_coded(said: str) -> bool:
    """Whether a host's answer holds a code at all."""
    return bool(_code(said))


def is_for_good(said: str) -> bool:
    """Whether a host's answer says, by its code, that nobody can be reached there."""
    code = _code(said)
    return code.startswith("5") and not _NOT_ITS_FAULT.match(code)


def _code(said: str) -> str:
    """The first status code a text tells, else the first digit of a server's reply, else ""."""
    if found := _STATUS.search(said):
        return found[1]
    found = _REPLY.search(said)
    return found[1] if found else ""


def _blocks(parts: list[Message], kind: str) -> list[Message]:
    """The groups of fields in parts of a kind; the parser reads each as a mail without body."""
    found = [part.get_payload() for part in parts if part.get_content_type() == kind]
    lists = [payload for payload in found if isinstance(payload, list)]
    return [block for blocks in lists for block in blocks if isinstance(block, Message)]


def _names(mail: Message, parts: list[Message]) -> tuple[str, ...]:
    """What the mail that came back was called: its Message-ID, wherever it stands."""
    named = [str(name) for part in parts[1:] for name in part.get_all("Message-ID", [])]
    named += [
        found
        for part in parts
        if part.get_content_type() in ("text/plain", "text/rfc822-headers")
        for found in _NAME.findall(_text(part))
    ]
    answered = ("X-Original-Message-ID", "In-Reply-To", "References")
    named += [name for field in answered for name in _field(mail, field).split()]
    return _unique(name.strip("<> \t\r\n")[:250] for name in named)


def _returned_to(parts: list[Message]) -> list[str]:
    """Whom the returned mail was to."""
    texts = [_text(part) for part in parts if part.get_content_type() == "text/rfc822-headers"]
    lines = [line for text in texts for line in re.findall(r"(?im)^to:(.*)$", text)]
    return _addresses(" ".join([*(_field(part, "To") for part in parts[1:]), *lines]))


def _text(part: Message) -> str:
    """A part as text, whatever it says it is in."""
    payload = part.get_payload(decode=True)
    if not isinstance(payload, bytes):
        return ""
    raw = payload[:_TEXT]
    try:
        text = raw.decode(part.get_content_charset() or "utf-8", "replace")
    except (LookupError, ValueError):
        text = raw.decode("latin-1")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _field(mail: Message, name: str) -> str:
    """A field in one line; "" where it is missing."""
    return " ".join(str(mail.get(name, "")).split())


def _addresses(text: str) -> list[str]:
    return [found.strip(".") for found in _ADDRESS.findall(text[:_TEXT])]


def _unique(*several: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one for some in several for one in some if one))


def _date(mail: Message) -> datetime | None:
    try:
        at = parsedate_to_datetime(_field(mail, "Date"))
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    if not _YEARS[0] <= at.year <= _YEARS[1]:
        return None
    return at if at.tzinfo else at.replace(tzinfo=UTC)
