"""What it means for a paper to match, said plainly: one document, one query, yes or no.

Engines answer the same for all papers at once; this is for one, and for when there is no engine.
"""

from collections.abc import Sequence
from datetime import date
from functools import cached_property

from broadsheet.kernel import dates
from broadsheet.search import analysis
from broadsheet.search.contract import Document, Filters
from broadsheet.search.language.matching import sought
from broadsheet.search.language.tree import (
    And,
    Category,
    Code,
    Dates,
    Named,
    Node,
    Not,
    Or,
    Organization,
    Phrase,
    Term,
    Words,
)

Leaf = Words | Term | Phrase | Category | Organization | Named | Code | Dates


class Paper:
    """A document that can be asked again and again whether it holds something."""

    def __init__(self, document: Document) -> None:
        self.document = document

    def holds(self, node: Node | None, *, names: bool = True) -> bool:
        """Whether the paper matches; ``names``: free words may be an author's."""
        match node:
            case And():
                return all(self.holds(part, names=names) for part in node.nodes)
            case Or():
                return any(self.holds(part, names=names) for part in node.nodes)
            case Not():
                return not self.holds(node.node, names=False)
            case _:
                return node is None or self._leaf(node, names=names)

    def passes(self, filters: Filters) -> bool:
        """Whether every filter lets it through."""
        document = self.document
        later = filters.not_after and document.published and document.published > filters.not_after
        slug = document.organization.lower()
        return (
            self._dated(filters.since, filters.until)
            and not later
            and (not filters.categories or any(map(self._in, filters.categories)))
            and (not filters.sources or not {*filters.sources}.isdisjoint(document.sources))
            and (not filters.organizations or slug in map(str.lower, filters.organizations))
            and (document.has_code or not filters.has_code)
            and document.votes >= filters.min_votes
        )

    @cached_property
    def _title(self) -> list[str]:
        return analysis.words(self.document.title)

    @cached_property
    def _abstract(self) -> list[str]:
        said = (self.document.abstract, *self.document.keywords)
        return [word for text in said for word in analysis.words(text)]

    @cached_property
    def _stems(self) -> frozenset[str]:
        return frozenset(analysis.stems((*self._title, *self._abstract)))

    @cached_property
    def _authors(self) -> list[list[str]]:
        return [analysis.words(name) for name in self.document.authors]

    def _leaf(self, node: Leaf, *, names: bool) -> bool:
        if isinstance(node, Words):
            return self._words(node, names=names)
        return self._placed(node) if isinstance(node, Term | Phrase) else self._condition(node)

    def _words(self, node: Words, *, names: bool) -> bool:
        look = sought(node)
        if not look.stems:
            return {*look.exact} <= {*self._title, *self._abstract}
        there = look.stems.keys() & self._stems
        if len(there) >= look.least and there & look.telling:
            return True
        return names and bool(look.name) and any(_run(own, look.name) for own in self._authors)

    def _placed(self, node: Term | Phrase) -> bool:
        typed = analysis.words(node.text)
        if node.field == "author":
            everyone = [word for name in self._authors for word in name]
            if isinstance(node, Term):
                return {*typed} <= {*everyone}
            return any(_run(name, typed) for name in self._authors)
        texts = [self._title] * (node.field != "abs") + [self._abstract] * (node.field != "title")
        stems = analysis.stems(typed)
        if isinstance(node, Phrase) or not stems:
            return any(_run(text, typed) for text in texts)
        return {*stems} <= {*analysis.stems(word for text in texts for word in text)}

    def _condition(self, node: Category | Organization | Named | Code | Dates) -> bool:
        document = self.document
        match node:
            case Category():
                return self._in(node.name)
            case Organization():
                words = analysis.words(node.name)
                named = bool(words) and _run(analysis.words(document.organization_name), words)
                return named or document.organization.lower() == node.name.lower()
            case Named():
                return str(node.identifier) in document.identifiers
            case Code():
                return document.has_code
            case Dates():
                return self._dated(dates.first_day(node.since), dates.last_day(node.until))

    def _in(self, category: str) -> bool:
        """In this category or below it."""
        folded = category.lower().removesuffix("*").removesuffix(".")
        own = [name.lower() for name in self.document.categories]
        return any(name == folded or name.startswith(f"{folded}.") for name in own)

    def _dated(self, since: date | None, until: date | None) -> bool:
        first, last = self.document.published, self.document.last
        return (since is None or (last is not None and last >= since)) and (
            until is None or (first is not None and first <= until)
        )


def _run(words: Sequence[str], wanted: Sequence[str]) -> bool:
    """Whether these words stand side by side."""
    size, sought = len(wanted), list(wanted)
    return any(list(words[at : at + size]) == sought for at in range(len(words) - size + 1))
