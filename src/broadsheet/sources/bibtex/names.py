r"""TeX out of the fields of BibTeX, and names out of a list of authors."""

import re
from typing import Final

from broadsheet.kernel import tex
from broadsheet.kernel.text import clean
from broadsheet.sources.references import printed

_SPACE: Final = re.compile(r"\\(?:q?quad|[,;: !>])")
_AND: Final = re.compile(r"\\.|[{}]| and ", re.IGNORECASE | re.DOTALL)
_COMMA: Final = re.compile(r"\\.|[{},]", re.DOTALL)
_PART: Final = re.compile(r"\s*([a-z]+)(?:-i)?\s*=\s*\"?([^\"]*)\"?\s*", re.IGNORECASE)
_SYMBOLS: Final = {r"\textpm": "±", r"\textmu": "µ", r"\textdegree": "°", r"\textasciitilde": "~"}


def said(text: str) -> str:
    """What a field says: accents and signs of TeX read, braces gone, formulas as they are."""
    if not tex.HAS_TEX.search(text):
        return text
    # MathSciNet writes a ring of its own making.
    return "".join(_piece(piece) for piece in tex.pieces(text.replace(r"\ocirc", r"\r")))


def _piece(piece: tex.Piece) -> str:
    if piece.kind == "inline":
        return f"${piece.said}$"
    if piece.kind == "block":
        return f"$${piece.said}$$"
    if _SPACE.fullmatch(piece.said):
        return " "
    return _SYMBOLS.get(piece.said) or piece.said.replace("{", "").replace("}", "")


def authors(field: str) -> list[str]:
    """Names as printed, in order; "others" names nobody."""
    names = [name.strip() for name in _split(clean(field), _AND)]
    return [shown for name in names if name.lower() != "others" and (shown := _name(name))]


def _split(text: str, marks: re.Pattern[str]) -> list[str]:
    """Cut at what is no brace, outside of braces."""
    parts, depth, start = [], 0, 0
    for mark in marks.finditer(text):
        depth = max(0, depth + (mark[0] == "{") - (mark[0] == "}"))
        if depth == 0 and mark[0][0] not in "{}\\":
            parts.append(text[start : mark.start()])
            start = mark.end()
    return [*parts, text[start:]]


def _name(name: str) -> str:
    parts = [part.strip() for part in _split(name, _COMMA)]
    if all(_PART.fullmatch(part) for part in parts):
        return _spelled(parts)
    shown = [said(part).strip() for part in parts]
    if len(shown) == 2:
        return printed(shown[0], shown[1])
    if len(shown) == 3:
        return printed(shown[0], shown[2], shown[1])
    return said(name).strip()


def _spelled(parts: list[str]) -> str:
    """``family=Beethoven, given=Ludwig, prefix=van``, as BibLaTeX has it."""
    found = {match[1].lower(): said(match[2]) for part in parts if (match := _PART.fullmatch(part))}
    family = printed(found.get("family", ""), found.get("prefix", ""))
    return printed(family, found.get("given", ""), found.get("suffix", ""))
