"""What other rooms hand to this one, and hear from it."""

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as defaulting
from datetime import datetime
from typing import Literal

Kind = Literal["edition", "alert", "confirmation", "notice"]
"""What a letter is: a composed edition, papers that matched a search, a link to confirm, or
word about the reader's own subscription. Only the first two are mail to a list."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """What many letters share. Slots (``rules.slot``) stand where each has its own."""

    subject: str
    text: str
    html: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """One letter to one address.

    ``key`` (at most 200 characters) is unique for ever: a letter with a key that was posted is
    not posted again. ``owner`` is whose it is: the log of one is selected by it. ``fills`` are
    the texts of the slots, ``headers`` further headers (their values may hold no line break).
    ``due_at`` None is now.
    """

    key: str
    kind: Kind
    owner: str
    address: str
    body: Body
    fills: Mapping[str, str] = defaulting(default_factory=dict)
    headers: Mapping[str, str] = defaulting(default_factory=dict)
    due_at: datetime | None = None


Reason = Literal["bounced", "complained", "asked", "operator"]
"""Why nothing is sent to an address any more: its host refuses it for good, its reader called
it spam, its reader asked for that, or the operator did."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """Something that happened to a letter.

    ``what`` is composed, sent (handed over), later (put off), failed, doubtful, suppressed,
    cancelled, retried, lifted (mail may go to its address again) or a ``Word``; ``said`` are a
    server's words, without address.
    """

    at: datetime
    what: str
    said: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """What became of one letter, for its reader. Nobody knows whether it was opened."""

    number: int
    kind: str
    subject: str
    standing: str
    happenings: tuple[Happening, ...]


Word = Literal[
    "delivered", "deferred", "returned", "rejected", "bounced", "complained", "unsubscribed"
]
"""What a host, a provider or a reader tells of a letter that left.

The host took it; it is tried again later; it came back, which tells nothing for good of the
address; the provider would not send it; it came back because nobody can be reached there; its
reader called it spam; its reader wants no more of it.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """One such word, and about which letter.

    ``names`` are what it may be called (a Message-ID, what the provider calls it), ``addresses``
    whose it may be, the likeliest first. ``reason`` is why nothing is to be sent there any more,
    None where the word alone does not say that. ``at`` is None where nobody told when.
    ``is_proven``: it is known who tells it, as a provider that knows a secret does; anybody can
    write the rest to the mailbox that bounces go to.
    """

    word: Word
    names: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()
    said: str = ""
    reason: Reason | None = None
    at: datetime | None = None
    is_proven: bool = False
