"""EndNote's XML: the same facts in elements."""

from typing import Final
from xml.etree.ElementTree import Element

from broadsheet.sources.references import Reference, dated, partial, turned
from broadsheet.sources.values import Broken
from broadsheet.sources.xml import BadXml, document

RECORD: Final = "record"
_PARTS: Final = frozenset(("Book Section", "Conference Paper", "Conference Proceedings"))


def reference(text: str) -> Reference:
    """The facts of one ``<record>``. Raises Broken for what is none."""
    try:
        root = document(text.encode())
    except BadXml as error:
        raise Broken(str(error)) from None
    kind = root.find("ref-type")
    is_part = kind is not None and kind.get("name") in _PARTS
    journal = _said(root, "periodical/full-title") or _said(root, "titles/secondary-title")
    year = _said(root, "dates/year")
    day = _said(root, "dates/pub-dates/date")
    urls = _every(root, "urls/related-urls/url") + _every(root, "urls/web-urls/url")
    return Reference(
        key=_said(root, "rec-number"),
        title=_said(root, "titles/title"),
        abstract=_said(root, "abstract"),
        authors=[turned(name) for name in _every(root, "contributors/authors/author")],
        published=dated(day if year in day else f"{day} {year}") or partial(year),
        journal="" if is_part else journal,
        container=journal if is_part else "",
        volume=_said(root, "volume"),
        number=_said(root, "number"),
        pages=_said(root, "pages"),
        keywords=_every(root, "keywords/keyword"),
        comment=_said(root, "notes"),
        url=next(iter(urls), ""),
        named=[_said(root, "electronic-resource-num"), *urls],
    )


def _every(root: Element, path: str) -> list[str]:
    """The texts at a path, their styles dropped."""
    return [
        said for element in root.iterfind(path) if (said := "".join(element.itertext()).strip())
    ]


def _said(root: Element, path: str) -> str:
    return next(iter(_every(root, path)), "")
