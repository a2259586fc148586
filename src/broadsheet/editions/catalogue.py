"""Searching without the index: the newest papers of the catalogue, as far as a moment goes.

Slow by nature, so it ends by the clock and not by the catalogue: it looks through the papers that
were added last, stops in time, and says how far it came. Words, fields and filters are read as
ever; what needs an index is said and left out.
"""

import os
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from typing import Final

from broadsheet.editions import index
from broadsheet.editions.asking import Asked, until, within
from broadsheet.editions.making import hits, marked, ranked
from broadsheet.editions.types import Edition, Question
from broadsheet.fields import field as field_named
from broadsheet.kernel.text import plural
from broadsheet.papers import queries
from broadsheet.search import analysis
from broadsheet.search.contract import Document, Found
from broadsheet.search.language.holds import Paper
from broadsheet.search.language.matching import sought
from broadsheet.search.language.tree import And, Node, Phrase, Term, Words
from broadsheet.search.ranking.recipes import RECIPES

PATIENCE_S: Final = 0.12
"""Time for looking through the catalogue; the page is made in what is left of a quarter second."""

_FIRST: Final = 250  # papers of the first step; steps grow while they are quick
_LARGEST: Final = 4_000
_QUICK_S: Final = 0.01
_AT_ONCE: Final = 50  # papers that are read whole
_MOST: Final = 300
_PARTS: Final = 12  # words that the database looks for


def answer(question: Question, read: Asked, moment: datetime, trouble: str) -> Edition:
    """What the newest papers of the catalogue answer; ``trouble`` says what is wrong."""
    search = _Search(question, read)
    papers = search.found()
    recipe = RECIPES["new"]
    first = (question.page - 1) * question.size
    page = tuple(Found(key=key, words=0.0) for key in papers[first : first + question.size])
    shown = hits(ranked(page, recipe, moment), recipe, first + 1, moment)
    reading = read.reading
    problems = (f"{trouble.rstrip('.')}. {search.told}", *reading.problems)
    return Edition(
        question=question,
        asked=question,
        recipe=recipe.name,
        recipe_version=recipe.version,
        hits=tuple(replace(hit, marks=marked(hit, read.tree)) for hit in shown),
        total=len(papers),
        from_catalogue=True,
        true_at=moment,
        changed=queries.state().change,
        reading=replace(reading, problems=problems),
        why_empty="" if papers else "None of those papers matches.",
    )


class _Search:
    """One look through the catalogue, and how far it came."""

    def __init__(self, question: Question, read: Asked) -> None:
        self.end = time.monotonic() + PATIENCE_S
        self.read = read
        self.tree = within(read.tree, field_named(question.field))
        self.filters = until(question.filters, question.as_of)
        self.parts = _parts(read.tree)
        self.looked, self.whole = 0, False

    @property
    def told(self) -> str:
        """How far it came, as a sentence."""
        newest = "all papers" if self.whole else f"the newest {plural(self.looked, 'paper')}"
        near = " Papers like others are found by the index alone." if self.read.liked else ""
        return f"Until it is back, {newest} of the catalogue were looked through instead.{near}"

    def found(self) -> list[str]:
        """The keys of what matches, the papers named first, then the newest."""
        found: dict[str, date | None] = {}
        for document in self._candidates():
            paper = Paper(document)
            if paper.holds(self.tree) and paper.passes(self.filters):
                found[document.key] = document.published
            if len(found) >= _MOST:
                break
        newest = sorted(found, key=lambda key: (-_day(found[key]), key))
        named = [key for key in self.read.pinned if self._passes(key)]
        return list(dict.fromkeys([*named, *newest]))

    def _passes(self, key: str) -> bool:
        held = queries.numbers([key])
        documents = _read([number for number, _ in held.values()])
        return any(Paper(document).passes(self.filters) for document in documents)

    def _candidates(self) -> Iterator[Document]:
        """Papers that may match, the last added first, until the time or the catalogue ends."""
        newest = last = queries.newest_number()
        step = _FIRST
        while last > 0:
            began = time.monotonic()
            if began > self.end:
                return
            first = max(1, last - step + 1)
            numbers = queries.holding(self.parts, first, last)
            if time.monotonic() - began < _QUICK_S:
                step = min(2 * step, _LARGEST)
            for at in range(0, len(numbers), _AT_ONCE):
                if time.monotonic() > self.end:
                    return
                some = numbers[at : at + _AT_ONCE]
                yield from _read(some)
                self.looked = newest - some[-1] + 1
            last = first - 1
            self.looked = newest - last
        self.whole = True


def _read(numbers: list[int] | tuple[int, ...]) -> list[Document]:
    return [index.document(paper) for paper in queries.documents(numbers)]


def _day(day: date | None) -> int:
    return day.toordinal() if day else 0


def _parts(tree: Node | None) -> list[list[str]]:
    """What the database can look for: groups of which each must be there with one part."""
    groups = []
    for node in tree.nodes if isinstance(tree, And) else [tree]:
        if isinstance(node, Words):
            look = sought(node)
            words = [word for text in node.words for word in analysis.words(text)]
            if look.least < len(look.stems):
                telling = [word for word in words if analysis.stem(word) in look.telling]
                groups.append([part for word in telling if (part := _part(word))])
            else:
                groups += [[part] for word in words if (part := _part(word))]
        elif isinstance(node, Term | Phrase):
            groups += [[part] for word in analysis.words(node.text) if (part := _part(word))]
    useful = [group for group in groups if group and len(group) <= _PARTS]
    return useful[:_PARTS]


def _part(word: str) -> str:
    """What a word has in common with its other forms and spellings; "" for a stop word."""
    part = os.path.commonprefix([word, analysis.stem(word)])  # noqa: RUF071  # letters are meant
    return part[:-1] if len(part) > 4 else part
