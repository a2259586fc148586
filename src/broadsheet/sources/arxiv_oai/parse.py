"""An OAI-PMH record of arXiv as a Record.

The service as it runs since 2025 gives in ``created`` the day of the newest version and in
``updated`` the day its row was touched; the one before gave the days of the first and of the
newest version. Both are read: a day before the paper had its number is the first version's.
"""

import re
from datetime import UTC, date
from email.utils import parsedate_to_datetime
from typing import Final, NamedTuple
from xml.etree.ElementTree import Element

from broadsheet.kernel.dates import start_of
from broadsheet.sources import arxiv, slices, values
from broadsheet.sources.contract import Record
from broadsheet.sources.jsonl.withdrawn import may_be_withdrawn, says_withdrawn
from broadsheet.sources.slices import local, texts
from broadsheet.sources.values import Broken, Entry

# The metadata's own element, and the source that carries it.
FORMATS: Final = {"arXiv": "arxiv_oai", "arXivRaw": "arxiv_raw"}

# Who sent a paper in is nobody's business: it is cut out before anything is kept.
_SUBMITTER: Final = re.compile(rb"<((?:[\w.-]+:)?submitter)(?:\s[^<>]*)?>[^<]*</\1\s*>\s*")
_IDENTIFIER: Final = re.compile(rb"oai:arXiv\.org:([^<\s]{1,100})")
_VERSION: Final = re.compile(r"v([1-9]\d{0,2})", re.ASCII)
_WITHDRAWN: Final = "I"  # the source type of a version that says it is withdrawn


class Version(NamedTuple):
    """One version of an arXivRaw record: its day in UTC, and what its source is made of."""

    number: int
    day: date
    source_type: str


def discreet(raw: bytes) -> bytes:
    """A record without the name of whoever submitted it."""
    return _SUBMITTER.sub(b"", raw) if b"submitter" in raw else raw


def named(raw: bytes) -> str:
    """The number a record gives itself, also where it is broken; "" where there is none."""
    match = _IDENTIFIER.search(raw)
    return match[1].decode("ascii", "replace") if match else ""


def parse(raw: bytes) -> Record:
    """Read one ``record`` element. Raises Broken for one that breaks the rules of its format."""
    header, metadata = _parts(slices.tree(raw, "record"))
    datestamp = values.day(texts(header), "datestamp")
    if datestamp is None:
        raise Broken("it has no datestamp")
    if header.get("status") == "deleted":
        raise Broken("arXiv says that it is deleted")
    if metadata is None or not len(metadata):
        raise Broken("it has no metadata")
    told = metadata[0]
    name = local(told.tag)
    if name not in FORMATS:
        raise Broken(f"its format is {name[:40]}; arXiv and arXivRaw are read")
    entry = texts(told)
    number, _ = arxiv.number(values.needed(entry, "id"))
    if name == "arXiv":
        versions: list[Version] = []
        names = _authors(told)
        published, updated = _dates(entry, number, datestamp)
    else:
        versions = _versions(told)
        names = arxiv.authors(values.text(entry, "authors"))
        published, updated = _span(versions, number)
    title = values.needed(entry, "title", values.LONGEST_TITLE)
    abstract = values.text(entry, "abstract")
    comment = values.text(entry, "comments")
    return Record(
        source=FORMATS[name],
        origin=arxiv.ORIGIN,
        source_id=number,
        seen_at=start_of(datestamp),
        raw=raw,
        title=title,
        abstract=abstract,
        authors=names,
        n_authors=len(names) or None,
        identifiers=arxiv.named(number, values.text(entry, "doi")),
        published=published,
        updated=updated,
        categories=tuple(values.text(entry, "categories").split()),
        version=versions[-1].number if versions else None,
        withdrawn=(bool(versions) and _WITHDRAWN in versions[-1].source_type)
        or (may_be_withdrawn(raw) and says_withdrawn(title, abstract, comment)),
        comment=comment,
        journal_ref=values.text(entry, "journal-ref"),
        url=arxiv.address(number),
    )


def _parts(record: Element) -> tuple[Element, Element | None]:
    header = metadata = None
    for child in record:
        match local(child.tag):
            case "header":
                header = child
            case "metadata":
                metadata = child
    if header is None:
        raise Broken("it has no header")
    return header, metadata


def _authors(told: Element) -> tuple[str, ...]:
    """Given and family name, and "Jr." behind them."""
    found = []
    for authors in told:
        if local(authors.tag) != "authors":
            continue
        for author in authors:
            wanted = ("forenames", "keyname", "suffix")
            name = [part.text or "" for tag in wanted for part in author if local(part.tag) == tag]
            found.append(" ".join(name))
    return arxiv.people(found)


def _dates(entry: Entry, number: str, datestamp: date) -> tuple[str, str]:
    """First and newest day, as far as the format tells."""
    created = values.partial_date(entry, "created")
    updated = values.partial_date(entry, "updated")
    month = arxiv.month(number)
    if created[: len(month)] > month:
        return month, created
    if not created < updated < datestamp.isoformat():
        updated = ""
    return created or month, updated


def _span(versions: list[Version], number: str) -> tuple[str, str]:
    if not versions:
        return arxiv.month(number), ""
    first, last = versions[0].day.isoformat(), versions[-1].day.isoformat()
    if versions[0].number > 1:
        return arxiv.month(number), last
    return first, last if last > first else ""


def _versions(told: Element) -> list[Version]:
    """All versions told, the newest last."""
    found = []
    for element in told:
        if local(element.tag) == "version":
            match = _VERSION.fullmatch(element.get("version", ""))
            if not match:
                raise Broken(f"it has a version called “{element.get('version', '')[:20]}”")
            entry = texts(element)
            day = _day(values.needed(entry, "date"))
            found.append(Version(int(match[1]), day, values.text(entry, "source_type")))
    return sorted(found)


def _day(moment: str) -> date:
    try:
        read = parsedate_to_datetime(moment)
        return (read if read.tzinfo is None else read.astimezone(UTC)).date()
    except (ValueError, TypeError, OverflowError):
        raise Broken(f"its version's date is “{moment[:60]}”, which is none") from None
