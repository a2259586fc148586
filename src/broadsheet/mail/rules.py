"""Slots, domains, waits, and what a server's refusal means. Plain Python."""

import re
from collections.abc import Mapping
from typing import Final

# Characters that no cleaned text holds, so nobody can write a slot into a title.
_OPEN: Final = "\x02"
_CLOSE: Final = "\x03"
_SLOT: Final = re.compile(f"{_OPEN}([a-z_]+){_CLOSE}")
_NAME: Final = re.compile(r"[a-z_]+")

ATTEMPTS: Final = 11
"""How often a message is handed over before it is set aside: over about three days."""

_FIRST_WAIT_S: Final = 300.0
_LONGEST_WAIT_S: Final = 12 * 3_600.0
# RFC 3463: no such mailbox, no such domain, not an address, moved away, the domain takes no
# mail (RFC 7505), the mailbox is switched off.
_NO_MAILBOX: Final = frozenset({"5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10", "5.2.1"})
_ENHANCED: Final = re.compile(r"5\.\d{1,3}\.\d{1,3}\b")
_VAGUE: Final = re.compile(r"5\.[01]\.0")
_NOBODY: Final = re.compile(
    r"user unknown|(unknown|invalid|no such) (user|mailbox|recipient|account|address)"
    r"|(user|mailbox|recipient|account|address)( \S+)? (is )?(unknown|not found|does not exist)"
    r"|(user|mailbox|recipient|account|address)( \S+)? doesn't exist|does not exist"
    r"|no (mailbox|account) (here )?by that name|not a known user",
    re.IGNORECASE,
)
_CODES: Final = re.compile(r"[245]\d\d\b([ -][245]\.\d{1,3}\.\d{1,3}\b)?")


def slot(name: str) -> str:
    """What stands in a shared text where each letter has its own. ``name``: a-z and _."""
    if not _NAME.fullmatch(name):
        raise ValueError(f"a slot is named by letters a to z and _, not {name!r}")
    return f"{_OPEN}{name}{_CLOSE}"


def slots(text: str) -> frozenset[str]:
    """The names of the slots in a text."""
    return frozenset(_SLOT.findall(text))


def filled(text: str, fills: Mapping[str, str]) -> str:
    """The text with its slots filled. What a fill holds is never looked at as a slot again.

    Raises KeyError for a slot without a fill.
    """
    return _SLOT.sub(lambda found: fills[found[1]], text)


def domain(address: str) -> str:
    """The domain of a mail address, in lower case and ASCII; "" where it has none."""
    name = address.rpartition("@")[2].lower() if "@" in address else ""
    try:
        return name.encode("idna").decode()
    except UnicodeError:
        return name


def wait_s(attempt: int, *, draw: float) -> float | None:
    """Seconds until a message is handed over again that was put off at ``attempt`` (1, 2, …).

    Five minutes, then three times as long each time, at most twelve hours; ``draw`` in [0, 1)
    takes off up to a quarter, so that what was put off together does not return together. None
    after the last attempt.
    """
    if attempt >= ATTEMPTS:
        return None
    return min(_FIRST_WAIT_S * 3.0 ** (attempt - 1), _LONGEST_WAIT_S) * (1 - draw / 4)


def is_no_mailbox(said: str) -> bool:
    """Whether a refusal for good says that nobody is there.

    By its enhanced status code; by its words where it has none, or one that says nothing more.
    """
    found = _ENHANCED.search(said)
    if found and not _VAGUE.fullmatch(found[0]):
        return found[0] in _NO_MAILBOX
    return says_nobody(said)


def says_nobody(said: str) -> bool:
    """Whether words say that nobody is there, whatever code stands with them."""
    return bool(_NOBODY.search(said)) and "sender" not in said.lower()


def reason(said: str) -> str:
    """What servers' words have in common: code and enhanced code, else how they begin."""
    if found := _CODES.match(said):
        return found[0]
    return said[:60] or "no word"
