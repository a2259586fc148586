"""A list as letters are chosen from it: read on only as far as somebody wants."""

from collections.abc import Iterator
from typing import Final, NamedTuple

from broadsheet.editions.answer import answer
from broadsheet.editions.types import Edition, Hit, Question
from broadsheet.papers.queries.standing import Standing, standings, worded

PAGE: Final = 50
"""So many papers of a list are asked for at once."""


class Listed(NamedTuple):
    """One paper of a list, and how it stands for who had it before."""

    hit: Hit
    standing: Standing


class List:
    """One list at one moment, shared by everybody who wants it.

    Raises as ``editions.answer``, when it is made and while it is read.
    """

    def __init__(self, question: Question) -> None:
        self._question = question.but(size=PAGE)
        self._changes: dict[tuple[str, int], str] = {}
        self._listed: list[Listed] = []
        self._page = 0
        self.edition: Edition = self._read_on()

    def __iter__(self) -> Iterator[Listed]:
        """Its papers in order, without those their authors withdrew."""
        place = 0
        while place < len(self._listed) or self._page < self.edition.pages:
            if place == len(self._listed):
                self._read_on()
                continue
            yield self._listed[place]
            place += 1

    def _read_on(self) -> Edition:
        self._page += 1
        edition = answer(self._question.but(page=self._page))
        standing = standings([hit.card.key for hit in edition.hits])
        self._listed += [
            Listed(hit, standing[hit.card.key])
            for hit in edition.hits
            if hit.card.key in standing and not hit.card.withdrawn
        ]
        return edition

    def changed(self, listed: Listed, sent: int) -> str:
        """In a sentence, what is new in a paper since version ``sent``; "" where nothing is.

        Of two versions that are not both known nothing is said to have changed.
        """
        key, newest = listed.hit.card.key, listed.standing.version
        if not 0 < sent < newest:
            return ""
        if (key, sent) not in self._changes:
            self._changes[key, sent] = _change(key, sent, newest)
        return self._changes[key, sent]


def _change(key: str, sent: int, newest: int) -> str:
    texts = worded(key, (sent, newest))
    if len(texts) < 2:
        return ""
    pairs = zip(("title", "abstract"), texts[sent], texts[newest], strict=True)
    new = [f"a new {what}" for what, before, after in pairs if _plain(before) != _plain(after)]
    if not new:
        return ""
    return f"You were sent version {sent} of it. Version {newest} has {' and '.join(new)}."


def _plain(text: str) -> str:
    """Without what a new setting of the same lines changes."""
    return " ".join(text.split())
