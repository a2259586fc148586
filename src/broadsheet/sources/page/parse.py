"""The text of a saved page as cards, and a card as a Record.

    page     = furniture, date of the page, cards; blocks stand apart by empty lines
    card     = title, abstract [, meta]
    meta     = byline / "·" / dateline, three lines
    byline   = "  • N authors" | account " " organisation
    dateline = "Oct 17" [", 2025"] [" " comments]

A page never writes its own year. The year is left out on cards of the year the page is from,
so that year is the one after the newest year written.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

import orjson

from broadsheet.kernel.text import clean, title_key
from broadsheet.sources import daily, values
from broadsheet.sources.contract import Organization, Record
from broadsheet.sources.values import Broken

BEGINNING: Final = "new\n\nGet trending papers in your email inbox!"

_FURNITURE: Final = 5
_LONGEST_TITLE: Final = 400
_LONGEST_ID: Final = 250
_MONTHS: Final = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec"
_MONTHDAY: Final = rf"({_MONTHS.replace(' ', '|')}) (\d{{1,2}})"
_PAGE_DATE = re.compile(_MONTHDAY, re.ASCII)
_DATELINE = re.compile(rf"{_MONTHDAY}(?:, (\d{{4}}))?(?: (\d{{1,9}}))?", re.ASCII)
_BYLINE = re.compile(r"\s*•\s*(\d{1,6}) authors?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Block:
    """A run of lines between empty ones; ``line`` is the number of its first, from 1."""

    line: int
    text: str

    @property
    def is_meta(self) -> bool:
        lines = self.text.split("\n")
        return len(lines) == 3 and lines[1].strip() == "·"


@dataclass(frozen=True, slots=True)
class Card:
    """A card as it stands on the page, and the line where it begins."""

    line: int
    text: str


def blocks(page: str) -> list[Block]:
    """What stands between empty lines."""
    found: list[Block] = []
    start, lines = 0, [*page.split("\n"), ""]
    for number, line in enumerate(lines):
        if not line.strip():
            if start < number:
                found.append(Block(start + 1, "\n".join(lines[start:number])))
            start = number + 1
    return found


def dated(page: list[Block]) -> date:
    """The day the page is from. Raises Broken where it cannot be known."""
    lines = [line for block in page if block.is_meta for line in block.text.split("\n")[2:]]
    years = [int(found[3]) for line in lines if (found := _DATELINE.fullmatch(line)) and found[3]]
    match = _PAGE_DATE.fullmatch(page[_FURNITURE].text) if len(page) > _FURNITURE else None
    if not match:
        raise Broken("the date of the page is not where it should be, below the masthead")
    if not years:
        raise Broken("no card writes a year, so the year of the page cannot be known")
    return _day(max(years) + 1, match[1], match[2])


def cards(page: list[Block]) -> Iterator[Card | Block]:
    """The cards in order; a Block where something stands that belongs to no card."""
    waiting: list[Block] = []
    for block in page[_FURNITURE + 1 :]:
        if block.is_meta:
            yield from _paired(waiting, block)
            waiting = []
        else:
            waiting.append(block)
    yield from _paired(waiting, None)


def _paired(waiting: list[Block], meta: Block | None) -> Iterator[Card | Block]:
    """Titles with their abstracts; the last pair takes the meta below it.

    Of an odd number the first is left over: pairs are counted from the meta upwards, which
    is known to stand below an abstract.
    """
    if len(waiting) % 2:
        yield waiting[0]
    pairs = [*zip(waiting[len(waiting) % 2 :: 2], waiting[len(waiting) % 2 + 1 :: 2], strict=True)]
    for number, (title, abstract) in enumerate(pairs, start=1):
        parts = [title.text, abstract.text]
        if meta and number == len(pairs):
            parts.append(meta.text)
        yield Card(title.line, "\n\n".join(parts))
    if meta and not pairs:
        yield meta


def envelope(card: Card, day: date) -> bytes:
    """A card as kept: its text whole, with the day of its page."""
    return orjson.dumps({"page": day.isoformat(), "card": card.text})


def parse(raw: bytes) -> Record:
    """Read one kept card. Raises Broken for one against the grammar."""
    entry = values.decoded_object(raw)
    day = values.day(entry, "page")
    text = entry.get("card")
    parts = text.split("\n\n") if isinstance(text, str) else []
    if day is None or not 2 <= len(parts) <= 3:
        raise Broken("it is no kept card of a page")
    shown = {"title": parts[0], "abstract": parts[1]}
    title, abstract = values.text(shown, "title"), values.text(shown, "abstract")
    meta = "".join(parts[2:])
    if not title or len(title) > _LONGEST_TITLE:
        raise Broken(f"a title has 1 to {_LONGEST_TITLE} characters; this one has {len(title)}")
    byline, _, dateline = meta.split("\n") if meta else ("", "", "")
    n_authors, organization = _by(byline)
    published, comments = _dated(dateline, day.year)
    seen_at = values.usual_moment(day)
    return Record(
        source="page",
        origin=daily.ORIGIN,
        source_id=(title_key(title) or title)[:_LONGEST_ID],
        seen_at=seen_at,
        raw=raw,
        title=title,
        abstract=abstract,
        n_authors=n_authors,
        organization=organization,
        published=published,
        signals=(daily.comments(comments, seen_at),) if comments else (),
    )


def _by(byline: str) -> tuple[int | None, Organization | None]:
    if not byline:
        return None, None
    if match := _BYLINE.fullmatch(byline):
        return int(match[1]), None
    slug, space, name = clean(byline).partition(" ")
    if not space or slug == "•":
        raise Broken(f"its byline “{clean(byline)[:60]}” names neither authors nor an organisation")
    return None, Organization(slug=slug, name=name)


def _dated(dateline: str, year: int) -> tuple[str, int]:
    """The date as YYYY-MM-DD, "" where there is none, and the number of comments."""
    if not dateline:
        return "", 0
    match = _DATELINE.fullmatch(clean(dateline))
    if not match:
        raise Broken(f"its date “{clean(dateline)[:60]}” is not written as on these pages")
    month, day, written, comments = match.groups()
    return _day(int(written or year), month, day).isoformat(), int(comments or 0)


def _day(year: int, month: str, day: str) -> date:
    try:
        return date(year, _MONTHS.split().index(month) + 1, int(day))
    except ValueError:
        raise Broken(f"there is no {month} {day}, {year}") from None
