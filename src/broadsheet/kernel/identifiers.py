"""Identifiers of papers: how each scheme is written, recognised and linked."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal
from urllib.parse import quote, unquote, urlsplit, urlunsplit

Scheme = Literal["arxiv", "doi", "acl", "openreview", "openalex", "s2", "url"]

LONGEST: Final = 2_048
_LONGEST_VALUE: Final = 1_000  # bytes of UTF-8: an index of PostgreSQL takes 2,700 in a row

_WEB: Final = r"(?:https?://)?(?:www\.)?"
_ARXIV_NEW = re.compile(r"(\d{2}(?:0[1-9]|1[0-2]))\.(\d{4,5})(?:v([1-9]\d{0,2}))?", re.ASCII)
_ARXIV_OLD = re.compile(
    r"([a-z]+(?:-[a-z]+)?)(?:\.[A-Za-z]{2})?/(\d{2}(?:0[1-9]|1[0-2]))(\d{3})(?:v([1-9]\d{0,2}))?",
    re.ASCII,
)
_ARXIV_PREFIX = re.compile(
    r"^(?:arxiv:\s*|oai:arxiv\.org:"
    r"|(?:(?:https?://)?(?:dx\.|www\.)?doi\.org/|doi:\s*)?10\.48550/arxiv\."
    rf"|{_WEB}(?:export\.)?arxiv\.org/(?:abs|pdf|html|src|ps|format)/"
    rf"|{_WEB}huggingface\.co/papers/|{_WEB}alphaxiv\.org/abs/)",
    re.IGNORECASE,
)
# As arXiv's own pages print a number: arXiv:2401.00001v2 [cs.CL].
_ARXIV_CLASS = re.compile(r"\s+\[[a-z-]+(?:\.[A-Za-z-]+)?\]")
_DOI_ADDRESS = re.compile(
    r"^(?:https?://)?(?:(?:dx\.|www\.)?doi\.org/|link\.springer\.com/(?:chapter|article|book)/"
    r"|dl\.acm\.org/doi/(?:abs/|pdf/|full/)?)",
    re.IGNORECASE,
)
_DOI_PREFIX = re.compile(r"^doi:\s*", re.IGNORECASE)
_DOI = re.compile(r"10\.\d{4,9}/\S+", re.ASCII)
_ACL = re.compile(r"\d{4}\.[a-z0-9_]+-[a-z0-9_]+\.\d+|[A-Z]\d{2}-\d{4,5}", re.ASCII)
_ACL_PREFIX = re.compile(
    rf"^{_WEB}(?:aclanthology\.org/|aclweb\.org/anthology/)",
    re.IGNORECASE,
)
_OPENREVIEW = re.compile(
    rf"{_WEB}openreview\.net/(?:forum|pdf)\?id=([A-Za-z0-9_-]{{9,12}})(?:[&#]\S*)?"
)
# How a value must look after its scheme's name, where nothing above reads it.
_VALUES: Final = {
    "acl": _ACL,
    "openreview": re.compile(r"[A-Za-z0-9_-]{9,12}"),
    "openalex": re.compile(r"W[0-9]{4,12}"),
    "s2": re.compile(r"[0-9a-f]{40}"),
}
_TELLING: Final = re.compile(r"[\d:]")  # every identifier holds one; words hardly ever do
_CLOSERS: Final = {")": "(", "]": "[", ">": "<", "}": "{"}


@dataclass(frozen=True, slots=True, order=True)
class Identifier:
    """One name of one paper. Values are canonical: see the functions below."""

    scheme: Scheme
    value: str

    def __str__(self) -> str:
        return f"{self.scheme}:{self.value}"

    @property
    def href(self) -> str:
        """The web address where this identifier leads."""
        value = quote(self.value, safe="/:;()") if self.scheme == "doi" else self.value
        return _LINKS[self.scheme].format(value)


_LINKS: Final = {
    "arxiv": "https://arxiv.org/abs/{}",
    "doi": "https://doi.org/{}",
    "acl": "https://aclanthology.org/{}",
    "openreview": "https://openreview.net/forum?id={}",
    "openalex": "https://openalex.org/{}",
    "s2": "https://www.semanticscholar.org/paper/{}",
    "url": "{}",
}


def stored(scheme: str, value: str) -> Identifier:
    """An identifier as it was stored: nothing is looked at again."""
    return Identifier(scheme, value)  # type: ignore[arg-type]  # was a Scheme when it was stored


def arxiv(text: str) -> tuple[str, int | None] | None:
    """Read an arXiv number in any usual form; give it without version, and the version.

    Old-style numbers lose their subject class (``math.GT/0309136`` is ``math/0309136``).
    Four digits after the point belong to 0704-1412, five from 1501 on; none is all zeros.
    """
    if len(text) > LONGEST:
        return None
    text = text.strip()
    bare = _ARXIV_PREFIX.sub("", text, count=1)
    if bare != text:
        bare = unquote(re.split(r"[?#]", bare, maxsplit=1)[0])
        bare = _ARXIV_CLASS.sub("", bare.removesuffix(".pdf").rstrip("/"), count=1)
    if match := _ARXIV_NEW.fullmatch(bare):
        month, number, version = match.groups()
        digits = 4 if month <= "1412" else 5
        if len(number) != digits or month < "0704" or not int(number):
            return None
        return f"{month}.{number}", int(version) if version else None
    if match := _ARXIV_OLD.fullmatch(bare):
        archive, month, number, version = match.groups()
        if not (month >= "9107" or month <= "0703") or not int(number):
            return None
        return f"{archive}/{month}{number}", int(version) if version else None
    return None


def doi(text: str) -> str | None:
    """Read a DOI in any usual form; give it lower-case, without trailing punctuation.

    The usual forms are the bare one, ``doi:`` before it, and addresses at doi.org and at
    publishers that write the DOI out; an address loses its query and fragment. None for a
    DOI of more than 1,000 bytes.
    """
    if len(text) > LONGEST:
        return None
    text = text.strip()
    bare = _DOI_ADDRESS.sub("", text, count=1)
    if bare != text:
        bare = re.split(r"[?#]", bare, maxsplit=1)[0]
    bare = unquote(_DOI_PREFIX.sub("", bare, count=1))
    match = _DOI.fullmatch(bare)
    if not match or not bare.isprintable():
        return None
    value = match[0].rstrip(".,;:'\"")
    while value[-1] in _CLOSERS and value.count(value[-1]) > value.count(_CLOSERS[value[-1]]):
        value = value[:-1].rstrip(".,;:'\"")
    value = value.lower()
    return value if _DOI.fullmatch(value) and _is_short(value) else None


def _is_short(value: str) -> bool:
    return len(value.encode()) <= _LONGEST_VALUE


def acl(text: str) -> str | None:
    """Read an ACL Anthology number, bare or in an address of the anthology."""
    if len(text) > LONGEST:
        return None
    bare = _ACL_PREFIX.sub("", text.strip(), count=1).rstrip("/").removesuffix(".pdf")
    return bare if _ACL.fullmatch(bare) else None


def openreview(text: str) -> str | None:
    """Read the key of a paper from an address at OpenReview."""
    match = _OPENREVIEW.fullmatch(text.strip()) if len(text) <= LONGEST else None
    return match[1] if match else None


def parse(text: str) -> Identifier | None:
    """Recognise a typed or pasted identifier or address of a paper; None where it is none."""
    if not _TELLING.search(text):
        return None
    text = text.strip()
    if found := arxiv(text):
        return Identifier("arxiv", found[0])
    for scheme, read in _READERS:
        if value := read(text):
            return Identifier(scheme, value)
    prefix, _, value = text.partition(":")
    if prefix in _VALUES and _VALUES[prefix].fullmatch(value):
        return Identifier(prefix, value)  # type: ignore[arg-type]  # _VALUES holds schemes only
    return url(text)


_READERS: Final[tuple[tuple[Scheme, Callable[[str], str | None]], ...]] = (
    ("doi", doi),
    ("openreview", openreview),
    ("acl", acl),
)


def url(text: str) -> Identifier | None:
    """Take an http(s) address as an identifier of last resort; scheme and host in lower case.

    None for anything else, and for an address of more than 1,000 bytes.
    """
    if len(text) > LONGEST or not text.isprintable() or " " in text:
        return None
    try:
        parts = urlsplit(text)
        host = parts.hostname
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not host:
        return None
    value = urlunsplit(parts._replace(netloc=parts.netloc.lower()))
    return Identifier("url", value) if _is_short(value) else None
