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
