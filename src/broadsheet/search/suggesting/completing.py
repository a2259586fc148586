"""How what was typed may go on: authors, categories and phrases that were learned.

What was typed is a whole beginning ("graph neu", "ashish vas") and is looked up as that. A
beginning is near another where one edit parts them: a letter put in, left out, replaced, or
changed places with the next.
"""

import itertools
from collections.abc import Callable, Sequence
from string import ascii_lowercase
from typing import Final, TypeVar

from broadsheet.kernel import text as kernel_text
from broadsheet.search import analysis
from broadsheet.search.contract import Suggestion, SuggestionKind
from broadsheet.search.suggesting.learned import Learned
from broadsheet.search.suggesting.tables import Entry, Table

LONGEST: Final = 200  # characters that are looked at
_SHORTEST: Final = 2  # letters to go on from
_TYPO_FROM: Final = 4  # letters: shorter beginnings are near to everything
_EDITED: Final = 9  # letters in which any edit is tried
_HEAD: Final = 8
_FEW: Final = 400  # rows that are compared one by one
_ORDER: Final[tuple[SuggestionKind, ...]] = ("category", "phrase", "author", "title")
_TURNS: Final[tuple[SuggestionKind, ...]] = ("phrase", "title", "author", "category")

T = TypeVar("T")


def cleaned(typed: str) -> str:
    """What was typed as one line, without hidden characters; a space at its end is kept."""
    begun = kernel_text.clean(typed[:LONGEST])
    return f"{begun} " if begun and typed[:LONGEST][-1:].isspace() else begun


def beginning(typed: str) -> str:
    """The folded beginning that keys are compared with; "" where there is too little."""
    folded = analysis.folded(typed)
    begun = " ".join(folded.split())
    if len(begun) < _SHORTEST:
        return ""
    return f"{begun} " if typed[-1:].isspace() else begun


def completions(learned: Learned, typed: str, limit: int) -> tuple[Suggestion, ...]:
    """Categories, phrases and authors that begin so, the commonest of each kind first."""
    begun, category = beginning(typed), typed.strip().lower()
    return (
        *_of("category", learned.categories.begun(category, limit) if category else []),
        *_of("phrase", learned.phrases.begun(begun, limit) if begun else []),
        *_of("author", learned.authors.begun(begun, limit) if begun else []),
    )


def near_completions(learned: Learned, typed: str, limit: int) -> tuple[Suggestion, ...]:
    """Phrases and authors that begin nearly so."""
    begun = beginning(typed)
    return (
        *_of("phrase", nearly(learned.phrases, begun, limit)),
        *_of("author", nearly(learned.authors, begun, limit)),
    )


def nearly(table: Table, begun: str, limit: int) -> list[Entry]:
    """Entries that begin so but for one edit, the commonest first."""
    begun = begun.rstrip()
    return table.best(_nearly(table, begun), limit) if len(begun) >= _TYPO_FROM else []


def _nearly(table: Table, begun: str) -> list[tuple[int, int]]:
    """The rows whose key begins one edit away."""
    rows = table.ranges([variant[:_HEAD] for variant in _variants(begun)])
    if len(begun) <= _HEAD:
        return rows
    # The head may be as typed, with the typo behind it; and a head that is near has to go on well.
    rows.append(table.range(begun[:_HEAD]))
    kept: set[int] = set()
    for first, last in rows:
        near = range(first, min(last, first + _FEW))
        kept.update(row for row in near if row not in kept and is_near(table.key(row), begun))
    return [(row, row + 1) for row in kept]


def _variants(begun: str) -> set[str]:
    """Every beginning that one edit in the first letters makes of this one."""
    made = set()
    for at in range(min(len(begun), _EDITED)):
        before, after = begun[:at], begun[at:]
        made.add(before + after[1:])
        if len(after) > 1:
            made.add(before + after[1] + after[0] + after[2:])
        for letter in ascii_lowercase:
            made.add(before + letter + after[1:])
            made.add(before + letter + after)
    return made - {begun, ""}


def is_near(key: str, begun: str) -> bool:
    """Whether a key begins so but for one letter put in, left out, replaced or moved by one."""
    at = next((n for n, (a, b) in enumerate(zip(key, begun, strict=False)) if a != b), len(key))
    if at >= len(begun):
        return True
    rest, typed = key[at:], begun[at:]
    return (
        rest.startswith(typed[1:])
        or rest[1:].startswith(typed)
        or rest[1:].startswith(typed[1:])
        or (rest[:2] == typed[1::-1] and rest[2:].startswith(typed[2:]))
    )


def in_turn(found: Sequence[T], kind: Callable[[T], SuggestionKind], most: int) -> tuple[T, ...]:
    """The first few of each kind, so that none crowds out the others; kinds one after another."""
    kinds = {name: [one for one in found if kind(one) == name] for name in _ORDER}
    turns = itertools.zip_longest(*(range(len(kinds[name])) for name in _TURNS))
    places = [
        (_ORDER.index(name), place)
        for turn in turns
        for name, place in zip(_TURNS, turn, strict=True)
        if place is not None
    ]
    return tuple(kinds[_ORDER[name]][place] for name, place in sorted(places[:most]))


def _of(kind: SuggestionKind, found: list[Entry]) -> tuple[Suggestion, ...]:
    return tuple(Suggestion(kind=kind, text=entry.text) for entry in found)
