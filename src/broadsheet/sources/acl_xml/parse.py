"""One paper of a volume of the ACL Anthology as a Record."""

from typing import Final
from xml.etree import ElementTree as ET
from xml.etree.ElementTree import Element

from broadsheet.kernel import identifiers
from broadsheet.kernel.dates import first_day, is_partial, start_of
from broadsheet.kernel.identifiers import Identifier
from broadsheet.kernel.text import clean
from broadsheet.sources import values
from broadsheet.sources.contract import Record
from broadsheet.sources.references import UNDATED, Reference, partial, place, printed
from broadsheet.sources.values import Broken
from broadsheet.sources.xml import BadXml, document

NAME: Final = "acl_xml"
ORIGIN: Final = "anthology"

# Of a volume's own description, what its papers take over; editors are no authors.
_TAKEN: Final = ("booktitle", "year", "month", "journal-volume", "journal-issue")
# Old volumes whose papers have two digits, their volumes two.
_TWO_DIGITS: Final = ("W", "C69", "D19")


def envelope(collection: str, volume: Element, paper: Element) -> bytes:
    """A paper as it is kept: itself, inside its volume with what it takes over from it."""
    kept = Element("volume", {"collection": collection, "id": volume.get("id", "")})
    meta = volume.find("meta")
    kept.extend(e for name in _TAKEN if meta is not None for e in meta.iterfind(name))
    kept.append(paper)
    return ET.tostring(kept, encoding="unicode").encode()


def parse(raw: bytes) -> Record:
    """Read one kept paper. Raises Broken for one that breaks the rules of the Anthology."""
    try:
        volume = document(raw)
    except BadXml as error:
        raise Broken(str(error)) from None
    paper = volume.find("paper")
    if paper is None:
        raise Broken("it is no kept paper of a volume")
    number = _number(volume, paper)
    title = _said(paper, "title")
    if not title:
        raise Broken("it has no title")
    if len(title) > values.LONGEST_TITLE:
        raise Broken(f"its title has {len(title):,} characters")
    published = partial(_said(volume, "year"), _said(volume, "month"))
    seen_on = first_day(published)
    authors = tuple(name for author in paper.iterfind("author") if (name := _name(author)))
    return Record(
        source=NAME,
        origin=ORIGIN,
        source_id=number,
        seen_at=start_of(seen_on) if seen_on else UNDATED,
        raw=raw,
        title=title,
        abstract=_said(paper, "abstract"),
        authors=authors,
        n_authors=len(authors) or None,
        identifiers=_named(number, paper),
        published=published,
        updated=_revised(paper),
        withdrawn=paper.find("retracted") is not None,
        comment="; ".join(clean(text(award)) for award in paper.iterfind("award")),
        journal_ref=place(Reference(container="it", pages=_said(paper, "pages"))),
        venue=_said(volume, "booktitle"),
        url=f"https://aclanthology.org/{number}/",
        code_url=_code(paper),
    )


def _number(volume: Element, paper: Element) -> str:
    """The Anthology's number: written in ``url``, or made of collection, volume and paper."""
    written = _said(paper, "url")
    if identifiers.acl(written) == written:
        return written
    collection, number = volume.get("collection", ""), volume.get("id", "")
    own = paper.get("id", "")
    made = f"{collection}-{number}.{own}"
    if collection[:1].isalpha() and number.isdecimal() and own.isdecimal():
        two = collection.startswith(_TWO_DIGITS)
        made = f"{collection}-{int(number):0{2 if two else 1}}{int(own):0{2 if two else 3}}"
    if identifiers.acl(made) != made:
        raise Broken(f"“{clean(made)[:60]}” is no ACL Anthology number")
    return made


def _named(number: str, paper: Element) -> tuple[Identifier, ...]:
    doi = identifiers.doi(_said(paper, "doi"))
    found = [Identifier("acl", number)]
    return (*found, Identifier("doi", doi)) if doi else tuple(found)


def text(element: Element) -> str:
    """What an element with markup inside says; formulas stand between dollar signs."""
    said = [element.text or ""]
    for child in element:
        inner = text(child)
        said.append(f"${inner}$" if child.tag == "tex-math" and inner.strip() else inner)
        said.append(child.tail or "")
    return "".join(said)


def _said(parent: Element, name: str) -> str:
    element = parent.find(name)
    return "" if element is None else clean(text(element))


def _name(author: Element) -> str:
    return clean(printed(_said(author, "last"), _said(author, "first")))


def _revised(paper: Element) -> str:
    """The day of the newest revision that says one."""
    days = [revision.get("date", "") for revision in paper.iterfind("revision")]
    return max((day for day in days if is_partial(day)), default="")


def _code(paper: Element) -> str:
    code = paper.find("pwccode")
    return "" if code is None else values.address({"url": code.get("url", "")}, "url")
