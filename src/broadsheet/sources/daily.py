"""What is said of Daily Papers, whoever carries it: one origin, one feed, the same facts.

Three sources tell of the same front page (saved pages, day files, the starter edition). They
make their announcements and measurements here, so that the catalogue knows them for one.
"""

from datetime import date, datetime
from typing import Final

from broadsheet.sources import values
from broadsheet.sources.contract import Announced, Measured, Organization
from broadsheet.sources.values import Broken, Entry

ORIGIN: Final = "huggingface"
FEED: Final = "huggingface-daily"


def picked(day: date, rank: int | None, seen_at: datetime) -> Announced:
    """The paper stood on the front page of that day."""
    return Announced(feed=FEED, day=day, rank=rank, kind="picked", seen_at=seen_at)


def votes(total: int, true_at: datetime) -> Measured:
    return Measured(kind="votes", origin=ORIGIN, total=total, true_at=true_at)


def comments(total: int, true_at: datetime) -> Measured:
    return Measured(kind="comments", origin=ORIGIN, total=total, true_at=true_at)


def stars(total: int, true_at: datetime) -> Measured:
    """Stars of the code repository, which another site counts."""
    return Measured(kind="stars", origin="github", total=total, true_at=true_at)


def organization(entry: Entry, slug: str, name: str) -> Organization | None:
    """The organisation of an entry, its account and its name under these two words."""
    inner = entry.get("organization")
    if inner is None:
        return None
    if not isinstance(inner, dict):
        raise Broken("its organization is no object")
    account = values.needed(inner, slug)
    return Organization(slug=account, name=values.text(inner, name) or account)
