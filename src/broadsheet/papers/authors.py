"""Comparing two lists of authors. Plain Python: no database."""

import re
from collections import defaultdict
from collections.abc import Sequence
from functools import lru_cache
from typing import Final, NamedTuple

from broadsheet.kernel.text import family_name, fold

_NAMES: Final = 60
_WORD: Final = re.compile(r"[^\W_]+")
# "Görz" and "Goerz" are one name.
_UMLAUT: Final = re.compile("([aou])e")


class Person(NamedTuple):
    """An author's name as it is compared; ``initials`` are of all names but the family's."""

    family: str
    initials: frozenset[str]
    words: frozenset[str]


class Shared(NamedTuple):
    """How many authors two records share, of how many on the shorter and on the longer list."""

    found: int
    of: int
    longest: int
    first: bool


@lru_cache(maxsize=65_536)
def _person(name: str) -> Person:
    family = family_name(name)
    _, comma, given = name.partition(",")
    parts = _WORD.findall(fold(name))
    rest = _WORD.findall(fold(given)) if comma else [part for part in parts if part != family]
    initials = frozenset(part[0] for part in rest)
    return Person(_UMLAUT.sub(r"\1", family), initials, frozenset(parts))


def _people(authors: Sequence[str]) -> tuple[Person, ...]:
    """The first 60 authors; a name that stands twice counts once."""
    return tuple(dict.fromkeys(_person(name) for name in authors[:_NAMES]))


def key(authors: Sequence[str]) -> str:
    """Equal for lists of the same family names in any order; "" where nobody is named.

    A single author stands with the initials of the given names.
    """
    if len(set(authors)) == 1:
        person = _person(authors[0])
        return f"{person.family} {''.join(sorted(person.initials))}"
    families = {family_name(name) for name in authors[:_NAMES]}
    return _UMLAUT.sub(r"\1", "\n".join(sorted(families)))


def shared(ours: Sequence[str], theirs: Sequence[str]) -> Shared:
    """Compare two lists of authors: initials, order and the order of a name's parts aside."""
    ones, others = _people(ours), _people(theirs)
    found = min(_found(ones, others), _found(others, ones))
    first = bool(ones and others) and _is_same(ones[0], others[0])
    sizes = len(ones), len(others)
    return Shared(found, min(sizes), max(sizes), first)


def _found(ones: Sequence[Person], others: Sequence[Person]) -> int:
    """How many of the first list stand in the second."""
    named: defaultdict[str, list[Person]] = defaultdict(list)
    for person in others:
        for word in {person.family, *person.words}:
            named[word].append(person)
    return sum(any(_is_same(one, other) for other in named[one.family]) for one in ones)


def _is_same(one: Person, other: Person) -> bool:
    """Say whether two names can be one person's."""
    if len(one.words) > 1 and one.words == other.words:
        return True
    if one.family != other.family:
        return False
    return not one.initials or not other.initials or not one.initials.isdisjoint(other.initials)
