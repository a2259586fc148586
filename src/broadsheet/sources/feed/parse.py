"""One item of a feed as a Record: a paper, or a post."""

import hashlib
import re
from collections.abc import Iterable
from datetime import datetime
from typing import Final
from urllib.parse import urlsplit

from broadsheet.kernel import identifiers
from broadsheet.kernel.identifiers import Identifier
from broadsheet.kernel.text import clean
from broadsheet.sources import values
from broadsheet.sources.contract import Announced, Record
from broadsheet.sources.feed import moments
from broadsheet.sources.feed.items import Said, every, first, said
from broadsheet.sources.references import Reference, found, place, turned
from broadsheet.sources.values import Broken

NAME: Final = "feed"
ORIGIN: Final = "feeds"

# Of a feed that carries whole posts only the beginning is shown.
_LONGEST_ABSTRACT: Final = 4_000
_LONGEST_TITLE: Final = 300
_LONGEST_ID: Final = 200
_MOST_KEYWORDS: Final = 50
_DAY_S: Final = 86_400

_VOLUME: Final = re.compile(r",? (?:Vol|Volume|Bd|Issue|No)\b\.?.{0,80}?: ")
_LIST: Final = re.compile(r"\s*;\s*|\s+and\s+|\s*,\s*(?:and\s+)?")
_GIVEN: Final = re.compile(r"(?:[^\W\d_]\.?[\s.-]*){1,4}|[^\W\d_]+(?:\s+[^\W\d_]\.?){0,3}")
_INFO_DOI: Final = re.compile(r"^(?:info:doi/|urn:doi:)", re.IGNORECASE)


def parse(raw: bytes, captured: datetime) -> Record:
    """Read a kept item; ``captured`` is when its feed was as it is. Raises Broken.

    An item dated in the future of its capture, or not at all, is of the day of the capture.
    """
    entry = values.decoded_object(raw)
    feed, item = entry.get("feed"), entry.get("item")
    if not isinstance(feed, dict) or not isinstance(item, str):
        raise Broken("it is no kept item of a feed")
    facts = said(item)
    title = _title(facts)
    if not title:
        raise Broken("it has neither title nor text")
    link = _address(facts)
    named = _named(facts, link, values.text(feed, "home"))
    shown = _shown(facts, captured)
    seen_at = shown.moment if shown else captured
    day = shown.day if shown else captured.date()
    authors = _authors(facts, values.text(feed, "author"))
    published = shown.day.isoformat() if shown else ""
    name = values.needed(feed, "name")
    return Record(
        source=NAME,
        origin=ORIGIN,
        source_id=f"{name}#{_key(facts, link, title)}",
        seen_at=seen_at,
        raw=raw,
        title=title,
        abstract=_abstract(facts, title),
        authors=authors,
        n_authors=len(authors) or None,
        identifiers=named,
        published=published,
        keywords=_keywords(facts),
        journal_ref=_place(facts, published),
        comment=first(facts, "arxiv:comment")[:1_000],
        url=link,
        announcements=(Announced(feed=name, day=day, rank=None, kind="new", seen_at=seen_at),),
    )


def _title(facts: Said) -> str:
    """The title; of a post without one the beginning of its text."""
    title = first(facts, "title", "dc:title", "media:title")
    journal = first(facts, "prism:publicationname", "dc:source")
    if journal and title.startswith(journal) and (match := _VOLUME.match(title, len(journal))):
        title = title[match.end() :]
    title = title or _cut(first(facts, "summary", "description", "text", "content"), 100)
    return _cut(title, _LONGEST_TITLE) if len(title) > values.LONGEST_TITLE else title


def _cut(text: str, longest: int) -> str:
    """The beginning of a text, cut between words."""
    if len(text) <= longest:
        return text
    words, space, _ = text[:longest].rpartition(" ")
    return f"{words.rstrip(' ,;:.')} …" if space else text[:longest]


def _abstract(facts: Said, title: str) -> str:
    names = ("summary", "description", "dc:description", "content:encoded", "content", "text")
    abstract = first(facts, *names)
    return "" if abstract == title else _cut(abstract, _LONGEST_ABSTRACT)


def _address(facts: Said) -> str:
    """Where an item leads: its link, else an id that is an address."""
    candidates = every(facts, "link", "guid", "id", "about", "prism:url", "external")
    return next(
        (text for c in candidates if (text := values.address({"url": c[:2_048]}, "url"))), ""
    )


def _named(facts: Said, link: str, home: str) -> tuple[Identifier, ...]:
    """Every identifier an item states; else its own address, if it is more than a home page."""
    names = ("prism:doi", "dc:identifier", "arxiv:doi", "guid", "id", "about", "link", "prism:url")
    texts = [_INFO_DOI.sub("", text) for text in every(facts, *names, "external", "link:related")]
    stated = tuple(found(texts))
    if stated or not link:
        return stated
    parts = urlsplit(link)
    own = identifiers.url(link)
    leads = parts.path.strip("/") or parts.query
    return (own,) if own and leads and link.rstrip("/") != home.rstrip("/") else ()


def _key(facts: Said, link: str, title: str) -> str:
    """What names an item in its feed for ever: its id, else its address, else its title."""
    key = clean(first(facts, "guid", "id", "about", "dc:identifier") or link or title)
    if len(key) > _LONGEST_ID:
        key = key[:150] + hashlib.blake2b(key.encode(), digest_size=5).hexdigest()
    return key


def _shown(facts: Said, captured: datetime) -> moments.Dated | None:
    """When an item was published; None where it does not say, or says a day to come."""
    names = (
        "published", "pubdate", "dc:date", "issued", "dc:issued", "created", "dc:created", "date",
        "prism:publicationdate", "prism:coverdate", "updated", "modified", "dc:modified",
    )  # fmt: skip
    for text in every(facts, *names):
        shown = moments.read(text)
        if shown and (shown.moment - captured).total_seconds() <= _DAY_S:
            return shown
    return None


def _authors(facts: Said, of_feed: str) -> tuple[str, ...]:
    """Names in order, whether each stands alone or all of them in one text."""
    texts = [clean(text) for text in every(facts, "author", "dc:creator")] or [of_feed]
    names = [name for text in texts if text for name in _people(text, alone=len(texts) == 1)]
    return tuple(dict.fromkeys(name for name in names if any(map(str.isalpha, name))))


def _people(text: str, *, alone: bool) -> Iterable[str]:
    family, comma, given = text.partition(",")
    if comma and "," not in given and ";" not in text:
        # Fuentes, A. is one; Ada Byron, Bob Cobb are two.
        one = " " not in family.strip() and bool(_GIVEN.fullmatch(given.strip()))
        if one or not alone:
            return [clean(turned(text))]
    if ";" in text:
        return [clean(turned(name)) for name in text.split(";")]
    return map(clean, _LIST.split(text)) if alone else [text]


def _keywords(facts: Said) -> tuple[str, ...]:
    words = (clean(word)[:200] for word in every(facts, "category", "dc:subject", "prism:keyword"))
    return tuple(dict.fromkeys(word for word in words if word))[:_MOST_KEYWORDS]


def _place(facts: Said, published: str) -> str:
    first_page, last = first(facts, "prism:startingpage"), first(facts, "prism:endingpage")
    return clean(
        place(
            Reference(
                journal=first(facts, "prism:publicationname", "arxiv:journal_ref"),
                volume=first(facts, "prism:volume"),
                number=first(facts, "prism:number", "prism:issueidentifier"),
                pages=f"{first_page}-{last}" if last and last != first_page else first_page,
                published=published,
            )
        )
    )
