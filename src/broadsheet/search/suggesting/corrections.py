"""Putting words right that are unknown or rare while a near one is far commoner.

Only offered: nothing here changes what is searched. Names behind ``author:``, what stands under
``-``, and words with digits or of another script are left as they are.
"""

from collections.abc import Sequence
from typing import Final, Protocol

from broadsheet.search import analysis
from broadsheet.search.embedding.static import bundled
from broadsheet.search.language.tree import And, Node, Or, Phrase, Term, Words
from broadsheet.search.suggesting.learned import Learned

_SHORTEST: Final = 4  # letters
_SHORT: Final = 6  # letters: below that the first one is taken as meant
_TWO_EDITS: Final = 8  # letters from which on two edits are near
_LONGEST: Final = 32
_RARE: Final = 40  # papers: a word of more is fine
_COMMONER: Final = {1: 25, 2: 400}  # times as common a word must be that many edits away
_LEAST: Final = {1: 2, 2: 20}  # times it must occur at least
_WEIGHED: Final = 4  # words that are compared by the company they keep
_MOST: Final = 6  # words of a question that are put right


class Papers(Protocol):
    """What the index says of folded words in any of their forms."""

    def holding(self, words: Sequence[str]) -> int:
        """How many papers hold all of them in title or abstract, or for one alone as a name."""


def corrected(query: Node, learned: Learned, papers: Papers) -> Node | None:
    """The query with its misspelt words put right; None where there are none."""
    return _Corrector(learned, papers).query(query)


def likely(word: str, learned: Learned, papers: Papers) -> list[str]:
    """The words that may be meant by a folded word, likeliest first; none where it is fine."""
    if not (_SHORTEST <= len(word) <= _LONGEST and word.isascii() and word.isalpha()):
        return []
    if bundled().is_common(word) or (held := papers.holding([word])) > _RARE:
        return []
    for edits in (1, 2) if len(word) >= _TWO_EDITS else (1,):
        near = learned.near.near(word, edits, max(_LEAST[edits], _COMMONER[edits] * held))
        first = [one for one in near if len(word) >= _SHORT or one.word[0] == word[0]]
        stem = analysis.stem(word)
        if meant := [one for one in first if analysis.stem(one.word) != stem]:
            ordered = sorted(meant, key=lambda one: (-one.count, one.word))
            return [one.word for one in ordered[:_WEIGHED]]
    return []


class _Corrector:
    def __init__(self, learned: Learned, papers: Papers) -> None:
        self._learned = learned
        self._papers = papers
        self._meant: dict[str, list[str]] = {}
        self._found: dict[str, str] = {}

    def query(self, node: Node) -> Node | None:
        """A part of the query put right; None where it is fine."""
        match node:
            case Words():
                company = [word for text in node.words for word in analysis.words(text)]
                words = [self._text(word, company) for word in node.words]
                return _either(Words(tuple(words)), node)
            case Term() if node.field != "author":
                return _either(Term(node.field, self._text(node.text)), node)
            case Phrase() if node.field != "author":
                company = analysis.words(node.text)
                return _either(Phrase(self._text(node.text, company), node.field), node)
            case And() | Or():
                parts = tuple(self.query(part) or part for part in node.nodes)
                return _either(type(node)(parts), node)
            case _:
                return None

    def _text(self, text: str, company: Sequence[str] = ()) -> str:
        """A text with its words put right where they stand."""
        made, at = "", 0
        for word, start, end in analysis.spans(text):
            if right := self._word(word, company):
                made += text[at:start] + _cased(right, text[start:end])
                at = end
        return made + text[at:]

    def _word(self, word: str, company: Sequence[str]) -> str:
        """The word that is meant; "" where it is fine."""
        if word not in self._found:
            meant = self._likely(word)
            self._found[word] = self._fitting(word, meant, company) if meant else ""
        return self._found[word]

    def _likely(self, word: str) -> list[str]:
        if word not in self._meant:
            enough = sum(map(bool, self._meant.values())) >= _MOST
            self._meant[word] = [] if enough else likely(word, self._learned, self._papers)
        return self._meant[word]

    def _fitting(self, word: str, meant: Sequence[str], company: Sequence[str]) -> str:
        """Of several words the one that most papers hold with its neighbours; "" if as typed.

        What a paper holds together with every other word that is fine was typed on purpose.
        """
        others = [o for o in company if analysis.stem(o) and not self._likely(o)]
        if not others:
            return meant[0]
        if self._papers.holding([word, *others]):
            return ""
        if len(meant) == 1:
            return meant[0]
        place = company.index(word)
        beside = [w for w in company[max(0, place - 2) : place + 3] if w in others]
        return max(meant, key=lambda one: (self._papers.holding([one, *beside]), -meant.index(one)))


def _either(made: Node, before: Node) -> Node | None:
    return made if made != before else None


def _cased(word: str, typed: str) -> str:
    return word.capitalize() if typed[:1].isupper() and typed[1:].islower() else word
