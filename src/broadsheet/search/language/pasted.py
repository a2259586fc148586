"""What is pasted instead of typed: identifiers one after another, BibTeX, or a whole text.

No sign in these is an operator. What is longer than an address should be is made shorter first
(``kept``), so that every address that leads on from a search stays short.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from broadsheet.kernel import identifiers
from broadsheet.kernel.text import plural
from broadsheet.search import analysis
from broadsheet.search.language import bibliography
from broadsheet.search.language.bibliography import Entry
from broadsheet.search.language.tree import FIELDS
from broadsheet.search.language.values import short, survives

LONGEST: Final = 20_000  # characters that are looked at
KEPT: Final = 3_000  # characters that are left of them
QUERY: Final = 2_000  # characters of a query
MOST_PAPERS: Final = 100
TEXT: Final = 60  # words from which on a text is a text, not a query

_AS_OFTEN: Final = 3  # a word of a shortened text is repeated so often at most
_CJK: Final = re.compile("[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")
_MEANT: Final = re.compile(
    rf"(?<![^\s(-])(?:{'|'.join(FIELDS)}):\S|(?<!\S)(?:(?:OR|AND)(?!\S)|-\()"
)
_QUOTED: Final = re.compile(r'\s*"[^"]*"?\s*')
_LABEL: Final = re.compile(r"\b(arxiv|doi):\s+", re.IGNORECASE)
_CLASS: Final = re.compile(r"\s\[[a-z-]+(?:\.[A-Za-z-]+)?\]")
_BULLET: Final = re.compile(r"[-*•·–]|[(\[]?\d{1,3}[\].)]{1,2}")
# A comma may be part of a DOI, so it parts only what goes on like an identifier.
_BETWEEN: Final = re.compile(
    r"\s+|[,;](?=$|\s|10\.\d{4}|https?://|arxiv:|doi:|\d{4}\.\d{4}|[a-z-]{2,20}/\d{7})",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Pasted:
    """Papers that were named, or the words of a text; ``odd`` is what named no paper."""

    papers: tuple[Entry, ...] = ()
    words: tuple[str, ...] = ()
    odd: tuple[str, ...] = ()


def pasted(text: str) -> Pasted | None:
    """What was pasted; None where the text is a query to be read sign by sign."""
    if bibliography.is_bibliography(text) and (papers := bibliography.entries(text)):
        return Pasted(papers)
    if named := _listed(text):
        return named
    return Pasted(words=tuple(text.split())) if _is_text(text) else None


def kept(text: str) -> tuple[str, str]:
    """A text in the length an address can hold, and a sentence about what was lost, else "".

    Keeping what was kept changes nothing. Of papers it keeps as many as there is room for, of a
    text its most used words in the order in which they came, of a query its beginning.
    """
    if len(text) <= KEPT:
        return text, ""
    found = pasted(text[:LONGEST])
    if found is None:
        return text[:QUERY], f"Only the first {QUERY:,} characters were read."
    if found.papers:
        return _shortened(text, found)
    words = _frequent(text[:LONGEST])
    different = plural(len(set(words)), "word")
    said = f"Of the {len(text):,} characters pasted the most used words were read, {different}."
    return " ".join(words), said


def _listed(text: str) -> Pasted | None:
    """Identifiers, where there are two or more and hardly anything else."""
    if _MEANT.search(text):
        return None
    parts = [
        part
        for raw in _BETWEEN.split(_CLASS.sub(" ", _LABEL.sub(r"\1:", text)))
        if raw and (part := raw.strip("<>\"'`,;")) and not _BULLET.fullmatch(part)
    ]
    named: dict[Entry, None] = {}
    odd: list[str] = []
    for part in parts:
        if (found := identifiers.parse(part)) and survives(found):
            named[Entry((found,))] = None
        else:
            odd.append(part)
        if 4 * len(odd) >= len(parts):
            return None
    return Pasted(tuple(named), odd=tuple(odd)) if len(parts) > 1 else None


def _is_text(text: str) -> bool:
    """Whether it is long and nothing in it looks meant as an operator."""
    if len(text) < TEXT or _MEANT.search(text) or _QUOTED.fullmatch(text):
        return False
    return len(text.split()) + len(_CJK.findall(text)) >= TEXT


def _shortened(text: str, found: Pasted) -> tuple[str, str]:
    """As many of the papers as there is room for, each as short as it can be named."""
    write = _entry if bibliography.is_bibliography(text) else _name
    parts, length = list[str](), 0
    for part in map(write, found.papers[:MOST_PAPERS]):
        length += len(part) + 1
        if length > KEPT:
            break
        parts.append(part)
    lost = len(parts) < len(found.papers)
    return " ".join(parts), cut(len(parts)) if lost else ""


def written(papers: Sequence[Entry]) -> str:
    """The canonical text of papers that were pasted: ``pasted`` reads the same from it."""
    is_list = not any(paper.title for paper in papers)
    return " ".join(map(_name if is_list else str, papers))


def cut(papers: int) -> str:
    """That no more than so many papers were read."""
    return f"Only the first {papers:,} of the papers pasted were read."


def _name(paper: Entry) -> str:
    return short(paper.identifiers[0])


def _entry(paper: Entry) -> str:
    return str(Entry(paper.identifiers[:1]) if paper.identifiers else paper)


def _frequent(text: str) -> list[str]:
    """The words used most, in the order in which they came, each as often as three times."""
    words = [word for word in analysis.words(text) if analysis.stem(word)]
    counts = Counter(words)
    chosen: set[str] = set()
    length = 0
    for word, count in counts.most_common():
        length += (len(word) + 1) * min(count, _AS_OFTEN)
        if length > KEPT:
            break
        chosen.add(word)
    used: Counter[str] = Counter()
    out = []
    for word in words:
        if word in chosen and used[word] < _AS_OFTEN:
            used[word] += 1
            out.append(word)
    return out
