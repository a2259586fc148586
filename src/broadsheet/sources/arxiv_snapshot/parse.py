"""One line of the bulk file as a Record."""

import re
from typing import Any, Final

from broadsheet.kernel.dates import first_day, is_partial, start_of
from broadsheet.sources import arxiv, values
from broadsheet.sources.contract import Record
from broadsheet.sources.jsonl.withdrawn import may_be_withdrawn, says_withdrawn
from broadsheet.sources.references import UNDATED
from broadsheet.sources.values import Entry

NAME: Final = "arxiv_snapshot"

# What is kept of a line. Who sent a paper in is nobody's business: the submitter is left out.
_KEPT: Final = (
    "id", "authors", "title", "comments", "journal-ref", "doi", "report-no", "categories",
    "license", "abstract", "versions", "update_date", "authors_parsed",
)  # fmt: skip
_MONTHS: Final = re.findall(r"\w+", "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec")
_CREATED: Final = re.compile(r"(\d{1,2}) ([A-Z][a-z]{2}) (\d{4})")
_MOST_VERSIONS: Final = 999


def from_line(line: bytes) -> Record:
    """Read a line as received, and keep it without the submitter. Raises Broken as ``parse``."""
    entry = values.decoded_object(line)
    known = {name: entry[name] for name in _KEPT if entry.get(name) is not None}
    return _record(known, values.encoded(known))


def parse(raw: bytes) -> Record:
    """Read one kept line. Raises Broken for a line that breaks the rules of the file."""
    return _record(values.decoded_object(raw), raw)


def _record(entry: Entry, raw: bytes) -> Record:
    number, _ = arxiv.number(values.needed(entry, "id"))
    title = values.needed(entry, "title", values.LONGEST_TITLE)
    abstract = values.text(entry, "abstract")
    comment = values.text(entry, "comments")
    authors = _authors(entry)
    published, updated, version = _versions(entry)
    changed = values.partial_date(entry, "update_date")
    seen_on = first_day(changed or updated or published)
    return Record(
        source=NAME,
        origin=arxiv.ORIGIN,
        source_id=number,
        seen_at=start_of(seen_on) if seen_on else UNDATED,
        raw=raw,
        title=title,
        abstract=abstract,
        authors=authors,
        n_authors=len(authors) or None,
        identifiers=arxiv.named(number, values.text(entry, "doi")),
        published=published,
        updated=updated if updated > published else "",
        categories=tuple(values.text(entry, "categories").split()),
        version=version,
        withdrawn=may_be_withdrawn(raw) and says_withdrawn(title, abstract, comment),
        comment=comment,
        journal_ref=values.text(entry, "journal-ref"),
        url=arxiv.address(number),
    )


def _authors(entry: Entry) -> tuple[str, ...]:
    """Names in order, as arXiv parted them; where it did not, the line of names is parted here."""
    parted = values.entries(entry, "authors_parsed")
    names = arxiv.people(_name(parts) for parts in parted if isinstance(parts, list))
    return names or arxiv.authors(values.text(entry, "authors"))


def _name(parts: list[Any]) -> str:
    family, given, suffix = (*[part for part in parts[:3] if isinstance(part, str)], "", "", "")[:3]
    return f"{given} {family} {suffix}"


def _versions(entry: Entry) -> tuple[str, str, int | None]:
    """The day of the first version, the day of the last, and how many there are."""
    versions = values.objects(entry, "versions")
    if not versions:
        return "", "", None
    text = values.text(versions[-1], "version")
    number = int(text[1:]) if re.fullmatch(r"v[1-9]\d{0,2}", text, re.ASCII) else len(versions)
    days = [_day(values.text(version, "created")) for version in (versions[0], versions[-1])]
    return days[0], days[1], min(number, _MOST_VERSIONS)


def _day(created: str) -> str:
    """``Mon, 2 Apr 2007 19:18:42 GMT`` as ``2007-04-02``."""
    match = _CREATED.search(created)
    if not match or match[2] not in _MONTHS:
        return ""
    day = f"{match[3]}-{_MONTHS.index(match[2]) + 1:02}-{int(match[1]):02}"
    return day if is_partial(day) else ""
