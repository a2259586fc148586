"""What every way for mail to leave promises."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import TracebackType
from typing import Final, Literal, Protocol, Self

from broadsheet.mail.sender import Sender

_HIDDEN: Final = re.compile(r"[\x00-\x1f\x7f]")

Verdict = Literal["taken", "later", "never", "unclear"]
"""What came of handing a message over: it was taken; its receiver asks for another try; refuses
it for good; or all of it was given and no answer came, so that nobody knows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """One message, ready: its slots are filled. ``name`` is its Message-ID without brackets."""

    name: str
    sender: Sender
    address: str
    subject: str
    text: str
    html: str
    headers: Mapping[str, str]
    at: datetime

    def __post_init__(self) -> None:
        """Raises ValueError where a line break would begin a header of somebody else's."""
        shown = (self.name, self.sender.name, self.sender.address, self.address, self.subject)
        for value in (*shown, *self.headers, *self.headers.values()):
            if _HIDDEN.search(value):
                raise ValueError("a header holds a line break or another hidden character")


@dataclass(frozen=True, slots=True)
class Answer:
    """``said`` are the receiver's words, ``receipt`` what a provider calls the message."""

    verdict: Verdict
    said: str = ""
    receipt: str = ""


class Transport(Protocol):
    """Takes messages, one after another, from one thread; a context, to be closed."""

    where: str
    """What it hands messages to, in words without secrets."""

    def hand_over(self, message: Outgoing) -> Answer:
        """Offer a message once.

        Raises Unavailable where it could not be offered at all, for a reason that will hold for
        others too: no connection, no login, a sender that may not send. Then nothing has left.
        """

    def look(self) -> None:
        """Connect and log in, without a message. Raises Unavailable."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None: ...
