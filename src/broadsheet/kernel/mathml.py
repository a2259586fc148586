"""Titles and abstracts as readers see them: HTML with MathML, and plain Unicode.

Formulas are translated by math-core (Rust; a few microseconds each, so nothing is kept on
disk). What it gives is not trusted: every tag passes a short list of elements and attributes,
without links, styles, classes or names. A formula it cannot read is shown as its source.
"""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Final

from math_core import LatexError, LatexToMathML

from broadsheet.kernel.tex import HAS_TEX, LONGEST_FORMULA, Piece, pieces, words
from broadsheet.kernel.tex_readable import readable

Spans = Sequence[tuple[int, int]]

_TRANSLATOR: Final = LatexToMathML(
    fancy_error=False,
    allow_unreliable_rendering=True,  # \widetilde: drawn by every engine of today
    max_expansions=100,
    macros={
        "mbox": r"\text{#1}",
        "hbox": r"\text{#1}",
        "varprojlim": r"\operatorname{\underleftarrow{\lim}}",
        "given": r"\mid",
        "GL": r"\operatorname{GL}",
        "SL": r"\operatorname{SL}",
        "SO": r"\operatorname{SO}",
        "SU": r"\operatorname{SU}",
        "Ext": r"\operatorname{Ext}",
        "bbC": r"\mathbb{C}",
        "lesssim": "≲",
        "gtrsim": "≳",
    },
)
# What authors write and TeX forgives.
_ANGLE: Final = re.compile(r"\\(left|right)\s*([<>])")
_ELEMENTS: Final = words(
    "math mi mn mo ms mtext mspace mrow mfrac msqrt mroot msub msup msubsup munder mover munderover"
    " mmultiscripts mprescripts mtable mtr mtd mpadded mphantom"
)
_DROPPED: Final = words("b i em strong code span")  # fonts inside \text
_ATTRIBUTES: Final = words(
    "display mathvariant stretchy fence separator accent accentunder lspace rspace form minsize"
    " maxsize symmetric largeop movablelimits width height depth linethickness displaystyle"
    " scriptlevel columnspan rowspan"
)
_TAG: Final = re.compile(r"(<[^<>]*>)")
_TAG_PARTS: Final = re.compile(r'<(/?)([a-z]+)((?: [a-z]+="[^"<>]*")*)\s?(/?)>')
_ATTRIBUTE: Final = re.compile(r' ([a-z]+)="([A-Za-z0-9.%+-]{1,24})"')
_BREAKS_AFTER: Final = words("= ≤ ≥ &lt; &gt; ≠ ≡ ≈ ∼ ≃ ≅ ∝ ∈ ∉ ⊂ ⊆ → ↦ ⇒ ≪ ≫ ≲ ≳ , ; : ∣ + −")
_TOUCHING: Final = re.compile(r"(?<=\w)(?=<math>)|(?<=</math>)(?=\w|<math>)")
_LONG: Final = 18  # signs in a formula, above which a phone may need to break it


def html(text: str, marks: Spans = ()) -> str:
    """The text as safe HTML: formulas as MathML, emphasis as ``em``, other TeX as Unicode.

    Args:
        text: a title or an abstract as its source gave it.
        marks: (start, end) in characters of ``text``, wrapped in ``mark``. A formula, an
            accent or a command is marked whole or not at all; other spans are ignored.

    Returns:
        HTML of phrasing elements without a single attribute that loads, links or styles.
    """
    return _html(text, tuple(marks))


def escape(text: str) -> str:
    """Text as the content of an element (not of an attribute)."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


@lru_cache(maxsize=4_096)
def _html(text: str, marks: tuple[tuple[int, int], ...]) -> str:
    if not marks:
        if not HAS_TEX.search(text):
            return escape(text)
        return _held("".join(_element(piece) for piece in pieces(text)))
    joined = _joined(marks, len(text))
    if not HAS_TEX.search(text):
        return _plainly(text, joined)
    return _held("".join(_marked(pieces(text), joined)))


def _plainly(text: str, marks: Spans) -> str:
    """A text without TeX with marks: most are, and need not be taken to pieces."""
    parts, at = [], 0
    for start, end in marks:
        parts.append(f"{escape(text[at:start])}<mark>{escape(text[start:end])}</mark>")
        at = end
    return "".join((*parts, escape(text[at:])))


@lru_cache(maxsize=4_096)
def plain(text: str) -> str:
    r"""The text as one line of plain Unicode: ``Gr\"onwall``, ``$\alpha^2$`` read Grönwall, α²."""
    if not HAS_TEX.search(text):
        return text
    said = (readable(p.said) if p.kind in ("inline", "block") else p.said for p in pieces(text))
    return " ".join("".join(said).replace("\xa0", " ").split())


