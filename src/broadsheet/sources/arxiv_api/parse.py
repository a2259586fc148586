"""An answer of the query service as its entries, and an entry as a Record."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from xml.etree.ElementTree import Element

from broadsheet.kernel.text import clean
from broadsheet.sources import arxiv, slices, values
from broadsheet.sources.contract import Record
from broadsheet.sources.jsonl.withdrawn import may_be_withdrawn, says_withdrawn
from broadsheet.sources.slices import local, texts
from broadsheet.sources.values import Broken
from broadsheet.sources.xml import BadXml, document

SOURCE: Final = "arxiv_api"
NAMESPACE: Final = b"http://a9.com/-/spec/opensearch/1.1/"

_ID: Final = re.compile(rb"<id>\s*([^<\s]{1,200})\s*</id>")
_ERROR: Final = b"/api/errors"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """An answer taken apart; ``total`` is how many entries the whole result has."""

    raws: tuple[bytes, ...]
    total: int
    error: str = ""


def answer(body: bytes) -> Answer:
    """Take an answer apart. Raises BadXml for a body that is no whole answer of the service."""
    raws, rest = slices.cut(slices.utf8(body), "entry")
    root = document(rest)
    if root.tag.rpartition("}")[2] != "feed":
        raise BadXml(f"it is XML, but no Atom feed: its root is {clean(root.tag)[:60]}")
    total = (root.findtext("{*}totalResults") or "").strip()
    if not (total.isascii() and total.isdecimal() and len(total) < 10):
        raise BadXml("it is an Atom feed, but does not say how many results there are")
    if len(raws) == 1 and is_error(raws[0]):
        return Answer(raws=(), total=0, error=_reason(raws[0]))
    return Answer(raws=tuple(raws), total=int(total))


def is_error(raw: bytes) -> bool:
    """Say whether an entry is none of a paper, but says what went wrong."""
    match = _ID.search(raw)
    return match is not None and _ERROR in match[1]


def _reason(raw: bytes) -> str:
    try:
        said = texts(slices.tree(raw, "entry"))
    except Broken:
        said = {}
    return clean(said.get("summary") or "it did not say why")[:300]


def named(raw: bytes) -> str:
    """The number an entry gives itself, also where it is broken; "" where there is none."""
    match = _ID.search(raw)
    try:
        return arxiv.number(match[1].decode("ascii", "replace"))[0] if match else ""
    except Broken:
        return ""


def parse(raw: bytes) -> Record:
    """Read one ``entry``. Raises Broken for one that breaks the rules of the service."""
    element = slices.tree(raw, "entry")
    entry = texts(element)
    number, version = arxiv.number(values.needed(entry, "id"))
    published, updated = _moment(entry, "published"), _moment(entry, "updated")
    title = values.needed(entry, "title", values.LONGEST_TITLE)
    abstract = values.text(entry, "summary")
    comment = values.text(entry, "comment")
    names = arxiv.people(
        texts(child).get("name", "") for child in element if local(child.tag) == "author"
    )
    first, last = published.date().isoformat(), updated.date().isoformat()
    return Record(
        source=SOURCE,
        origin=arxiv.ORIGIN,
        source_id=number,
        seen_at=updated,
        raw=raw,
        title=title,
        abstract=abstract,
        authors=names,
        n_authors=len(names) or None,
        identifiers=arxiv.named(number, values.text(entry, "doi")),
        published=first,
        updated=last if last > first else "",
        categories=_categories(element),
        version=version,
        withdrawn=may_be_withdrawn(raw) and says_withdrawn(title, abstract, comment),
        comment=comment,
        journal_ref=values.text(entry, "journal_ref"),
        url=arxiv.address(number),
    )


def _moment(entry: dict[str, str], name: str) -> datetime:
    moment = values.moment(entry, name)
    if moment is None:
        raise Broken(f"it has no {name}")
    return moment


def _categories(element: Element) -> tuple[str, ...]:
    """The categories, the primary one first."""
    primary, others = [], []
    for child in element:
        match local(child.tag):
            case "primary_category":
                primary.append(clean(child.get("term", "")))
            case "category":
                others.append(clean(child.get("term", "")))
    return tuple(dict.fromkeys(category for category in (*primary, *others) if category))
