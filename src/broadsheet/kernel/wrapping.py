"""Lines of plain text, by the columns that characters take up in a letter of fixed width."""

import re
from collections.abc import Iterator
from typing import Final
from unicodedata import category, east_asian_width

COLUMNS: Final = 70
"""The width of a letter."""

_MOST_MARKS: Final = 6  # on one letter; what has more covers the lines above and below
_WIDE: Final = frozenset("WF")
_CLOSING: Final = frozenset("。、，．：；！？）」』】〉》〕｝·ー…")  # stand at no line's beginning
_JOINER: Final = "\u200d"
_GAPS: Final = re.compile(r"[^\S\xa0]+")


def width(text: str) -> int:
    """How many columns a text takes: two for a wide sign, none for one set over another."""
    if text.isascii():
        return len(text)
    return sum(map(_width, text))


def wrapped(text: str, columns: int = COLUMNS, *, first: str = "", rest: str = "") -> str:
    """The text in lines of at most so many columns.

    White space counts as one space; at a no-break space, which becomes a plain one, no line ends.

    Args:
        text: of any script. A word wider than a line is broken, but never an address.
        columns: the width, with what stands before.
        first: stands before the first line.
        rest: stands before every other line.

    Returns:
        Lines without spaces at their ends. Never empty: at least ``first``.
    """
    lines: list[str] = []
    line, used = first, width(first)
    is_new = True
    for gap, piece in _pieces(text, columns - max(width(first), width(rest))):
        space = "" if is_new else gap
        takes = width(piece)
        if not is_new and used + len(space) + takes > columns:
            lines.append(line)
            line, used, space = rest, width(rest), ""
        line, used, is_new = f"{line}{space}{piece}", used + len(space) + takes, False
    return "\n".join(one.rstrip() for one in (*lines, line)).replace("\xa0", " ")


def unstacked(text: str) -> str:
    """The text without the marks that are one too many on their letter."""
    if text.isascii():
        return text
    return "".join(_pruned(cluster) for cluster in _clusters(text))


def _pruned(cluster: str) -> str:
    return cluster if len(cluster) <= _MOST_MARKS or _JOINER in cluster else cluster[:_MOST_MARKS]


def _width(char: str) -> int:
    if category(char) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if east_asian_width(char) in _WIDE else 1


def _pieces(text: str, room: int) -> Iterator[tuple[str, str]]:
    """What a line may not be broken within, each after a space or after nothing."""
    for word in _GAPS.split(text.strip()):
        if word.isascii() and (len(word) <= room or "://" in word):
            yield " ", word
            continue
        gap = " "
        for piece in _parted(word, room):
            yield gap, piece
            gap = ""


def _parted(word: str, room: int) -> Iterator[str]:
    """A word in parts: between wide signs, and within what is wider than a line."""
    held, used = "", 0
    was_wide = False
    for cluster in _clusters(word):
        takes = width(cluster)
        is_wide = east_asian_width(cluster[0]) in _WIDE
        may_break = (is_wide or was_wide) and cluster not in _CLOSING
        if held and (may_break or used + takes > room):
            yield held
            held, used = "", 0
        held, used, was_wide = held + cluster, used + takes, is_wide
    yield held


def _clusters(text: str) -> Iterator[str]:
    """Letters with the marks set on them."""
    held = ""
    for char in text:
        joins = category(char) in ("Mn", "Me", "Mc", "Cf") or held.endswith(_JOINER)
        if held and not joins:
            yield held
            held = ""
        held += char
    if held:
        yield held
