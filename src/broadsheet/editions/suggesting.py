"""Helping a reader to ask: how a question may go on, and what else could be meant by it."""

from dataclasses import dataclass
from typing import Final

from broadsheet.editions import index
from broadsheet.editions.addresses import write
from broadsheet.editions.types import Question
from broadsheet.kernel import mathml
from broadsheet.kernel.errors import Unavailable
from broadsheet.papers import queries
from broadsheet.search import analysis
from broadsheet.search.contract import Backend, Suggestion, SuggestionKind
from broadsheet.search.language.parse import parse
from broadsheet.search.language.tree import Category, Node, Phrase
from broadsheet.search.suggesting import offers as acronyms
from broadsheet.search.suggesting.completing import in_turn

SHOWN: Final = 8
_TYPED: Final = 400  # characters; what is longer was pasted
_LOOKED_AT: Final = 20  # of each kind: titles that begin so come before those that hold it


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggested:
    """What a reader may be about to type.

    ``text`` is plain text to show, ``question`` what to put into the box instead of what was
    typed, ``address`` where that leads: to a paper for a title (then ``key`` names it), else
    to a search.
    """

    kind: SuggestionKind
    text: str
    question: str
    address: str
    key: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Other:
    """Another question: its text, what it has more, and how many papers say so (0: not counted)."""

    question: Question
    said: str
    papers: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Offers:
    """What else could be meant: the question in better spelling, and acronyms either way."""

    corrected: Other | None = None
    acronyms: tuple[Other, ...] = ()


def suggestions(typed: str, question: Question) -> tuple[Suggested, ...]:
    """How what was typed may go on, for searches like ``question``. Raises Unavailable."""
    found = index.ask(lambda backend: backend.suggest(typed, limit=_LOOKED_AT))
    titles = queries.titles([one.key for one in found if one.key])
    begun = analysis.folded(typed)
    shown = [
        _suggested(one, titles.get(one.key, ""), question)
        for one in found
        if not one.key or one.key in titles
    ]
    shown.sort(key=lambda one: bool(one.key) and not analysis.folded(one.text).startswith(begun))
    return in_turn(shown, lambda one: one.kind, SHOWN)


def _suggested(one: Suggestion, title: str, question: Question) -> Suggested:
    if one.kind == "title":
        text, address = mathml.plain(title), f"/papers/{one.key}"
        return Suggested(kind="title", text=text, question=text, address=address, key=one.key)
    asked = _asked(one)
    address = write(question.but(text=asked))
    text = mathml.plain(one.text)
    return Suggested(kind=one.kind, text=text, question=asked, address=address)


def _asked(one: Suggestion) -> str:
    """The question that a suggestion stands for."""
    if one.kind == "author":
        return str(Phrase(" ".join(one.text.replace('"', " ").split()), "author"))
    return str(Category(one.text)) if one.kind == "category" else one.text


def offers(question: Question) -> Offers:
    """What else a search could mean; nothing while the index cannot say."""
    if len(question.text) > _TYPED:
        return Offers()  # pasted
    tree = parse(question.text).tree
    if tree is None:
        return Offers()
    try:
        return index.ask(lambda backend: _offers(backend, tree, question))
    except Unavailable:
        return Offers()


def _offers(backend: Backend, tree: Node, question: Question) -> Offers:
    corrected = backend.corrected(tree)
    return Offers(
        corrected=_other(question, corrected, str(corrected)) if corrected else None,
        acronyms=tuple(
            _other(question, offer.node, offer.said, offer.papers)
            for offer in acronyms.offers(tree, backend.acronyms)
        ),
    )


def _other(question: Question, node: Node, said: str, papers: int = 0) -> Other:
    return Other(question=question.but(text=str(node)), said=said, papers=papers)
