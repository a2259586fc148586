"""A day file as its entries, and an entry as a Record.

The answer of the API is a list of entries. Archives keep it as it is, as a list of Python
reprs, in an envelope of their own (``status``, ``date``, ``count``, ``data``), or, for a day
without papers, as a bare number.
"""

import ast
import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

import orjson

from broadsheet.kernel import identifiers
from broadsheet.kernel.dates import is_partial
from broadsheet.kernel.identifiers import Identifier
from broadsheet.sources import daily, values
from broadsheet.sources.contract import Measured, Organization, Record
from broadsheet.sources.values import Broken, Entry

# A repr of the longest known entry has 80 KB; the parser of literals needs a hundred times
# as much memory as text.
_LONGEST_REPR: Final = 1024 * 1024
_DAY: Final = len("2026-08-14")


class Foreign(Broken):
    """An entry that was never on the list it is found in, and so takes no place on it."""


@dataclass(frozen=True, slots=True)
class Listing:
    """A day file opened: the entries as received (objects or reprs), and the day it states."""

    entries: tuple[Any, ...]
    day: str = ""


def listing(raw: bytes) -> Listing:
    """Open a day file, whatever its envelope. Raises Broken for what is none."""
    found = values.decoded(raw)
    if isinstance(found, int) and not isinstance(found, bool):
        return Listing(())
    if isinstance(found, list):
        return Listing(tuple(found))
    if isinstance(found, dict) and "status" in found:
        if "data" not in found and found["status"] != "no_data":
            raise Broken("its archive kept no papers, only the mark that something went wrong")
        return Listing(tuple(values.entries(found, "data")), values.text(found, "date"))
    raise Broken("it is JSON, but no list of papers")


def opened(entry: Any) -> Entry:
    """An entry as an object, read from its repr where it was kept as one."""
    if isinstance(entry, str):
        if len(entry) > _LONGEST_REPR:
            raise Broken("its Python repr is longer than 1 MiB")
        try:
            entry = ast.literal_eval(entry)
        except (ValueError, SyntaxError, MemoryError, RecursionError):
            raise Broken("it is text, but no Python repr of an entry") from None
    if not isinstance(entry, dict) or not isinstance(entry.get("paper"), dict):
        raise Broken("it has no paper")
    return entry


def refuse_foreign(entry: Entry) -> None:
    """Raise Foreign for an entry a fork put in: not from arXiv, and nobody could vote for it."""
    paper = entry["paper"]
    if "upvotes" not in paper and not identifiers.arxiv(str(paper.get("id"))):
        raise Foreign("it is not from arXiv and has no upvotes: it was on no front page")


def envelope(entry: Any, *, day: date, rank: int, captured: datetime) -> bytes:
    """An entry as kept: whole, as received, with its day, its place and the moment of capture."""
    stood = {"day": day.isoformat(), "rank": rank, "captured": captured.isoformat()}
    try:
        return orjson.dumps({**stood, "entry": entry})
    except orjson.JSONEncodeError:
        # Half a character or a number beyond 64 bits, which only Python's own JSON writes.
        return json.dumps({**stood, "entry": entry}).encode()


def parse(raw: bytes) -> Record:
    """Read one kept entry. Raises Broken for one that breaks the rules of the API."""
    kept = values.decoded_object(raw)
    day = values.day(kept, "day")
    rank = values.count(kept, "rank")
    captured = values.moment(kept, "captured")
    if day is None or captured is None or not rank:
        raise Broken("it is no kept entry of a day file")
    entry = opened(kept.get("entry"))
    paper: Entry = entry["paper"]
    number = _number(paper)
    authors = _authors(paper)
    return Record(
        source="hf_daily",
        origin=daily.ORIGIN,
        source_id=number,
        seen_at=captured,
        raw=raw,
        title=values.text(paper, "title", values.LONGEST_TITLE)
        or values.needed(entry, "title", values.LONGEST_TITLE),
        # Never ``ai_summary``: an abstract is its authors' own.
        abstract=values.text(paper, "summary"),
        authors=authors,
        n_authors=len(authors) or None,
        organization=_organization(entry),
        identifiers=(Identifier("arxiv", number),),
        published=_published(paper),
        keywords=values.texts(paper, "ai_keywords"),
        withdrawn=bool(values.text(paper, "withdrawnAt")),
        code_url=values.address(paper, "githubRepo"),
        project_url=values.address(paper, "projectPage"),
        announcements=(daily.picked(day, rank, captured),),
        signals=_signals(entry, paper, captured),
    )


def _number(paper: Entry) -> str:
    number = values.needed(paper, "id")
    found = identifiers.arxiv(number)
    if not found:
        raise Broken(f"its id “{number[:60]}” is no arXiv number")
    return found[0]


def _authors(paper: Entry) -> tuple[str, ...]:
    """Names in order; those hidden on the page are left out."""
    shown = (a for a in values.objects(paper, "authors") if not a.get("hidden"))
    return tuple(name for author in shown if (name := values.text(author, "name")))


def _organization(entry: Entry) -> Organization | None:
    """The paper's organisation; the older place for it is beside the paper."""
    inner = daily.organization(entry["paper"], slug="name", name="fullname")
    return inner or daily.organization(entry, slug="name", name="fullname")


def _published(paper: Entry) -> str:
    """The day of the inner ``publishedAt``: the outer one is shifted by hours."""
    day = values.text(paper, "publishedAt")[:_DAY]
    if day and not is_partial(day):
        raise Broken(f"its publishedAt “{day}” is no day")
    return day


def _signals(entry: Entry, paper: Entry, captured: datetime) -> tuple[Measured, ...]:
    counted = (
        (daily.votes, values.count(paper, "upvotes")),
        (daily.comments, values.count(entry, "numComments")),
        (daily.stars, values.count(paper, "githubStars")),
    )
    return tuple(measure(total, captured) for measure, total in counted if total is not None)
