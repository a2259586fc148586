"""The contract between live sources and the harvest: an upstream is asked portion by portion."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal, Protocol

from broadsheet.net.contract import Client
from broadsheet.sources.contract import AnnouncementKind, Record, Trouble

# The five reasons why a page may have no papers; "found" is none of them. What could not be
# asked, or not be read, is an error (NotAsked, Unreadable); a holiday is the calendar's word.
Outcome = Literal["found", "nothing-new", "not-announced", "holiday", "not-asked", "unreadable"]
Need = Literal["contact", "key"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Upstream:
    """Where and how a source asks: its operator's settings."""

    client: Client
    base_url: str
    categories: tuple[str, ...] = ()
    key: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What to ask for: what changed from ``since`` to ``until`` (both included), or ``names``.

    ``names`` are the source's own (arXiv numbers, owner/repository, addresses of feeds); with them
    dates are ignored. ``said`` is what earlier portions said, all of it, for conditional requests.
    """

    since: date | None = None
    until: date | None = None
    names: tuple[str, ...] = ()
    said: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """What an upstream says stood in a feed on a day, whether or not it could be read.

    ``names`` are identifiers as text (``arxiv:2608.01234``), each with its kind, in order.
    ``whole`` says that nothing of that day is missing here.
    """

    feed: str
    day: date
    names: Mapping[str, AnnouncementKind]
    whole: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Portion:
    """One answer of an upstream.

    ``resume`` asks for the next portion, "" after the last; ``reached`` is the day from which to
    ask again so that nothing is missed if ``resume`` is no longer good (None: the first day
    asked for).
    """

    items: tuple[Record | Trouble, ...] = ()
    listed: tuple[Listed, ...] = ()
    resume: str = ""
    reached: date | None = None
    outcome: Outcome = "found"
    said: Mapping[str, str] = field(default_factory=dict)  # etag, last-modified: for the next time


class LiveSource(Protocol):
    """Asks one kind of upstream. No database, no clock but ``kernel.clock``.

    ``parse`` of the same folder turns bytes into Records as a FileSource does: the same bytes
    give the same Records, a problem is a Trouble, ``reread`` makes a Record again from its raw.
    """

    name: str
    title: str  # for a sentence: "arXiv, all metadata (OAI-PMH)"
    base_url: str  # where it asks unless told otherwise
    needs: tuple[Need, ...]
    schedule: str  # when it is asked, as cron: "20 0,1,4 * * 1-5"; "" only on demand
    zone: str  # the time zone of the schedule
    feeds: tuple[str, ...]  # the feeds whose days it lists; () if it announces nothing
    heals: tuple[str, ...]  # schemes of the names it is asked for where papers are missing
    repositories: tuple[int, int]  # of those linked, how many a run asks for: without key, with one

    def ask(self, upstream: Upstream, wanted: Wanted, resume: str = "") -> Portion:
        """One portion. Raises NotAsked, Unreadable, or Expired if ``resume`` is no longer good."""
