"""The authors of a paper in one line, as every list names them. Plain Python: no database."""

from collections.abc import Sequence
from typing import Final

from broadsheet.kernel import mathml
from broadsheet.kernel.text import plural
from broadsheet.papers.cards import Card

_GAP: Final = " … "


def byline(card: Card) -> str:
    """The first three names and the last with their number; the number where none is known."""
    return "".join(bylined([mathml.plain(name) for name in card.authors], card.n_authors))


def bylined(names: Sequence[str], count: int) -> list[str]:
    """The line in parts, each a name or what stands between names."""
    if not names:
        return [plural(count, "author")] if count else []
    if count <= len(names):
        return _between(names, last=" and ")
    if len(names) < 4:
        return [*_between(names), f" and {count - len(names):,} more"]
    gaps = _between(names[3:], each=_GAP, last=_GAP)
    return [*_between(names[:3]), _GAP, *gaps, f" ({plural(count, 'author')})"]


def _between(names: Sequence[str], *, each: str = ", ", last: str = ", ") -> list[str]:
    parts = [names[0]]
    for place, name in enumerate(names[1:], 2):
        parts += [last if place == len(names) else each, name]
    return parts
