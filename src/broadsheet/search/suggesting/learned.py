"""What was learned from the papers held: five tables in one file.

``word``: folded words of titles and abstracts. ``phrase``: as most often written. ``author``:
names as written. ``category``: as named upstream. ``acronym``: see ``Acronym``. Counts are
papers for authors, categories and acronyms, occurrences for words and phrases.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from broadsheet.kernel.errors import Unavailable
from broadsheet.kernel.text import PARTICLES
from broadsheet.search import analysis
from broadsheet.search.contract import Acronym
from broadsheet.search.suggesting import tables
from broadsheet.search.suggesting.nearness import Nearness
from broadsheet.search.suggesting.tables import Keys, Table

FILE: Final = "suggestions"
_DIVIDER: Final = "\t"
_SEVERAL: Final = re.compile(r"\w[\s-]+\w")  # words
_MOST_ACRONYMS: Final = 3
_RARELY: Final = 50  # times rarer than the commonest
_CAREFUL: Final = "!"  # the short form in small letters is a word of its own: "led" is no LED


@dataclass(frozen=True, slots=True)
class Learned:
    """The tables; ``upto`` is the Change they had come to. ``near`` finds words by spelling."""

    words: Table
    phrases: Table
    authors: Table
    categories: Table
    acronyms: Table
    upto: int
    near: Nearness


def name_keys(name: str) -> tuple[str, ...]:
    """An author is found by the name as spoken, and by the family name first."""
    family, comma, given = name.partition(",")
    spoken = analysis.words(f"{given} {family}" if comma else name)
    turned = [spoken, [*spoken[-1:], *spoken[:-1]]]
    particle = next((at for at, word in enumerate(spoken) if at and word in PARTICLES), None)
    if particle:
        turned.append([*spoken[particle:], *spoken[:particle]])
    return tuple(dict.fromkeys(" ".join(words) for words in turned if words))


def stem_key(text: str) -> str:
    """What forms of one phrase share."""
    return " ".join(analysis.stems(analysis.words(text)))


def acronym_text(short: str, long: str, *, careful: bool) -> str:
    """A row of the table of acronyms."""
    return _DIVIDER.join((short, long, _CAREFUL * careful))


def acronyms(learned: Learned, word: str) -> tuple[Acronym, ...]:
    """What a short form stands for, or the short forms of a phrase; commonest first.

    Meanings of a few papers are left out where most of them have another.
    """
    rows = learned.acronyms.exactly(word) or learned.acronyms.exactly(word.lower())
    if not rows and _SEVERAL.search(word) and (key := stem_key(word)):
        rows = learned.acronyms.exactly(key)
    found = []
    for row in rows:
        if row.count * _RARELY >= rows[0].count:
            short, long, _ = row.text.split(_DIVIDER)
            found.append(Acronym(short=short, long=long, papers=row.count))
    return tuple(found[:_MOST_ACRONYMS])


def _acronym_keys(text: str) -> Sequence[str]:
    short, long, careful = text.split(_DIVIDER)
    shorts = (short,) if careful else (short, short.lower())
    return tuple(dict.fromkeys((*shorts, stem_key(long))))


def _folded(text: str) -> Sequence[str]:
    return (analysis.folded(text),)


def _lower(text: str) -> Sequence[str]:
    return (text.lower(),)


KEYS: Final[dict[str, Keys]] = {
    "word": lambda word: (word,),
    "phrase": _folded,
    "author": name_keys,
    "category": _lower,
    "acronym": _acronym_keys,
}


def read(folder: Path) -> Learned | None:
    """What was learned last in this folder; None where nothing was, or the file is damaged."""
    try:
        found, facts = tables.read(folder / FILE, KEYS)
        upto = int(str(facts["upto"]))
    except (OSError, ValueError, KeyError):
        return None
    return Learned(
        words=found["word"],
        phrases=found["phrase"],
        authors=found["author"],
        categories=found["category"],
        acronyms=found["acronym"],
        upto=upto,
        near=Nearness(found["word"]),
    )


def built(made: dict[str, dict[str, int]]) -> dict[str, Table]:
    """The tables of entries with their counts."""
    return {name: tables.table(made[name], keys) for name, keys in KEYS.items()}


def write(folder: Path, made: dict[str, Table], upto: int) -> None:
    """Put what was learned in place of what was there, in one step.

    Raises Unavailable where the folder cannot be written.
    """
    try:
        tables.write(folder / FILE, made, {"upto": upto})
    except OSError as error:
        raise Unavailable(
            what="The file of suggestions",
            remedy="Searching goes on without. Make room in its folder, or let us write there.",
            folder=str(folder),
            reason=str(error),
        ) from error
