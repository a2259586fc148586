"""One tagged record, of whichever dialect, as a Record."""

import re
from collections.abc import Iterable, Mapping
from typing import Final

from broadsheet.sources.contract import Record
from broadsheet.sources.references import Reference, dated, partial, record, turned
from broadsheet.sources.ris import endnote
from broadsheet.sources.ris.tags import dialect, fields
from broadsheet.sources.values import Broken

NAME: Final = "ris"

Fields = Mapping[str, list[str]]

_ARTICLES: Final = frozenset(
    ("JOUR", "EJOUR", "MGZN", "NEWS", "ABST", "INPR", "JFULL", "JOURNAL ARTICLE", "")
)
_PARTS: Final = frozenset(("CHAP", "CONF", "CPAPER", "ECHAP", "BOOK SECTION"))
_NOT_PUBLISHED: Final = re.compile(r"received|accepted|revised", re.IGNORECASE)
_MADE_BY_EXPORT: Final = re.compile(r"cited by|export date|doi:|https?:|10\.\d", re.IGNORECASE)
_DOI: Final = re.compile(r"\W*(?:doi[:\s]|https?://(?:dx\.)?doi\.org/|10\.\d)", re.IGNORECASE)
_ARXIV: Final = re.compile(r"\W*arxiv", re.IGNORECASE)
_NEXT_ADDRESS: Final = re.compile(r"\s*;\s*(?=https?:|www)")


def parse(raw: bytes) -> Record:
    """Read one kept record. Raises Broken for one that is none, or names no title."""
    text = raw.decode()
    if text.lstrip().startswith("<"):
        return record(NAME, raw, endnote.reference(text))
    kind = dialect(text)
    if kind is None:
        raise Broken("it has no tags that are known")
    return record(NAME, raw, _READERS[kind](fields(kind, text)))


def _first(found: Fields, *tags: str) -> str:
    return next((found[tag][0] for tag in tags if found.get(tag)), "")


def _all(found: Fields, *tags: str) -> list[str]:
    return [value for tag in tags for value in found.get(tag, ())]


def _ris(found: Fields) -> Reference:
    kind = _first(found, "TY").upper()
    journal = _first(found, "JF", "JO", "JA", "J2", "J1")
    if kind in _ARTICLES:
        journal = _first(found, "JF", "JO", "T2", "JA", "J2", "J1")
    urls = [url for value in _all(found, "UR", "L2") for url in _NEXT_ADDRESS.split(value)]
    notes = _all(found, "N1")
    stated = [text for text in (*_all(found, "M3", "N1", "C7"),) if _DOI.match(text)]
    stated += [text for text in (*notes, journal, *_all(found, "M1")) if _ARXIV.match(text)]
    first, last = _first(found, "SP"), _first(found, "EP")
    return Reference(
        title=_first(found, "T1", "TI") or _first(found, "CT", "BT", "ST"),
        abstract=_first(found, "AB", "N2"),
        authors=[turned(name) for name in dict.fromkeys(_all(found, "AU", "A1"))],
        published=_published(_all(found, "Y1", "PY", "DA")),
        journal=journal,
        container=_first(found, "BT", "T2", "C3") if kind in _PARTS else "",
        volume=_first(found, "VL", "VO"),
        number=_first(found, "IS"),
        pages=f"{first}-{last}" if first and last and first != last else first,
        keywords=_all(found, "KW"),
        comment="; ".join(note for note in notes if not _MADE_BY_EXPORT.match(note)),
        url=next(iter(urls), ""),
        named=[*_all(found, "DO"), *stated, *urls],
    )


def _published(texts: Iterable[str]) -> str:
    """The first date, as exact as any other of its year has it."""
    days = [day for text in texts if not _NOT_PUBLISHED.search(text) if (day := dated(text))]
    return max((day for day in days if day[:4] == days[0][:4]), key=len, default="")


def _medline(found: Fields) -> Reference:
    number = _first(found, "PMID")
    stated = [text for text in _all(found, "LID", "AID") if text.endswith("[doi]")]
    return Reference(
        key=number,
        title=_first(found, "TI", "BTI", "TT").removesuffix("."),
        abstract=_first(found, "AB", "OAB"),
        authors=[turned(n) for n in _all(found, "FAU") or _all(found, "AU")] + _all(found, "CN"),
        published=dated(_first(found, "DP", "DEP")),
        journal=_first(found, "JT", "TA"),
        volume=_first(found, "VI"),
        number=_first(found, "IP"),
        pages=_first(found, "PG"),
        keywords=[word.lstrip("*") for word in _all(found, "OT", "MH")],
        url=f"https://pubmed.ncbi.nlm.nih.gov/{number}/" if number.isdigit() else "",
        named=[text.removesuffix("[doi]").strip() for text in stated],
    )


def _isi(found: Fields) -> Reference:
    begin, end = _first(found, "BP", "BR", "SP"), _first(found, "EP")
    pages = f"{begin}-{end}" if begin and end else begin
    year, month = _first(found, "PY"), _first(found, "PD")
    book = _first(found, "PT")[:1] in ("B", "S", "C")
    return Reference(
        key=_first(found, "UT"),
        title=_first(found, "TI"),
        abstract=_first(found, "AB"),
        authors=[turned(name) for name in _all(found, "AF") or _all(found, "AU")],
        published=dated(f"{month} {year}") if month.startswith(year) else _isi_date(year, month),
        journal="" if book else _first(found, "SO", "JI"),
        container=_first(found, "SO", "CT") if book else "",
        volume=_first(found, "VL"),
        number=_first(found, "IS"),
        pages=pages or _first(found, "PS", "AR"),
        keywords=[word for value in _all(found, "DE", "ID") for word in value.split(";")],
        named=_all(found, "DI"),
    )


def _isi_date(year: str, month: str) -> str:
    """``2006`` with ``MAR 3``, ``APR-MAY`` or ``04 2006``."""
    day = month.partition(" ")[2].replace(year, "")
    return partial(year, month.replace(year, "").partition("-")[0], day)


def _refer(found: Fields) -> Reference:
    kind = _first(found, "0").upper()
    journal = _first(found, "J")
    year, day = _first(found, "D"), _first(found, "8")
    return Reference(
        key=_first(found, "F", "L"),
        title=_first(found, "T", "B"),
        abstract=_first(found, "X"),
        authors=[turned(name) for name in _all(found, "A")],
        published=_published([f"{day} {year}" if year not in day else day, year]),
        journal=journal or (_first(found, "B") if kind == "JOURNAL ARTICLE" else ""),
        container=_first(found, "B") if not journal and found.get("T") else "",
        volume=_first(found, "V"),
        number=_first(found, "N"),
        pages=_first(found, "P"),
        keywords=[word for value in _all(found, "K") for word in re.split(r"[;,]", value)],
        comment=_first(found, "O"),
        url=_first(found, "U"),
        named=[*_all(found, "R"), *_all(found, "U")],
    )


_READERS: Final = {"ris": _ris, "medline": _medline, "isi": _isi, "refer": _refer}
