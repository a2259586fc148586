"""One entry of BibTeX as a Record."""

import re
from typing import Final

from broadsheet.kernel import identifiers
from broadsheet.sources import charset
from broadsheet.sources.bibtex import blocks
from broadsheet.sources.bibtex.entries import Entry, entry, inherited, string
from broadsheet.sources.bibtex.names import authors, said
from broadsheet.sources.contract import Record
from broadsheet.sources.references import Reference, dated, partial, record
from broadsheet.sources.values import Broken

NAME: Final = "bibtex"
NO_ENTRY: Final = frozenset(("comment", "preamble", "string"))

_SEPARATOR: Final = re.compile(r"[;\n]")
_ARXIV: Final = re.compile(r"\W*(?:e-?print:?\s*)?arxiv", re.IGNORECASE)
_ADDRESS: Final = re.compile(r"\\url\s*\{([^{}]*)\}|\{?\s*(https?://\S+?)\s*\}?\s*$")


def parse(raw: bytes) -> Record:
    """Read a kept entry: its strings first, then itself, then its parents. Raises Broken."""
    return record(NAME, raw, reference(opened(raw)))


def opened(raw: bytes) -> Entry:
    """The first entry, with what it takes from those after it."""
    strings: dict[str, str] = {}
    entries: list[Entry] = []
    for block in blocks.in_bytes(raw):
        text = charset.text(block.text or b"")
        if block.kind == "string":
            strings |= string(text, strings)
        elif block.kind not in NO_ENTRY:
            entries.append(entry(text, strings))
    if not entries:
        raise Broken("it is no entry of BibTeX")
    return inherited(entries[0], {parent.key.lower(): parent for parent in entries[1:]})


def reference(read: Entry) -> Reference:
    """The facts of an entry. Notes to oneself (annote, comment) are nobody else's."""
    get = read.get
    title = said(get("title")) or said(get("booktitle", "maintitle"))
    if subtitle := said(get("subtitle")) if get("title") else "":
        title = f"{title}: {subtitle}"
    journal = get("journal", "journaltitle", "fjournal")
    url = _address(get("url", "howpublished", "ee", "bdsk-url-1"))
    return Reference(
        key=read.key,
        title=title,
        abstract=said(get("abstract")),
        authors=authors(get("author")),
        published=dated(get("date")) or partial(get("year"), get("month"), get("day")),
        journal="" if _ARXIV.match(journal) else said(journal),
        container=said(get("booktitle")) if get("title") else "",
        volume=said(get("volume")),
        number=said(get("number", "issue")) if journal else "",
        pages=said(get("pages")),
        keywords=_keywords(said(get("keywords", "keyword"))),
        comment=said(get("note")),
        url=url,
        named=_named(read, journal, url),
    )


def _named(read: Entry, journal: str, url: str) -> list[str]:
    get = read.get
    kind = get("archiveprefix", "eprinttype").lower()
    eprint = get("eprint", "arxivid")
    stated = [eprint] if eprint and kind in ("arxiv", "") else []
    stated += [_address(get("doi")), url, get("bdsk-url-1")]
    stated += [text for text in (journal, get("note"), get("howpublished")) if _ARXIV.match(text)]
    return [text for text in stated if text]


def _address(text: str) -> str:
    r"""An address or DOI without what TeX needs: ``\url{…}``, ``\_``, ``\%``."""
    text = text[: identifiers.LONGEST]
    match = _ADDRESS.search(text)
    found = (match[1] or match[2]) if match else text
    return re.sub(r"\\([_%&#~{}$])", r"\1", found).replace("{", "").replace("}", "").strip()


def _keywords(text: str) -> list[str]:
    return _SEPARATOR.split(text) if ";" in text else text.split(",")
