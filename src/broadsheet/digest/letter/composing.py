"""Letters: from what was chosen to a subject, a text of 70 columns and an HTML page.

A body is shared by everybody who gets the same: what differs stands in the slots ``address``,
``asked_on``, ``leave`` and ``preferences``.
"""

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final, NamedTuple

from django.conf import settings

from broadsheet.digest.letter import naming, sheets
from broadsheet.digest.letter.items import ROOMS, Item, Room, Setter
from broadsheet.digest.letter.sheets import Link, Sheet
from broadsheet.digest.links import absolute
from broadsheet.digest.subscriptions.wishes import title as title_of
from broadsheet.digest.types import Choice
from broadsheet.editions import site
from broadsheet.editions.addresses import write
from broadsheet.editions.types import Edition, Question
from broadsheet.kernel import words
from broadsheet.kernel.dates import Period
from broadsheet.kernel.text import plural
from broadsheet.mail.types import Body

LARGEST: Final = 60_000
"""Most bytes of a letter's HTML: Gmail cuts off what is beyond about 100,000."""

NO_ROOM: Final = "there was no room for it"
"""Why a paper is left out that has its place in the next letter."""

_FILLS: Final = 2_000  # bytes that its slots may add once they are filled
_MOST_EARLIER: Final = 7
_SUMS: Final = ", and the sum behind every place"
_Reasons = tuple[tuple[str, str], ...]

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Composed:
    """A letter, and (key, reason) of each paper that could not be set."""

    body: Body
    left_out: tuple[tuple[str, str], ...] = ()


def composed(choice: Choice, *, edition: str, cadence: str, size: int) -> Composed:
    """The letter of a choice: the same for the same choice and the same subscription.

    Args:
        choice: what it is to hold. Without picks it says why there is nothing.
        edition: the address that was subscribed to, ``/latest?field=robotics``.
        cadence: one of ``Cadence``.
        size: how many papers there are at most.

    Whatever the texts of a paper are, the letter goes: one that cannot be set is left out and
    named. Where there is much to say, each paper gets less room.
    """
    footer = _Footer(title_of(edition), plural(size, "paper"), cadence)
    for room in ROOMS:
        made = _composed(choice, footer, room, len(choice.picks))
        if _fits(made):
            return made
    count = len(choice.picks)
    while count and not _fits(made):
        count = count * 3 // 4
        made = _composed(choice, footer, ROOMS[-1], count)
    return made


class _Footer(NamedTuple):
    """What the end of a letter says of the subscription."""

    wanted: str
    most: str
    cadence: str


def _fits(made: Composed) -> bool:
    return len(made.body.html.encode()) <= LARGEST - _FILLS


def _composed(choice: Choice, footer: _Footer, room: Room, count: int) -> Composed:
    """The letter with its first ``count`` papers, each in the room there is."""
    items, left_out = _set(choice, room, count)
    sheet = _sheet(choice, footer, items, left_out)
    body = Body(
        subject=naming.subject(choice, items), text=sheets.text(sheet), html=sheets.html(sheet)
    )
    return Composed(body=body, left_out=left_out)


def _set(choice: Choice, room: Room, count: int) -> tuple[tuple[Item, ...], _Reasons]:
    where = write(choice.edition.question.but(page=1))
    setter = Setter(choice, room=room, root=settings.PUBLIC_URL, where=where)
    items: list[Item] = []
    left_out = [(pick.hit.card.key, NO_ROOM) for pick in choice.picks[count:]]
    for pick in choice.picks[:count]:
        try:
            items.append(setter.set(len(items) + 1, pick))
        except Exception as error:  # whatever it is about one paper, the rest goes
            key = pick.hit.card.key
            log.warning("digest.left_out", exc_info=error, extra={"facts": {"paper": key}})
            left_out.append((key, str(error) or type(error).__name__))
    return tuple(items), tuple(left_out)


def _sheet(choice: Choice, footer: _Footer, items: tuple[Item, ...], left_out: _Reasons) -> Sheet:
    edition = choice.edition
    days = choice.earlier[-_MOST_EARLIER:]
    more = len(choice.earlier) - len(days)
    return Sheet(
        masthead=site.title(),
        root=settings.PUBLIC_URL,
        name=naming.name(choice),
        papers=naming.papers(choice, items),
        opening=naming.opening(choice, items),
        preview=naming.preview(choice, items),
        items=items,
        links=tuple(_links(edition)),
        earlier=tuple(_day(edition.question, day) for day in reversed(days)),
        more_earlier=f"And {plural(more, 'day')} before those." if more else "",
        notes=tuple(_notes(choice, left_out)),
        coming=naming.coming(choice, footer.cadence),
        wanted=footer.wanted,
        most=footer.most,
        contact=settings.CONTACT,
    )


def _links(edition: Edition) -> Iterator[Link]:
    """The edition on its page, and everything its day announced."""
    question, total = edition.question.but(page=1), edition.length
    if total:
        rest = f"All {plural(total, 'paper')}" if total > 1 else "The paper"
        what = "of this edition"
        if question.place == "search":
            what = "that matches" if total == 1 else "that match"
        yield Link(f"{rest} {what}", absolute(write(question)), _SUMS)
    elif edition.previous:
        label = f"The edition before: {words.period(edition.previous.period)}"
        before = question.but(period=edition.previous.period)
        yield Link(label, absolute(write(before)))
    else:
        yield Link("This edition on its page", absolute(write(question)))
    if total and question.place == "front" and question.period and question.period.kind == "day":
        everything = question.but(place="all", recipe="")
        yield Link("Everything announced that day", absolute(write(everything)))


def _day(question: Question, day: date) -> Link:
    of_day = question.but(period=Period.day(day))
    return Link(words.day(day, weekday=True), absolute(write(of_day)))


def _notes(choice: Choice, left_out: _Reasons) -> Iterator[str]:
    """How the day stands in the ledger, as its page says it, and which papers are not here."""
    if choice.picks:
        yield from (state.why for state in choice.edition.ledger)
    if told := naming.withdrawn(choice):
        yield told
    if left_out:
        keys = naming.some([key for key, _ in left_out])
        yield f"Not in this letter, as it could not be set: {keys}."
