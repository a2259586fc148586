"""A feed as a whole: what it says of itself, and its items, each as it is kept."""

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlsplit

import orjson

from broadsheet.kernel.text import clean, slug
from broadsheet.sources import charset, values
from broadsheet.sources.feed import moments
from broadsheet.sources.markup import Element, NoXML, tree, written
from broadsheet.sources.values import Broken

# An item is kept without what is longer: full texts are not ours to hold.
LONGEST_TEXT: Final = 10_000
LARGEST: Final = 32 * 1024 * 1024
MOST_ITEMS: Final = 20_000
_LONGEST_NAME: Final = 60  # of a feed
_SHOWN: Final = 200

_ROOTS: Final = frozenset(("rss", "rdf", "feed", "channel"))
_ITEMS: Final = frozenset(("item", "entry"))
_FULL: Final = frozenset(("encoded", "content", "content_html", "content_text", "body"))
_SHORT: Final = frozenset(("description", "summary", "subtitle", "abstract"))
# What is read of an item of a JSON feed.
_KEPT: Final = re.findall(
    r"\w+",
    "id url external_url title summary content_html content_text date_published date_modified doi",
)
_JSON_FEED: Final = re.compile(r"\s*\{")

Facts = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Document:
    """A feed. ``items`` are as they are kept, ``wrong`` says what could not be read of it."""

    title: str
    home: str
    address: str
    author: str
    built: moments.Dated | None
    wrong: str = ""
    items: tuple[bytes, ...] = field(default=(), repr=False)

    @property
    def name(self) -> str:
        """What the feed is called in announcements: its address in words, cut to 60 letters."""
        return named(self.address or self.home, "" if self.address else self.title)

    def captured(self, received: datetime) -> datetime:
        """When the feed was as it is: when it says it was made, if that is not to come."""
        return min(self.built.moment, received) if self.built else received


def named(address: str, title: str = "") -> str:
    """A feed's name made of its address, and of its title where the address is not its own."""
    parts = urlsplit(address) if address.startswith(("http://", "https://")) else None
    host = (parts.hostname or "").removeprefix("www.") if parts else ""
    host = host if "." in host else f"feed {host}"  # so that no feed takes the name of ours
    said = f"{host} {parts.path if parts and not title else ''} {title}"
    if parts and parts.query and not title:  # it may hold a key, and names are public
        said += f" {_mark(parts.query)}"
    words = slug(said, longest=500) or slug(address, longest=500)
    if 0 < len(words) <= _LONGEST_NAME:
        return words
    mark = _mark(f"{address} {title}")
    return f"{words[: _LONGEST_NAME - 9]}-{mark}" if words else f"feed-{mark}"


def _mark(text: str) -> str:
    return hashlib.blake2b(text.encode(), digest_size=4).hexdigest()


def document(content: bytes, asked: str = "") -> Document:
    """Read a feed; ``asked`` is the address it came from. Raises Broken for what is no feed."""
    if len(content) > LARGEST:
        raise Broken(f"it is larger than {LARGEST >> 20} MiB, too long for a feed")
    start = content[:4_096].removeprefix(b"\xef\xbb\xbf").lstrip()
    if start[:1] == b"{" or (b"\0" in start[:4] and _JSON_FEED.match(charset.text(content))):
        return _json(content, asked)
    try:
        root, wrong = tree(content)
    except NoXML as error:
        raise Broken(str(error)) from None
    if local(root) not in _ROOTS:
        raise Broken(f"it is no feed: its outermost element is {clean(local(root))[:60]}")
    return _xml(root, wrong, asked)


def local(element: Element) -> str:
    """The name of an element, lower case, without namespace or prefix."""
    tag = element.tag if isinstance(element.tag, str) else ""
    return tag.rpartition("}")[2].rpartition(":")[2].lower()


def _xml(root: Element, wrong: str, asked: str) -> Document:
    channel = next((child for child in root if local(child) == "channel"), root)
    said = list(channel)
    facts = {"title": _of(said, "title"), "home": _link(said, "alternate")}
    facts["address"] = asked or _link(said, "self")
    facts["author"] = _author(said)
    built = (_of(said, name) for name in ("lastbuilddate", "pubdate", "updated", "date"))
    return _made(facts, next(filter(None, map(moments.read, built)), None), wrong, _items(root))


