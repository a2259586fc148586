r"""Where the words asked for stand in a text: a pure function of text and query tree.

What is marked is what the engines match: stems of free words, phrases as a whole. A mark never
lies inside a formula (``$…$``, ``\(…\)``, ``\[…\]``) or inside a command's braces, and never
cuts one: a phrase that runs into a formula takes all of it.
"""

import re
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Literal

from broadsheet.search import analysis
from broadsheet.search.language.matching import sought
from broadsheet.search.language.tree import Node, Phrase, Term, Words, wanted

Part = Literal["title", "abs"]
Mark = tuple[int, int]

# Accents (\"{o}, \v{c}) belong to words; braces of longer commands stay whole.
_WHOLE: Final = re.compile(
    r"""
      \\[$\\]                                # escaped: opens nothing
    | (?P<whole>
        \$\$(?:[^$\\]|\\.){0,2000}+\$\$ | \$(?:[^$\\]|\\.){1,2000}+\$
      | \\\((?:[^\\]|\\[^)]){0,500}+\\\) | \\\[(?:[^\\]|\\[^\]]){0,500}+\\\]
      | \\[A-Za-z]{2,}\s*(?:\{[^{}]{0,500}+(?:\{[^{}]{0,500}+\}[^{}]{0,500}+){0,20}+\})
      )
    """,
    re.VERBOSE | re.DOTALL,
)


class _Sought(dict[str, bool]):
    """Whether a word is to be marked wherever it stands; filled as words come."""

    def __init__(self, stems: AbstractSet[str], words: AbstractSet[str]) -> None:
        super().__init__()
        self.stems, self.words = stems, words

    def __missing__(self, word: str) -> bool:
        self[word] = found = analysis.stem(word) in self.stems or word in self.words
        return found


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What to look for: single words, and phrases of two words and more.

    ``beginnings`` are those of every word that is to be marked wherever it stands.
    """

    sought: _Sought
    phrases: tuple[tuple[str, ...], ...]
    beginnings: frozenset[str]


def marks(text: str, tree: Node | None, part: Part | None = None) -> tuple[Mark, ...]:
    """The (start, end) characters of ``text`` to mark: in order, apart from each other.

    ``part`` says what the text is, so that ``title:`` words are not marked in abstracts; None
    marks them anywhere. About 0.1 ms for an abstract of 1,500 characters.
    """
    if tree is None or not text:
        return ()
    look = _wanted(tree, part)
    if not (look.beginnings or look.phrases):
        return ()
    found = _found(text, look)
    if found and ("$" in text or "\\" in text):
        wholes = [match.span("whole") for match in _WHOLE.finditer(text) if match["whole"]]
        found = [mark for raw in found if (mark := _kept_whole(raw, wholes))]
    return _apart(found)


@lru_cache(maxsize=256)
def _wanted(tree: Node, part: Part | None) -> _Wanted:
    stems: set[str] = set()
    words: set[str] = set()
    phrases = []
    for node in wanted(tree):
        if isinstance(node, Words):
            look = sought(node)
            stems |= look.stems.keys()
            words.update(look.exact)
        elif _is_here(node, part):
            typed = analysis.words(node.text)
            if isinstance(node, Phrase) and len(typed) > 1:
                phrases.append(tuple(typed))
            elif isinstance(node, Phrase) or not analysis.stems(typed):
                words.update(typed)
            else:
                stems.update(analysis.stems(typed))
    beginnings = frozenset((*map(analysis.beginning, stems), *words))
    return _Wanted(_Sought(stems, words), tuple(phrases), _shortest(beginnings))


def _shortest(beginnings: frozenset[str]) -> frozenset[str]:
    """Less those that begin with another of them: no place is found twice."""
    return frozenset(
        one for one in beginnings if not any(one.startswith(b) for b in beginnings - {one})
    )


def _is_here(node: Term | Phrase, part: Part | None) -> bool:
    return node.field != "author" and (part is None or node.field in ("", part))


def _found(text: str, look: _Wanted) -> list[Mark]:
    found = analysis.spans_of(text, look.beginnings, look.sought.__getitem__)
    if look.phrases:
        placed = list(analysis.spans(text))
        words = [word for word, _, _ in placed]
        for phrase in look.phrases:
            found += [(placed[i][1], placed[j][2]) for i, j in _runs(words, phrase)]
    return found


def _runs(words: list[str], phrase: tuple[str, ...]) -> Iterator[tuple[int, int]]:
    """First and last place of every run of ``phrase``."""
    size = len(phrase)
    for at, word in enumerate(words):
        if word == phrase[0] and tuple(words[at : at + size]) == phrase:
            yield at, at + size - 1


def _kept_whole(mark: Mark, wholes: list[Mark]) -> Mark | None:
    """The mark, made longer where it cuts a formula; None where it lies inside one."""
    start, end = mark
    for first, last in wholes:
        if first <= start and end <= last:
            return None
        if first < end and start < last:
            start, end = min(start, first), max(end, last)
    return start, end


def _apart(found: list[Mark]) -> tuple[Mark, ...]:
    """In order, those that touch or overlap made one."""
    joined: list[Mark] = []
    for start, end in sorted(found):
        if joined and start < joined[-1][1]:
            joined[-1] = joined[-1][0], max(end, joined[-1][1])
        else:
            joined.append((start, end))
    return tuple(joined)
