"""Formulas in plain Unicode, for titles of windows, feeds and terminals."""

import re
import unicodedata
from typing import Final

from broadsheet.kernel.tex_tables import SUBSCRIPTS, SUPERSCRIPTS, SYMBOLS

_SYMBOL: Final = re.compile(r"\\([a-zA-Z]+)(?:\{\})?\s*")
_BLACKBOARD: Final = dict(zip("CHNPQRZ", "ℂℍℕℙℚℝℤ", strict=True))
_STYLED: Final = re.compile(
    r"\\(?:math(?:rm|bf|it|sf|tt|cal|frak|scr|bb|bm)|text(?:rm|bf|it|sf|tt|sc|up)?|operatorname\*?"
    r"|mbox|hbox|boldsymbol|bm|left|right|[bB]igg?[lr]?|displaystyle|limits|rm|bf|cal|it)"
    r"(?![a-zA-Z])\s*"
)
_FRACTION: Final = re.compile(r"\\[dt]?frac\s*\{([^{}]*)\}\s*\{([^{}]*)\}")
_ROOT: Final = re.compile(r"\\sqrt\s*\{([^{}]*)\}")
_OVER: Final = re.compile(r"\\(hat|widehat|tilde|widetilde|bar|overline|vec|dot|ddot)\s*\{?(\w)\}?")
_MARKS: Final = {
    "hat": "\u0302", "widehat": "\u0302", "tilde": "\u0303", "widetilde": "\u0303",
    "bar": "\u0304", "overline": "\u0304", "vec": "\u20d7", "dot": "\u0307", "ddot": "\u0308",
}  # fmt: skip
_POWER: Final = re.compile(r"([\^_])\s*(?:\{([^{}]*)\}|(\S))")


# Stands for a mark that stays: the next round must not read it again.
_MARK: Final = {"^": "\ue000", "_": "\ue001"}


def readable(formula: str) -> str:
    r"""Write a formula on one line in plain Unicode: ``\mathbb{R}^{n}`` is ``ℝⁿ``."""
    said = re.sub(r"\\mathbb\s*\{?([CHNPQRZ])\}?", lambda m: _BLACKBOARD[m[1]], formula)
    said = _OVER.sub(lambda m: unicodedata.normalize("NFC", m[2] + _MARKS[m[1]]), said)
    said = _STYLED.sub("", said)
    said = _SYMBOL.sub(_symbol, said)
    for _ in range(3):  # from the inside out; deeper nesting stays as written
        said = _POWER.sub(lambda m: _power(m[1], m[2] or m[3] or ""), said)
        said = _FRACTION.sub(lambda m: f"{_tight(m[1])}/{_tight(m[2])}", said)
        said = _ROOT.sub(lambda m: f"√{_tight(m[1])}", said)
    said = said.replace(_MARK["^"], "^").replace(_MARK["_"], "_").replace(r"\sqrt", "√")
    said = re.sub(r"\\([{}%&#$_|])", r"\1", re.sub(r"(?<!\\)[{}]", "", said))
    return re.sub(r"\s+", " ", re.sub(r"\\[,;:! ]|~", " ", said)).strip()


def _symbol(match: re.Match[str]) -> str:
    """The sign of a command; a function such as log keeps its distance."""
    said = SYMBOLS.get(match[1], match[0])
    return f"{said} " if said.isalpha() and said.isascii() and match[0][-1].isspace() else said


def _power(mark: str, body: str) -> str:
    plain = script(mark, body, "")
    if plain or not body:
        return plain
    bare = len(body) == 1 or (mark == "_" and body.isalnum())
    return _MARK[mark] + (body if bare else f"({body})")


def _tight(part: str) -> str:
    return part if len(part) < 2 or part.isalnum() else f"({part})"


def script(mark: str, body: str, otherwise: str) -> str:
    """Raise (mark ``^``) or lower (``_``) every character; ``otherwise`` where one cannot be."""
    body = _SYMBOL.sub(_symbol, body)
    table = SUPERSCRIPTS if mark == "^" else SUBSCRIPTS
    said = body.translate(table)
    return said if all(ord(c) in table for c in body) else otherwise
