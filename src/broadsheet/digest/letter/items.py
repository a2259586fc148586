"""One paper of a letter made ready to be set, in plain text that a template only places."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from broadsheet.digest.letter.why import label, why
from broadsheet.digest.types import Choice, Pick
from broadsheet.editions.addresses import paper_href, why_href
from broadsheet.editions.types import Edition
from broadsheet.kernel import sentences, words
from broadsheet.kernel.dates import first_day
from broadsheet.kernel.mathml import plain
from broadsheet.kernel.text import clean, plural, shortened
from broadsheet.kernel.wrapping import unstacked
from broadsheet.papers.byline import byline, bylined
from broadsheet.papers.cards import Card

LEADS: Final = 3
"""So many papers have more room than the others."""

_LONGEST: Final = 1_000
_ISO_LENGTH: Final = len("2026-08-14")


class Room(NamedTuple):
    """How many characters each part may take; 0: it is left out."""

    title: int
    lead: int
    brief: int
    who: int
    why: int


ROOMS: Final = (
    Room(title=300, lead=420, brief=170, who=200, why=240),
    Room(title=160, lead=240, brief=60, who=60, why=120),
    Room(title=160, lead=160, brief=0, who=100, why=120),
    Room(title=120, lead=0, brief=0, who=60, why=100),
    Room(title=90, lead=0, brief=0, who=0, why=0),
)
"""From what a letter looks best with to what any letter has room for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One paper of a letter: every part a line of plain text, "" where nothing is known.

    ``place`` is its ``rank`` in the edition, in a search its place in the letter. Addresses are
    absolute.
    """

    key: str
    rank: int
    place: str
    is_lead: bool
    title: str
    said: str
    who: str
    date: str
    counts: str
    code: str
    code_href: str
    label: str
    why: str
    why_href: str
    again: str
    href: str


class Setter:
    """Sets the papers of one letter in the room there is.

    ``root`` is the address of the site, ``where`` that of the edition on it.
    """

    def __init__(self, choice: Choice, *, room: Room, root: str, where: str) -> None:
        self._choice, self._room, self._root, self._where = choice, room, root, where
        self._is_search = choice.edition.question.place == "search"

    def set(self, number: int, pick: Pick) -> Item:
        """The paper at a place of the letter, from 1. Raises ValueError where it has no title."""
        room, hit, edition = self._room, pick.hit, self._choice.edition
        card = hit.card
        is_lead = number <= LEADS
        title = _line(card.title, room.title)
        if not title:
            raise ValueError("it has no title")
        return Item(
            key=card.key,
            rank=hit.rank,
            place=f"{number if self._is_search else hit.rank:,}",
            is_lead=is_lead,
            title=title,
            said=said(card.abstract, room.lead if is_lead else room.brief),
            who=_who(card, room.who),
            date=dated(card.published, edition).replace(" ", "\xa0"),
            counts=", ".join(_counts(card)),
            code=_code(card),
            code_href=card.code_url if _is_web(card.code_url) else "",
            label=label(edition, hit),
            why=_line(why(edition, hit), room.why),
            why_href=self._root + why_href(card.key, self._where),
            again=_line(pick.again, room.title),
            href=self._root + paper_href(card.key),
        )


def _line(text: str, longest: int = _LONGEST) -> str:
    """One line of plain Unicode that no letter can be broken with."""
    said = unstacked(clean(plain(text)))
    said.encode()  # raises UnicodeEncodeError, a ValueError, for what no mail can hold
    return shortened(said, longest)


def said(abstract: str, limit: int) -> str:
    """The first sentences of an abstract; a sentence twice as long as the room is cut."""
    if not limit or not abstract:
        return ""
    stop = sentences.opening(abstract, limit, least_rest=limit // 3)
    return _line(abstract[:stop].rstrip(), 2 * limit)


def dated(published: str, edition: Edition) -> str:
    """The date in words, without its year where that is the edition's."""
    year = (edition.question.period.last if edition.question.period else edition.true_at).year
    first = first_day(published)
    if first and first.year == year and len(published) == _ISO_LENGTH:
        return words.day(first, year=False)
    return words.partial(published)


def _who(card: Card, longest: int) -> str:
    """Authors and organisation, or as much of them as there is room for."""
    house = card.organization_name or card.organization
    first = "".join(bylined([plain(name) for name in card.authors[:1]], card.n_authors))
    said = [_line(one) for one in (", ".join(filter(None, (byline(card), house))), byline(card))]
    return next((one for one in said if len(one) <= longest), _line(first, longest))


def _counts(card: Card) -> Sequence[str]:
    pairs = ((card.votes, "vote"), (card.comments, "comment"))
    return [plural(count, what) for count, what in pairs if count]


def _code(card: Card) -> str:
    if not card.code_url:
        return ""
    return f"code with {plural(card.stars, 'star')}" if card.stars else "code"


def _is_web(address: str) -> bool:
    return address.startswith(("https://", "http://"))
