"""How a query was read, said in English for the page."""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from datetime import date

from broadsheet.kernel import dates
from broadsheet.search import analysis
from broadsheet.search.language.matching import Sought, sought
from broadsheet.search.language.tree import (
    And,
    Category,
    Code,
    Dates,
    Like,
    Named,
    Node,
    Not,
    Or,
    Organization,
    Phrase,
    Term,
    Words,
)

_PLACES = {"title": "in the title", "abs": "in the abstract", "author": "among the authors"}
_SHOWN_WORDS = 12
_NAME = " (also as an author’s name)"


def describe(node: Node | None, likes: Sequence[Like] = ()) -> str:
    """Say how a query was read, as part of a sentence: "the word “bert”, not the word “gpt”"."""
    if not likes:
        return "everything" if node is None else _said(node)
    near = f"papers like {_list([like.name for like in likes], 'and')}"
    return f"{near}, with {_said(node)}" if node else near


def _said(node: Node) -> str:
    match node:
        case Words():
            return _words(node)
        case And():
            return _list([_inner(part) for part in node.nodes], "and")
        case Or():
            return _list([_inner(part) for part in node.nodes], "or")
        case Not():
            return f"not {_inner(node.node)}".replace(_NAME, "")  # words only, as the engines do
        case _:
            return _leaf(node)


def _inner(node: Node) -> str:
    return f"({_said(node)})" if isinstance(node, And | Or) else _said(node)


def _leaf(node: Term | Phrase | Category | Organization | Named | Code | Dates) -> str:
    match node:
        case Term() | Phrase():
            return _placed(node)
        case Category():
            return f"category {node.name}"
        case Organization():
            return f"organisation {node.name}"
        case Named():
            return f"the paper {node.identifier}"
        case _:
            return _dates(node) if isinstance(node, Dates) else "with code"


def _placed(node: Term | Phrase) -> str:
    kind = "word"
    if isinstance(node, Phrase):
        kind = "phrase" if len(analysis.words(node.text)) > 1 else "exact word"
    place = f" {_PLACES[node.field]}" if node.field else ""
    return f"the {kind} “{node.text}”{place}"


def _words(node: Words) -> str:
    look = sought(node)
    if look.stems and look.least < len(look.stems):
        return _some(node, look)
    typed = _typed(node, look.stems.keys())
    return f"{_all(typed)}{_NAME if look.name else ''}"


def _some(node: Words, look: Sought) -> str:
    telling = _typed(node, look.telling)
    if look.least == 1:
        return f"at least 1 of {_all(telling)}" if len(look.telling) > 1 else _all(telling)
    said = f"at least {look.least} of {_all(_typed(node, look.stems.keys()))}"
    if len(look.telling) < len(look.stems):
        return f"{said}, {_list(telling, 'or')} among them"
    return said


def _all(typed: list[str]) -> str:
    return f"the {'word' if len(typed) == 1 else 'words'} {_list(typed, 'and')}"


def _typed(node: Words, stems: AbstractSet[str]) -> list[str]:
    """The words of these stems (none: all), as typed; those typed as one, one by one."""
    counted: dict[str, str] = {}
    for given in node.words:
        parts = analysis.words(given)
        for part in parts:
            if not stems or analysis.stem(part) in stems:
                counted.setdefault(part, given if len(parts) == 1 else part)
    shown = [f"“{word}”" for word in counted.values()]
    if len(shown) > _SHOWN_WORDS:
        return [*shown[:_SHOWN_WORDS], f"{len(shown) - _SHOWN_WORDS} more"]
    return shown


def _dates(node: Dates) -> str:
    since, until = dates.first_day(node.since), dates.last_day(node.until)
    if node.since == node.until:
        return f"dated {_when(node.since, since)}"
    start = f"from {_when(node.since, since)}" if since else ""
    end = f"until {_when(node.until, until)}" if until else ""
    return f"dated {start} {end}".replace("  ", " ").strip()


def _when(text: str, day: date | None) -> str:
    if day is None:
        return text
    parts = text.count("-")
    return text if parts == 0 else f"{day:%B %Y}" if parts == 1 else f"{day.day} {day:%B %Y}"


def _list(parts: list[str], word: str) -> str:
    if len(parts) < 2:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} {word} {parts[-1]}"
