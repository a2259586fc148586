"""The contract between the sources and the catalogue: Records, and how files are read."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Literal, Protocol

from broadsheet.kernel.identifiers import Identifier

SignalKind = Literal["votes", "comments", "stars", "citations"]
AnnouncementKind = Literal["new", "cross", "replace", "picked"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Organization:
    """The organisation a card shows instead of authors; ``slug`` is its account name."""

    slug: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Announced:
    """The paper stood in ``feed`` on ``day`` at ``rank`` (from 1; None where unordered)."""

    feed: str
    day: date
    rank: int | None
    kind: AnnouncementKind
    seen_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """A running total, counted by ``origin``, true at ``true_at`` (aware, UTC)."""

    kind: SignalKind
    origin: str
    total: int
    true_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """What one source says of one paper at one moment: normalised, not interpreted.

    ``source`` is the code that carried it, ``origin`` who says it (arxiv, anthology,
    conferences, huggingface, broadsheet): fields are preferred by origin. ``source_id``
    names the paper inside the source for ever; ``raw`` is the text as received, from which
    the source's ``reread`` makes the same Record again. Dates are partial ISO dates
    (``2024``, ``2024-05``, ``2024-05-17``), "" where unknown.
    """

    source: str
    origin: str
    source_id: str
    seen_at: datetime
    raw: bytes
    title: str
    abstract: str = ""
    authors: tuple[str, ...] = ()
    n_authors: int | None = None
    organization: Organization | None = None
    identifiers: tuple[Identifier, ...] = ()
    published: str = ""
    updated: str = ""
    categories: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    version: int | None = None
    withdrawn: bool = False
    comment: str = ""
    journal_ref: str = ""
    venue: str = ""
    url: str = ""
    code_url: str = ""
    project_url: str = ""
    announcements: tuple[Announced, ...] = ()
    signals: tuple[Measured, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """One thing in a file that could not become a Record; reading goes on after it.

    ``line`` counts from 1 (0: the file as a whole); ``reason`` is a sentence without full
    stop that says what is wrong; ``raw`` is what was received, cut at 64 KiB. ``fatal`` says
    that nothing after it could be read (a truncated stream, a wrong kind of file), ``garbled``
    that its bytes came damaged, so that asking again may bring it whole.
    """

    path: str
    line: int
    reason: str
    source: str = ""
    source_id: str = ""
    raw: bytes = b""
    fatal: bool = False
    garbled: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """What recognising a file may look at: its name and its first bytes, decompressed."""

    path: Path
    head: bytes


class FileSource(Protocol):
    """Reads the files of one kind. No database, no clock but the file's own times.

    Promises: the same file gives the same Records in the same order; every problem is a
    Trouble, never an exception; memory does not grow with the file; ``reread(record.raw,
    seen_at)`` gives an equal Record.
    """

    name: str

    def recognises(self, sample: Sample) -> bool: ...

    def read(self, path: Path) -> Iterator[Record | Trouble]: ...

    def reread(self, raw: bytes, seen_at: datetime) -> Record: ...
