"""What all of arXiv's services say alike: numbers, names of people, kinds of announcements."""

import re
from collections.abc import Iterable
from typing import Final
from zoneinfo import ZoneInfo

from broadsheet.kernel import identifiers, tex
from broadsheet.kernel.identifiers import Identifier
from broadsheet.kernel.text import clean
from broadsheet.sources.contract import AnnouncementKind
from broadsheet.sources.values import Broken

ORIGIN: Final = "arxiv"
FEED: Final = "arxiv"
ZONE: Final = "America/New_York"
EASTERN: Final = ZoneInfo(ZONE)

KINDS: Final[dict[str, AnnouncementKind]] = {
    "new": "new",
    "cross": "cross",
    "replace": "replace",
    "replace-cross": "replace",
}

# arXiv sets a colon between a collaboration and its members, and lists cut at the wrong place
# leave other marks behind. They name nobody: not shown and not counted; ``raw`` keeps them.
NOBODY: Final = frozenset((":", ".", ",", ";", "-", "*", ")*"))

# A DOI may itself hold a comma or a semicolon: one parts two only before the next.
_BETWEEN_DOIS: Final = re.compile(r"\s+|[,;]+(?=10\.\d{4,9}/)")

_GENERATIONS: Final = frozenset(("jr", "jr.", "sr", "sr.", "ii", "iii", "iv"))
# HESS Collaboration: A. Abramowski
_MEMBERS: Final = re.compile(r"(?i)\b(collaborations?|consortium|group|team)\s*:")
_BETWEEN: Final = re.compile(r"\s*[,;&]\s*(?:and\s)?\s*|\s+and\s+")
_OTHERS: Final = re.compile(r"(?i)^(?:and\s+)?(?:et\.?\s+al\b\.?|others)$|\s+et\.?\s+al\b\.?$")
_FIRST_ENTRY: Final = re.compile(rb"<entry\b[^<]*(?:<(?!id>)[^<]*)*<id>([^<]*)", re.IGNORECASE)
_BRACKET: Final = re.compile(r"[()]")


def number(text: str) -> tuple[str, int | None]:
    """A number without its version, and the version. Raises Broken."""
    found = identifiers.arxiv(text)
    if not found:
        raise Broken(f"its id “{clean(text[:60])}” is no arXiv number")
    return found


def address(number: str) -> str:
    """The address of a paper's page."""
    return f"https://arxiv.org/abs/{number}"


def month(number: str) -> str:
    """The month in which a number was given, ``2026-11``: the paper is no younger."""
    digits = number.rpartition("/")[2]
    century = "19" if digits[:2] >= "91" else "20"
    return f"{century}{digits[:2]}-{digits[2:4]}"


def named(number: str, dois: str) -> tuple[Identifier, ...]:
    """The identifiers of a paper; between several DOIs stand blanks, commas or semicolons."""
    stated = [Identifier("arxiv", number)]
    texts = _BETWEEN_DOIS.split(dois)
    stated += [Identifier("doi", doi) for text in texts if (doi := identifiers.doi(text))]
    return tuple(dict.fromkeys(stated))


def is_of_others(head: bytes) -> bool:
    """Say whether the first entry of a feed that names arXiv's schema is none of arXiv's."""
    entry = _FIRST_ENTRY.search(head)
    return entry is not None and b"arxiv.org" not in entry[1].lower()


def people(names: Iterable[str]) -> tuple[str, ...]:
    """Names cleaned, in order, without what names nobody."""
    cleaned = [clean(name) for name in names]
    return tuple([name for name in cleaned if name and name not in NOBODY])


def authors(text: str) -> tuple[str, ...]:
    """The names in a free list of authors, as arXivRaw and the announcement feeds have it.

    Affiliations in brackets are left out, TeX accents become letters, and a "Jr." behind a
    comma belongs to the name before it. Who hides behind "et al." stays unknown.
    """
    flat = _MEMBERS.sub(r"\1,", _plain(_without_brackets(" ".join(text.split()))))
    found: list[str] = []
    for part in _BETWEEN.split(flat):
        name = _OTHERS.sub("", part).strip()
        if name.lower() in _GENERATIONS and found:
            found[-1] = f"{found[-1]} {name}"
        else:
            found.append(name.removeprefix("and "))
    return people(found)


def _without_brackets(text: str) -> str:
    kept: list[str] = []
    depth = at = 0
    for match in _BRACKET.finditer(text):
        if not depth:
            kept.append(text[at : match.start()])
        depth = max(depth + (1 if match[0] == "(" else -1), 0)
        at = match.end()
    # What a bracket that is never closed hides may be half the names: it is kept.
    kept.append(f", {text[at:]}" if depth else text[at:])
    return " ".join(kept)


def _plain(text: str) -> str:
    if not tex.HAS_TEX.search(text):
        return text
    return "".join(piece.said for piece in tex.pieces(text))
