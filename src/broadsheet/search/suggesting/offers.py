"""Acronyms offered beside a question: the long form of a short one, and the other way round.

Nothing is applied: an offer is another question, that finds what holds either.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from broadsheet.search.contract import Acronym
from broadsheet.search.language.tree import And, Node, Phrase, Words, both, either

_MOST_WORDS: Final = 12  # of a question that are looked at
_LONGEST_RUN: Final = 5  # words of a long form
_MOST: Final = 4  # offers
_EDGES: Final = ".,;:!?'’"

Known = Callable[[str], tuple[Acronym, ...]]


@dataclass(frozen=True, slots=True)
class Offer:
    """Another question to ask: ``node``, which also finds what ``said`` (``papers`` say so)."""

    node: Node
    said: str
    papers: int


def offers(query: Node, known: Known) -> tuple[Offer, ...]:
    """What short forms in the query stand for, and short forms of its phrases; a few at most.

    ``known`` gives the acronyms of a word or a phrase, as ``Backend.acronyms``.
    """
    return tuple(_offers(query, known))[:_MOST]


def _offers(query: Node, known: Known) -> Iterator[Offer]:
    match query:
        case Words():
            yield from _of_words(query, known)
        case Phrase(field=""):
            for acronym in known(query.text)[:1]:
                if " " in query.text:
                    short = Words((acronym.short,))
                    yield Offer(either([query, short]), acronym.short, acronym.papers)
        case And():
            for place, part in enumerate(query.nodes):
                others = [*query.nodes[:place], *query.nodes[place + 1 :]]
                for offer in _offers(part, known):
                    yield Offer(both([offer.node, *others]), offer.said, offer.papers)
        case _:
            return


def _of_words(query: Words, known: Known) -> Iterator[Offer]:
    words = query.words[:_MOST_WORDS]
    at = 0
    while at < len(words):
        size, found = _longest(words[at:], known)
        run = tuple(word.strip(_EDGES) for word in words[at : at + size])
        rest = [*words[:at], *words[at + size :], *query.words[_MOST_WORDS:]]
        typed: Node = Words(run) if size == 1 else Phrase(" ".join(run))
        for acronym in found[: 1 if size > 1 else None]:
            short = size == 1 and "-" not in run[0]
            if not short and acronym.short.lower() == run[0].lower():
                continue
            said = acronym.long if short else acronym.short
            other: Node = Phrase(said) if short else Words((said,))
            node = either([typed, other])
            yield Offer(both([Words(tuple(rest)), node]) if rest else node, said, acronym.papers)
        at += size


def _longest(words: tuple[str, ...], known: Known) -> tuple[int, tuple[Acronym, ...]]:
    """The longest run from the first word on that is a long form; else the word alone."""
    clean = [word.strip(_EDGES) for word in words[:_LONGEST_RUN]]
    for size in range(len(clean), 0, -1):
        text = " ".join(clean[:size])
        if text and (found := known(text)):
            return size, found
    return 1, ()
