"""What one item says, whichever kind of feed it stands in, under the same names."""

import html
import re
from collections.abc import Mapping
from typing import Any, Final

from broadsheet.sources import values
from broadsheet.sources.feed.document import authors, local
from broadsheet.sources.markup import Element, NoXML, plain, tree, written
from broadsheet.sources.values import Broken

Said = dict[str, list[str]]
"""Texts by name: ``title``, ``link``, ``dc:creator``, ``prism:doi`` …, in order."""

# Namespaces by a piece of their address: each of them has many.
_SPACES: Final = (
    ("/rss/1.0/modules/content", "content"),
    ("purl.org/dc/", "dc"),
    ("prism", "prism"),
    ("arxiv.org/schemas", "arxiv"),
    ("purl.org/rss/1.0/", ""),
    ("my.netscape.com/rdf", ""),
    ("channel.netscape.com/rdf", ""),
    ("w3.org/2005/atom", ""),
    ("purl.org/atom/ns", ""),
    ("backend.userland.com", ""),
    ("blogs.law.harvard.edu", ""),
    ("cyber.law.harvard.edu", ""),
)
_JSON_NAMES: Final = {
    "id": "guid", "url": "link", "external_url": "external", "title": "title",
    "summary": "summary", "content_html": "content", "content_text": "text",
    "date_published": "published", "date_modified": "updated", "doi": "prism:doi",
}  # fmt: skip
_ABOUT: Final = re.compile(r"\{[^{}]*rdf-syntax[^{}]*\}about")
_MAIL: Final = re.compile(r"\S+@\S+")
_BRACKETED: Final = re.compile(r"\(([^()]*)\)")


def said(item: str) -> Said:
    """Read a kept item. Raises Broken for what is none."""
    if item.startswith("{"):
        return _json(values.decoded_object(item.encode()))
    try:
        root, _ = tree(item.encode())
    except NoXML as error:
        raise Broken(str(error)) from None
    found: Said = {}
    if about := next((v for k, v in root.attrib.items() if _ABOUT.fullmatch(str(k))), ""):
        found["about"] = [str(about)]
    for child in root:
        for name, text in _element(child):
            if text.strip():
                found.setdefault(name, []).append(text.strip())
    return found


def _element(child: Element) -> list[tuple[str, str]]:
    name = _name(child)
    text = "".join(child.itertext())
    match name:
        case "link":
            rel = child.get("rel") or "alternate"
            address = html.unescape(child.get("href") or text)
            return [(name if rel == "alternate" else f"link:{rel}", address)]
        case "author" | "contributor":
            names = [inner for inner in child if local(inner) == "name"]
            return [(name, "".join(inner.itertext())) for inner in names] or [(name, _person(text))]
        case "category":
            return [(name, child.get("term") or text)]
        case _ if (child.get("type") or "").endswith("xhtml"):
            return [(name, written(child))]
    return [(name, text)]


def _name(element: Element) -> str:
    """The name of an element with the usual prefix of its namespace."""
    tag = element.tag if isinstance(element.tag, str) else ""
    space, _, own = tag.rpartition("}")
    if not space:
        return tag.lower()
    known = next((prefix for part, prefix in _SPACES if part in space.lower()), None)
    if known is None:
        known = element.prefix or ""
    return f"{known}:{own}".lower().removeprefix(":")


def _person(text: str) -> str:
    """RSS writes ``ada@example.org (Ada Byron)``; an address of mail is kept by nobody."""
    bracketed = _BRACKETED.search(text)
    return bracketed[1] if bracketed and "@" in text else _MAIL.sub("", text)


def _json(item: Mapping[str, Any]) -> Said:
    found: Said = {}
    for name, value in item.items():
        if name in _JSON_NAMES and isinstance(value, str) and value.strip():
            found.setdefault(_JSON_NAMES[name], []).append(value.strip())
    tags = item.get("tags")
    found["category"] = [t for t in tags if isinstance(t, str)] if isinstance(tags, list) else []
    found["author"] = authors(item)
    return {name: texts for name, texts in found.items() if texts}


def first(found: Said, *names: str) -> str:
    """The first text of the first of these names that has one, its markup read."""
    return next((text for n in names for raw in found.get(n, ()) if (text := plain(raw))), "")


def every(found: Said, *names: str) -> list[str]:
    """All texts of these names, as they stand."""
    return [text for name in names for text in found.get(name, ())]
