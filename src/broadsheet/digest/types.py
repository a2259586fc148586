"""What goes between the parts of this room, and to the faces."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from broadsheet.editions.types import Edition, Hit
from broadsheet.mail.types import Delivery


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What somebody fills into the box: who wants which edition, how often, and when.

    ``edition`` is the address of a list, with its parameters. ``weekday`` counts from Monday, 0;
    ``hour`` is by the clocks of ``zone``, an IANA name.
    """

    address: str
    edition: str = "/latest"
    cadence: str = "announced"
    weekday: int = 0
    hour: int = 7
    zone: str = "UTC"
    size: int = 10
    even_empty: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Pick:
    """One paper of a letter. ``again`` is a sentence where it was sent before and has changed."""

    hit: Hit
    version: int
    again: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What a letter is to hold: the edition, and its papers that are new to the reader.

    ``label`` names the edition once and for all ("2026-08-14", "2026-W33", "search 2026-08-14
    07:00"), ``day`` is the last day it covers. ``sent_before`` counts papers of the edition that
    were left out because they were sent lately, ``earlier`` are days with editions of their own
    since the last letter.
    """

    edition: Edition
    label: str
    day: date
    picks: tuple[Pick, ...]
    sent_before: int = 0
    earlier: tuple[date, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Mailing:
    """What a subscription is, for whoever shows or writes to it.

    ``said`` is it in words ("the front page, every announcement day at 7:00 Europe/Berlin"),
    ``zone`` whose clocks its hour is by, ``trouble`` why its edition could not be composed when
    it was due last.
    """

    name: str
    edition: str
    title: str
    said: str
    cadence: str
    weekday: int
    hour: int
    zone: str
    size: int
    even_empty: bool
    state: str
    asked_at: datetime
    confirmed_at: datetime | None
    due_at: datetime | None
    trouble: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """A change of address under way: done when both sides have agreed, forgotten after ``until``.

    ``side`` is whose link tells of it, "" in the preferences.
    """

    old: str
    new: str
    side: Literal["", "old", "new"]
    old_agreed: bool
    new_agreed: bool
    until: datetime

    @property
    def is_done(self) -> bool:
        return self.old_agreed and self.new_agreed


@dataclass(frozen=True, slots=True, kw_only=True)
class Preferences:
    """All that an address is sent, and what became of every letter to it, the newest first.

    ``suppressed``: nothing may be sent there any more, whatever is asked for.
    """

    address: str
    zone: str
    mailings: tuple[Mailing, ...]
    deliveries: tuple[Delivery, ...]
    move: Move | None = None
    suppressed: bool = False
