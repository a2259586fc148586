"""An announcement feed as its entries, and an entry as a Record.

The feed has one entry for a paper, whatever lists it stands in. Its day is midnight in New York.
"""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from email.utils import parsedate_to_datetime
from typing import Final
from xml.etree.ElementTree import Element

from broadsheet.kernel import identifiers
from broadsheet.kernel.text import clean
from broadsheet.sources import arxiv, slices, values
from broadsheet.sources.contract import Announced, AnnouncementKind, Record
from broadsheet.sources.jsonl.withdrawn import may_be_withdrawn, says_withdrawn
from broadsheet.sources.slices import local, texts
from broadsheet.sources.values import Broken
from broadsheet.sources.xml import BadXml, document

SOURCE: Final = "arxiv_feed"
NAMESPACE: Final = b"http://arxiv.org/schemas/atom"

_PREAMBLE: Final = re.compile(r"\s*arXiv:\S+\s+Announce Type:\s*(\S+)\s*(?:Abstract:)?\s*")
_IDENTIFIER: Final = re.compile(rb"oai:arXiv\.org:([^<\s]{1,100}?)(?:v\d+)?\s*<")
_ANNOUNCED_AS: Final = re.compile(rb"announce_type>\s*([a-z-]{1,20})")
_FAILED: Final = "Feed error"
# Until then of the day before papers are taken, and what the feed says of them was so.
_CUTOFF: Final = time(14)
_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """A feed taken apart: its entries as received, its day, its ``error`` where it is none."""

    raws: tuple[bytes, ...]
    day: date | None
    error: str = ""


def feed(body: bytes) -> Feed:
    """Take a feed apart. Raises BadXml for a body that is no whole feed of announcements.

    Atom has no day of its own without entries: there it is when the feed was made.
    """
    body = slices.utf8(body)
    raws, rest = slices.cut(body, "item")
    of = "item"
    if not raws:
        raws, rest = slices.cut(body, "entry")
        of = "entry"
    root = document(rest)
    top = {child.tag.rpartition("}")[2]: clean(child.text or "") for child in _top(root)}
    title = top.get("title", "")
    if title.startswith(_FAILED):
        said = top.get("description") or top.get("subtitle") or title
        return Feed(raws=(), day=None, error=said[:500])
    if "arxiv" not in title.lower():
        raise BadXml(f"it is a feed, but not one of arXiv's announcements: “{title[:60]}”")
    told = top.get("pubDate" if of == "item" else "updated") or top.get("pubDate", "")
    try:
        day = _day(told) if told else None
    except Broken as error:
        raise BadXml(str(error)) from None
    return Feed(raws=tuple(raws), day=day)


def _top(root: Element) -> Element:
    """The element that says what the feed as a whole is."""
    match root.tag.rpartition("}")[2]:
        case "rss" if len(root):
            return root[0]
        case "feed":
            return root
    raise BadXml(f"it is XML, but no feed: its root is {clean(root.tag)[:60]}")


def named(raw: bytes) -> tuple[str, AnnouncementKind]:
    """The number and the kind of an entry that is broken; the number "" where there is none."""
    match = _IDENTIFIER.search(raw)
    found = identifiers.arxiv(match[1].decode("ascii", "replace")) if match else None
    said = _ANNOUNCED_AS.search(raw)
    kind = arxiv.KINDS.get(said[1].decode("ascii", "replace")) if said else None
    return found[0] if found else "", kind or "new"


def parse(raw: bytes) -> Record:
    """Read one ``item`` or ``entry``. Raises Broken for one that breaks the rules of the feed."""
    element = slices.tree(raw, "item" if slices.is_one(raw, "item") else "entry")
    entry = texts(element)
    number, version = arxiv.number(entry.get("guid") or values.needed(entry, "id"))
    day = _day(entry.get("pubDate") or values.needed(entry, "published"))
    text = entry.get("description") or entry.get("summary") or ""
    preamble = _PREAMBLE.match(text)
    kind = _kind(entry.get("announce_type") or (preamble[1] if preamble else ""))
    title = values.needed(entry, "title", values.LONGEST_TITLE)
    abstract = values.text({"abstract": text[preamble.end() :] if preamble else text}, "abstract")
    names = arxiv.authors(values.text(entry, "creator"))
    midnight = datetime.combine(day, time(), arxiv.EASTERN).astimezone(UTC)
    # A paper that is new is as old as its first announcement, as far as the feed knows. It got
    # its number the evening before.
    is_new = kind == "new" and (day - _DAY).isoformat().startswith(arxiv.month(number))
    return Record(
        source=SOURCE,
        origin=arxiv.ORIGIN,
        source_id=number,
        seen_at=datetime.combine(day - _DAY, _CUTOFF, arxiv.EASTERN).astimezone(UTC),
        raw=raw,
        title=title,
        abstract=abstract,
        authors=names,
        n_authors=len(names) or None,
        identifiers=arxiv.named(number, values.text(entry, "DOI")),
        published=day.isoformat() if is_new else arxiv.month(number),
        categories=_categories(element),
        version=version,
        withdrawn=may_be_withdrawn(raw) and says_withdrawn(title, abstract, ""),
        journal_ref=values.text(entry, "journal_reference"),
        url=arxiv.address(number),
        announcements=(
            Announced(feed=arxiv.FEED, day=day, rank=None, kind=kind, seen_at=midnight),
        ),
    )


def _categories(element: Element) -> tuple[str, ...]:
    """Text in RSS, an attribute in Atom; the primary one first."""
    found = (
        clean(child.get("term") or child.text or "")
        for child in element
        if local(child.tag) == "category"
    )
    return tuple(dict.fromkeys(category for category in found if category))


def _kind(said: str) -> AnnouncementKind:
    kind = arxiv.KINDS.get(said.strip())
    if kind is None:
        raise Broken(f"its announce type is “{clean(said)[:40]}”, which is none that is known")
    return kind


def _day(moment: str) -> date:
    """The day in New York of a moment as RSS or Atom has it. Raises Broken."""
    moment = moment.strip()
    try:
        read = parsedate_to_datetime(moment) if "," in moment else datetime.fromisoformat(moment)
        if read.tzinfo is not None:
            return read.astimezone(arxiv.EASTERN).date()
    except (ValueError, TypeError, OverflowError):
        pass
    raise Broken(f"its date is “{clean(moment)[:60]}”, no moment with an offset")
