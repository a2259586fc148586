"""The authors of a card in one line; in a search those it asked for are marked."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from html import escape

from django.utils.safestring import SafeString

from broadsheet.editions.types import Hit
from broadsheet.kernel import mathml
from broadsheet.papers.byline import byline, bylined
from broadsheet.search import analysis
from broadsheet.search.language.matching import sought
from broadsheet.search.language.parse import parse
from broadsheet.search.language.tree import Words, wanted

Name = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """The names a search asked for, as folded words.

    ``named`` stood behind ``author:``; ``perhaps`` are its free words, which are an author's
    where neither title nor abstract holds any of them.
    """

    named: tuple[Name, ...]
    perhaps: tuple[Name, ...]

    def of(self, hit: Hit) -> tuple[Name, ...]:
        """What to look for among the authors of one hit."""
        marked = hit.marks.title or hit.marks.abstract
        return self.named if marked else self.named + self.perhaps


def asked(text: str) -> Asked:
    """The names in a typed question."""
    tree = parse(text).tree
    named: list[Name] = []
    perhaps: list[Name] = []
    for node in wanted(tree) if tree else ():
        if isinstance(node, Words):
            name = sought(node).name
            perhaps += [name] if len(name) == 1 else [name, *((word,) for word in name)]
        elif node.field == "author":
            named.append(tuple(analysis.words(node.text)))
    return Asked(tuple(filter(None, named)), tuple(filter(None, perhaps)))


def hidden(hits: Sequence[Hit], names: Asked) -> tuple[str, ...]:
    """The keys of the papers whose match can only be among the authors not shown."""
    return tuple(
        hit.card.key
        for hit in hits
        if hit.card.n_authors > len(hit.card.authors) > 0
        and (looked_for := names.of(hit))
        and not any(_is(author, looked_for) for author in hit.card.authors)
    )


def line(hit: Hit) -> SafeString:
    """The first three and the last with their number; the number where no name is known."""
    return SafeString(escape(byline(hit.card)))


def marking(names: Asked, everyone: Mapping[str, Sequence[str]]) -> Callable[[Hit], SafeString]:
    """Lines with the names asked for marked, one that was hidden shown before the last.

    ``everyone`` holds all authors of the papers that ``hidden`` gave.
    """

    def marked(hit: Hit) -> SafeString:
        looked_for = names.of(hit)
        shown = list(hit.card.authors)
        found = next((a for a in everyone.get(hit.card.key, ()) if _is(a, looked_for)), None)
        if found is not None:
            shown[-1:] = [found, *shown[-1:]]
        parts = bylined([mathml.plain(name) for name in shown], hit.card.n_authors)
        at, marks = 0, []
        for part in parts:
            if _is(part, looked_for):
                marks.append((at, at + len(part)))
            at += len(part)
        return SafeString(mathml.html("".join(parts), tuple(marks)))

    return marked


def _is(author: str, names: Sequence[Name]) -> bool:
    """Whether one of the names stands in an author's, its words side by side."""
    if not names:
        return False
    held = analysis.words(author)
    return any(
        tuple(held[at : at + len(name)]) == name
        for name in names
        for at in range(len(held) - len(name) + 1)
    )
