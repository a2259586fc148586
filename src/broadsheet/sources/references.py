"""What reference files of every kind share: names, dates, identifiers, and the Record they make.

A reference file (BibTeX, RIS, CSL-JSON) is what somebody wrote down of papers of others. All of
them speak as one origin, after the archives and proceedings themselves.
"""

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from broadsheet.kernel import identifiers
from broadsheet.kernel.dates import first_day, is_partial, start_of
from broadsheet.kernel.identifiers import Identifier
from broadsheet.kernel.text import clean, family_name, title_key
from broadsheet.sources import values
from broadsheet.sources.contract import Record
from broadsheet.sources.values import Broken

ORIGIN: Final = "references"

# When a reference without any date is taken to have been seen: before all others, and the same
# however often it is read.
UNDATED: Final = datetime(1900, 1, 1, tzinfo=UTC)

_LONGEST_TEXT: Final = 100_000
_LONGEST_ITEM: Final = 1_000
_MOST_AUTHORS: Final = 20_000
_LONGEST_ID: Final = 200

_MONTHS: Final = re.findall(r"\w+", "jan feb mar apr may jun jul aug sep oct nov dec")
_YEAR: Final = re.compile(r"(?<!\d)[12]\d{3}(?!\d)")
_ISO: Final = re.compile(r"\s*(\d{4})(?:[-/.]+(\d{1,2}))?(?:[-/.]+(\d{1,2}))?(?!\d)")
_COMPACT: Final = re.compile(r"([12]\d{3})(\d{2})(\d{2})")
_MONTH_WORD: Final = re.compile(r"([a-z]{3})[a-z]*", re.IGNORECASE)
_NUMBER: Final = re.compile(r"(?<!\d)\d{1,2}(?!\d)")
_WEB: Final = re.compile(r"https?://[^\s<>\"{}|\\^`]+", re.IGNORECASE)
_DOI_INSIDE: Final = re.compile(r"doi[^?#]{0,60}?/(10\.\d{4,9}/[^\s?#&]+)", re.IGNORECASE)
_IN_TEXT: Final = re.compile(
    r"(?:\barxiv:\s*(?P<arxiv>[\w.-]+(?:/\d{7})?(?:v\d+)?))|(?:\bdoi:?\s*(?P<doi>10\.\d{4,9}/\S+))",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """A reference as read, texts still as its file writes them but for its own markup.

    ``named`` are texts that may be, or hold, identifiers, the surest first; ``journal`` is where
    an article stood, ``container`` the book or proceedings of a chapter or a talk.
    """

    key: str = ""
    title: str = ""
    abstract: str = ""
    authors: Sequence[str] = ()
    published: str = ""
    journal: str = ""
    container: str = ""
    volume: str = ""
    number: str = ""
    pages: str = ""
    keywords: Sequence[str] = ()
    comment: str = ""
    url: str = ""
    named: Sequence[str] = ()


def record(source: str, raw: bytes, reference: Reference) -> Record:
    """The Record of a reference. Raises Broken for one that names no title, or too much."""
    title = clean(reference.title)
    if not title:
        raise Broken("it has no title")
    if len(title) > values.LONGEST_TITLE:
        raise Broken(f"its title has {len(title):,} characters; {values.LONGEST_TITLE:,} are most")
    authors = tuple(shown for name in reference.authors if (shown := clean(name)))
    if len(authors) > _MOST_AUTHORS:
        raise Broken(f"it names {len(authors):,} authors; {_MOST_AUTHORS:,} are most")
    named = tuple(found(reference.named))
    dated = first_day(reference.published)
    return Record(
        source=source,
        origin=ORIGIN,
        source_id=_source_id(title, authors, reference.published, named),
        seen_at=start_of(dated) if dated else UNDATED,
        raw=raw,
        title=title,
        abstract=_within(reference.abstract, "abstract"),
        authors=authors,
        n_authors=len(authors) or None,
        identifiers=named,
        published=reference.published,
        keywords=_keywords(reference.keywords),
        comment=_within(reference.comment, "note"),
        journal_ref=place(reference),
        venue=_within(reference.container, "booktitle"),
        url=values.address({"url": reference.url[: identifiers.LONGEST]}, "url"),
    )


def _within(text: str, what: str) -> str:
    if len(text) > _LONGEST_TEXT:
        raise Broken(f"its {what} has {len(text):,} characters; {_LONGEST_TEXT:,} are the most")
    return clean(text)


def _keywords(words: Iterable[str]) -> tuple[str, ...]:
    shown = (clean(word) for word in words)
    return tuple(dict.fromkeys(word for word in shown if word and len(word) <= _LONGEST_ITEM))


def _source_id(
    title: str, authors: Sequence[str], published: str, named: Sequence[Identifier]
) -> str:
    """What names the paper in everybody's files: an identifier, else title, author and year.

    The key of an entry does not: two people call two papers smith2020.
    """
    if named and len(str(named[0])) <= _LONGEST_ID:
        return f"{named[0].scheme}/{named[0].value}"
    family = family_name(authors[0]) if authors else ""
    words = title_key(title) or title
    if len(words) > _LONGEST_ID:
        words = words[:_LONGEST_ID] + hashlib.blake2b(words.encode(), digest_size=5).hexdigest()
    return f"title/{words}/{family[:40]}/{published[:4]}"


def found(texts: Iterable[str]) -> Iterable[Identifier]:
    """Every arXiv number, DOI, ACL and OpenReview number in these texts, each once.

    A web address that leads to none of them names nothing: home pages are shared by many.
    """
    seen: dict[Identifier, None] = {}
    for text in texts:
        for candidate in _candidates(text[: 2 * identifiers.LONGEST]):
            identifier = identifiers.parse(candidate)
            if identifier and identifier.scheme != "url":
                seen[identifier] = None
    return seen


def _candidates(text: str) -> Iterable[str]:
    yield text
    for address in _WEB.findall(text):
        yield address.rstrip(".,;)")
        if doi := _DOI_INSIDE.search(address):
            yield doi[1]
    for match in _IN_TEXT.finditer(text):
        yield match["doi"] or f"arxiv:{match['arxiv']}".rstrip(".")


def place(reference: Reference) -> str:
    """``Annals of Ponds 12(3), 4-5 (2024)``: where an article stands; "" where nobody says.

    Of a chapter or a talk only its pages are told, after the volume where there is one.
    """
    volume, number = clean(reference.volume), clean(reference.number)
    issue = volume + (f"({number})" if number else "")
    head = f"{clean(reference.journal)} {issue}".strip() if reference.journal else ""
    if not head and volume and reference.container:
        head = f"volume {volume}"
    pages = re.sub(r"\s*-{2,}\s*", "-", clean(reference.pages))
    if pages and not reference.journal:
        pages = f"pages {pages}" if reference.container else ""
    parts = ", ".join(part for part in (head, pages) if part)
    year = reference.published[:4]
    text = f"{parts} ({year})" if parts and year and reference.journal else parts
    return text if len(text) <= _LONGEST_ITEM else ""


def printed(family: str, given: str = "", suffix: str = "") -> str:
    """A name as it is printed: given name, family name, suffix."""
    return " ".join(part for part in (given.strip(), family.strip(), suffix.strip()) if part)


def turned(name: str) -> str:
    """``Family, Given`` and ``Family, Given, Suffix`` as printed; any other name as it is."""
    parts = [part.strip() for part in name.split(",")]
    if len(parts) == 2:
        return printed(parts[0], parts[1])
    if len(parts) == 3:
        return printed(parts[0], parts[1], parts[2])
    return name.strip()


def partial(year: str, month: str = "", day: str = "") -> str:
    """A partial date of what a file writes: ``1999``, ``may`` or ``5``, ``17``.

    "" without a year; a month or a day that cannot be is left out.
    """
    found_year = _YEAR.search(year)
    if not found_year:
        return ""
    said = found_year[0]
    number = _month(month)
    if not number:
        return said
    longer = f"{said}-{number:02}"
    digits = _NUMBER.search(day)
    whole = f"{longer}-{int(digits[0]):02}" if digits else ""
    return whole if whole and is_partial(whole) else longer


def _month(text: str) -> int:
    """1 to 12; 0 for anything else, such as a season."""
    if word := _MONTH_WORD.search(text):
        name = word[1].lower()
        return _MONTHS.index(name) + 1 if name in _MONTHS else 0
    digits = _NUMBER.search(text)
    return int(digits[0]) if digits and 1 <= int(digits[0]) <= 12 else 0


def dated(text: str) -> str:
    """A partial date of one text: ``2001/09/01/``, ``2016 Apr 19``, ``2015/2020``, ``May 2011``."""
    if match := _COMPACT.fullmatch(text.strip()):
        return partial(*match.groups())
    match = _ISO.match(text)
    if match and (match[2] or not text[match.end() :].strip(" /-~?")):
        return partial(*match.groups(""))
    year = _YEAR.search(text)
    if not year:
        return ""
    rest = text[: year.start()] + " " + text[year.end() :]
    word = _MONTH_WORD.search(rest)
    if not word or not _month(word[0]):
        return year[0]
    return partial(year[0], word[0], rest.replace(word[0], " ", 1))
