"""One line of the neutral format as a Record."""

import re
from datetime import UTC, date, datetime
from typing import Final

from broadsheet.kernel import identifiers
from broadsheet.kernel.dates import first_day, start_of
from broadsheet.kernel.identifiers import Identifier
from broadsheet.sources import values
from broadsheet.sources.arxiv import NOBODY
from broadsheet.sources.contract import Announced, Record
from broadsheet.sources.jsonl.withdrawn import may_be_withdrawn, says_withdrawn
from broadsheet.sources.values import Broken, Entry

# When a line without any date is taken to have been seen: before all others, and the same
# however often it is read.
UNDATED: Final = datetime(1900, 1, 1, tzinfo=UTC)

_ORIGIN = re.compile(r"[a-z][a-z0-9_-]{0,31}")
_LONGEST_ID: Final = 250
_MOST_VERSIONS: Final = 999


def parse(raw: bytes) -> Record:
    """Read one line. Raises Broken for a line that breaks the rules of the format."""
    entry = values.decoded_object(raw)
    origin = values.needed(entry, "source")
    number, version, named = _named(entry, origin)
    title = values.needed(entry, "title", values.LONGEST_TITLE)
    abstract = values.text(entry, "abstract")
    comment = values.text(entry, "comment")
    authors, n_authors = _authors(entry)
    published = values.partial_date(entry, "published")
    updated = values.partial_date(entry, "updated")
    announced = values.day(entry, "announced")
    return Record(
        source="jsonl",
        origin=origin,
        source_id=f"{origin}:{number}",
        seen_at=_seen_at(updated or published, announced),
        raw=raw,
        title=title,
        abstract=abstract,
        authors=authors,
        n_authors=n_authors,
        identifiers=named,
        published=published,
        updated=updated,
        categories=_categories(entry),
        version=version,
        # Of other origins the word speaks of a submission to a venue, not of the paper.
        withdrawn=origin == "arxiv"
        and may_be_withdrawn(raw)
        and says_withdrawn(title, abstract, comment),
        comment=comment,
        journal_ref=values.text(entry, "journal_ref"),
        venue=values.text(entry, "venue"),
        url=values.address(entry, "url"),
        code_url=values.address(entry, "code_url"),
        announcements=_announcements(origin, announced),
    )


def _named(entry: Entry, origin: str) -> tuple[str, int | None, tuple[Identifier, ...]]:
    """The paper's number in its origin, its version, and every identifier the line states."""
    number = values.needed(entry, "id")
    version = values.count(entry, "version", _MOST_VERSIONS)
    stated: list[Identifier] = []
    if origin == "arxiv":
        found = identifiers.arxiv(number)
        if not found:
            raise Broken(f"its id “{number[:60]}” is no arXiv number")
        number = found[0]
        version = version or found[1]
        stated.append(Identifier("arxiv", number))
    elif origin == "anthology":
        if identifiers.acl(number) != number:
            raise Broken(f"its id “{number[:60]}” is no ACL Anthology number")
        stated.append(Identifier("acl", number))
    elif not _ORIGIN.fullmatch(origin):
        raise Broken(f"its source “{origin[:60]}” is no name of lower-case letters and digits")
    if len(number) > _LONGEST_ID:
        raise Broken(f"its id is longer than {_LONGEST_ID} characters")
    stated += _same_as(entry)
    if (doi := values.text(entry, "doi")) and (value := identifiers.doi(doi)):
        stated.append(Identifier("doi", value))
    if not stated and (address := identifiers.parse(values.text(entry, "url") or doi)):
        stated.append(address)
    return number, version or None, tuple(stated)


def _same_as(entry: Entry) -> list[Identifier]:
    """The other names a conference states: ``arxiv:<number>`` or ``anthology:<number>``."""
    stated = []
    for name in values.texts(entry, "same_as"):
        scheme, _, value = name.partition(":")
        if scheme == "arxiv" and (found := identifiers.arxiv(value)):
            stated.append(Identifier("arxiv", found[0]))
        elif scheme == "anthology" and (number := identifiers.acl(value)):
            stated.append(Identifier("acl", number))
        else:
            raise Broken(f"its same_as “{name[:60]}” is neither arxiv: nor anthology: and a number")
    return stated


def _authors(entry: Entry) -> tuple[tuple[str, ...], int | None]:
    """Names as given, and their number. What names nobody is left out of both."""
    names = values.texts(entry, "authors")
    stated = values.count(entry, "n_authors")
    if names and stated is not None and stated != len(names):
        raise Broken(f"its n_authors is {stated}, but it names {len(names)}")
    if not names:
        return (), stated
    if not NOBODY.isdisjoint(names):
        names = tuple(name for name in names if name not in NOBODY)
    return names, len(names)


def _categories(entry: Entry) -> tuple[str, ...]:
    """The categories, the primary one first."""
    categories = values.texts(entry, "categories")
    primary = values.text(entry, "primary_category")
    if not primary or categories[:1] == (primary,):
        return categories
    return (primary, *(category for category in categories if category != primary))


def _announcements(origin: str, day: date | None) -> tuple[Announced, ...]:
    if day is None:
        return ()
    seen_at = values.usual_moment(day)
    return (Announced(feed=origin, day=day, rank=None, kind="new", seen_at=seen_at),)


def _seen_at(dated: str, announced: date | None) -> datetime:
    """When the line's facts were first so, as far as it tells; never the time of reading."""
    day = first_day(dated) if dated else announced
    return start_of(day) if day else UNDATED