def _of(children: list[Element], name: str) -> str:
    return next(
        (text for e in children if local(e) == name and (text := clean("".join(e.itertext())))), ""
    )


def _link(children: list[Element], rel: str) -> str:
    for link in children:
        if local(link) == "link" and (link.get("rel") or "alternate") == rel:
            address = clean(link.get("href") or (link.text or ""))
            if values.address({"url": address}, "url"):
                return address
    return ""


def _author(children: list[Element]) -> str:
    for author in children:
        if local(author) == "author":
            return _of(list(author), "name")
    return ""


def _items(root: Element) -> Iterator[str]:
    for element in root.iter():
        if local(element) in _ITEMS:
            yield written(_shortened(element))


def _shortened(item: Element) -> Element:
    """An item without its full text where it has a summary, and with no text too long."""
    has_summary = any(local(c) in _SHORT and "".join(c.itertext()).strip() for c in item)
    for child in list(item):
        if has_summary and local(child) in _FULL:
            item.remove(child)
        elif sum(map(len, child.itertext())) > LONGEST_TEXT:
            text = "".join(child.itertext())[:LONGEST_TEXT]
            for inner in list(child):
                child.remove(inner)
            child.text = text
    return item


def _json(content: bytes, asked: str) -> Document:
    found = values.decoded_object(charset.text(content).encode("utf-8", "replace"))
    items = found.get("items")
    if not isinstance(items, list):
        raise Broken("it is JSON, but no feed: it has no list of items")
    facts = {
        "title": _text(found, "title"),
        "home": _text(found, "home_page_url"),
        "address": asked or _text(found, "feed_url"),
        "author": next(iter(authors(found)), ""),
    }
    kept = (_dumped(item) for item in items if isinstance(item, dict))
    return _made(facts, None, "", kept)


def _text(entry: Mapping[str, Any], name: str) -> str:
    value = entry.get(name)
    return clean(value[:LONGEST_TEXT]) if isinstance(value, str) else ""


def authors(entry: Mapping[str, Any]) -> list[str]:
    """The names of the authors of a JSON feed, or of an item of one."""
    people = entry.get("authors") or [entry.get("author")]
    people = people if isinstance(people, list) else []
    return [name for one in people if isinstance(one, dict) and (name := _text(one, "name"))]


def _dumped(item: Mapping[str, Any]) -> str:
    """An item of a JSON feed, of which only what is read is kept, and no full text."""
    has_summary = bool(_text(item, "summary"))
    names = [name for name in _KEPT if not (has_summary and name in _FULL)]
    kept: dict[str, object] = {name: text for name in names if (text := _raw(item, name))}
    kept["authors"] = [{"name": name} for name in authors(item)]
    tags = item.get("tags")
    tags = tags if isinstance(tags, list) else []
    kept["tags"] = [clean(tag) for tag in tags if isinstance(tag, str)]
    return orjson.dumps(kept).decode()


def _raw(item: Mapping[str, Any], name: str) -> str:
    value = item.get(name)
    value = str(value) if isinstance(value, int) else value
    return charset.whole(value[:LONGEST_TEXT]) if isinstance(value, str) else ""


def _made(facts: Facts, built: moments.Dated | None, wrong: str, items: Iterator[str]) -> Document:
    bare = Document(
        title=facts["title"][:_SHOWN],
        home=facts["home"],
        address=facts["address"],
        author=facts["author"][:_SHOWN],
        built=built,
    )
    told = {"name": bare.name, "home": bare.home, "author": bare.author}
    kept: list[bytes] = []
    for item in items:
        if len(kept) == MOST_ITEMS:
            wrong = wrong or f"it has more than {MOST_ITEMS:,} items; the rest is not read"
            break
        kept.append(orjson.dumps({"feed": told, "item": item}))
    return replace(bare, wrong=wrong, items=tuple(kept))