def _held(markup: str) -> str:
    """Hold a formula to the letters it touches: no line ends within H₂O or between L and ᵖ."""
    return _TOUCHING.sub("\u2060", markup) if "<math" in markup else markup


def _element(piece: Piece) -> str:
    if piece.kind == "text":
        return escape(piece.said)
    if piece.kind == "open":
        return "<em>"
    if piece.kind == "close":
        return "</em>"
    return formula(piece.said, block=piece.kind == "block")


def _marked(parts: Sequence[Piece], marks: Spans) -> Iterator[str]:
    """Write the pieces with marks, closed before and opened again after each tag of emphasis."""
    open_now = False
    for piece in parts:
        for said, marked in _cut(piece, marks):
            wanted = marked and piece.kind not in ("open", "close")
            if wanted != open_now:
                yield "<mark>" if wanted else "</mark>"
                open_now = wanted
            yield said
    if open_now:
        yield "</mark>"


def _cut(piece: Piece, marks: Spans) -> Iterator[tuple[str, bool]]:
    """A piece in parts that are marked or not; only letter-by-letter text can be cut."""
    touching = [m for m in marks if m[0] < piece.end and piece.start < m[1]]
    if not touching:
        yield _element(piece), False
    elif piece.kind != "text" or len(piece.said) != piece.end - piece.start:
        yield _element(piece), True
    else:
        at = piece.start
        for start, end in touching:
            first, last = max(start, piece.start), min(end, piece.end)
            if first > at:
                yield escape(piece.said[at - piece.start : first - piece.start]), False
            yield escape(piece.said[first - piece.start : last - piece.start]), True
            at = last
        if at < piece.end:
            yield escape(piece.said[at - piece.start :]), False


def _joined(marks: Spans, length: int) -> list[tuple[int, int]]:
    """Marks in order, inside the text, overlapping ones made one."""
    joined: list[tuple[int, int]] = []
    for first, last in sorted(marks):
        start, end = max(first, 0), min(last, length)
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        elif start < end:
            joined.append((start, end))
    return joined


@lru_cache(maxsize=8_192)
def formula(source: str, *, block: bool = False) -> str:
    """One formula as MathML, or as its TeX source in ``code`` where it cannot be read."""
    try:
        return _safe(_translated(source, block=block))
    except (LatexError, ValueError):
        return f'<code class="tex">{escape(source.strip())}</code>'


def _translated(source: str, *, block: bool) -> str:
    if len(source) > LONGEST_FORMULA:
        raise ValueError("the formula is too long")
    source = _ANGLE.sub(lambda m: rf"\{m[1]}\{'l' if m[2] == '<' else 'r'}angle ", source)
    return _TRANSLATOR.convert_with_local_state(source, displaystyle=block)


def _safe(mathml: str) -> str:
    """Let only known elements and attributes through, and give long formulas places to break.

    Raises ValueError for any other element, and for anything that is not balanced text
    and tags.
    """
    parts = _TAG.split(mathml)
    if any("<" in text or ">" in text for text in parts[::2]):
        raise ValueError("a sign of markup outside a tag")
    parts[1::2] = [_tag(tag) for tag in parts[1::2]]
    _upright(parts)
    if "display" not in parts[1] and sum(len(text) for text in parts[::2]) > _LONG:
        _allow_breaks(parts)
    return "".join(parts)


def _upright(parts: list[str]) -> None:
    """Say of each name of several letters (log, SO) and of each sign that it is no variable."""
    for at in range(1, len(parts) - 1, 2):
        if parts[at] == "<mi>" and not (len(parts[at + 1]) == 1 and parts[at + 1].isalpha()):
            parts[at] = '<mi mathvariant="normal">'


def _allow_breaks(parts: list[str]) -> None:
    """End the formula after each relation at its top level: a line may break between formulas."""
    depth = 0
    for at in range(1, len(parts) - 2, 2):
        tag = parts[at]
        if tag.startswith("</"):
            depth -= 1
            if depth == 1 and tag == "</mo>" and parts[at - 1] in _BREAKS_AFTER:
                parts[at] = "</mo></math><wbr><math>"
                if "form=" not in parts[at - 2]:
                    parts[at - 2] = parts[at - 2].replace("<mo", '<mo form="infix"', 1)
        elif tag and not tag.endswith("/>"):
            depth += 1


@lru_cache(maxsize=1_024)
def _tag(tag: str) -> str:
    match = _TAG_PARTS.fullmatch(tag)
    if match is None:
        raise ValueError(f"no tag of MathML: {tag[:40]}")
    slash, name, attributes, void = match.groups()
    if name in _DROPPED:
        return ""
    if name not in _ELEMENTS:
        raise ValueError(f"no element of MathML: {name}")
    kept = "".join(m[0] for m in _ATTRIBUTE.finditer(attributes) if m[1] in _ATTRIBUTES)
    return f"<{slash}{name}{kept}{void}>"
