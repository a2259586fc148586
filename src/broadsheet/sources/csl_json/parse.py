"""One CSL item as a Record."""

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

from broadsheet.kernel.dates import is_partial
from broadsheet.kernel.tex import words
from broadsheet.sources import values
from broadsheet.sources.contract import Record
from broadsheet.sources.markup import plain
from broadsheet.sources.references import Reference, dated, printed, record
from broadsheet.sources.values import Broken, Entry

NAME: Final = "csl_json"

# CSL's own words for a part of something larger, and Crossref's.
_PARTS: Final = words(
    "chapter paper-conference entry entry-dictionary entry-encyclopedia book-chapter"
    " proceedings-article book-section reference-entry"
)
_DATES: Final = ("issued", "published", "published-print", "published-online", "submitted")
_NOTED: Final = re.compile(r"(?:^|\n)\s*(?:doi|arxiv|eprint)\s*:\s*(\S+)", re.IGNORECASE)
_KEY_VALUE: Final = re.compile(r"\s*[\w.-]{2,40}\s*:\s*\S")


def parse(raw: bytes) -> Record:
    """Read one kept item. Raises Broken for what is no item, or names no title."""
    return record(NAME, raw, reference(values.decoded_object(raw)))


def is_item(value: object) -> bool:
    """Say whether a JSON value looks like an item of CSL."""
    if not isinstance(value, dict) or ("type" not in value and "title" not in value):
        return False
    telling = ("issued", "author", "container-title", "DOI", "citation-key", "editor", "id")
    return any(name in value for name in telling) and "items" not in value


def reference(item: Entry) -> Reference:
    """The facts of an item. Lists where CSL wants text, as Crossref has them, are read too."""
    title = _said(item, "title") or _said(item, "container-title") or _said(item, "title-short")
    subtitle = _said(item, "subtitle")
    if subtitle and subtitle.lower() not in title.lower():
        title = f"{title}: {subtitle}"
    container = _said(item, "container-title") or _said(item, "event-title")
    is_part = _said(item, "type") in _PARTS
    note = _text(item.get("note"))
    url = _text(item.get("URL")).strip() or _resource(item)
    return Reference(
        key=_text(item.get("citation-key")) or _text(item.get("id")),
        title=title,
        abstract=_said(item, "abstract"),
        authors=_names(item.get("author")),
        published=next((day for name in _DATES if (day := _date(item.get(name)))), ""),
        journal="" if is_part or not _said(item, "title") else container,
        container=container if is_part else "",
        volume=_said(item, "volume"),
        number=_said(item, "issue"),
        pages=_said(item, "page"),
        keywords=re.split(r"[,;\n]", _text(item.get("keyword"))) + _texts(item.get("subject")),
        comment="" if _KEY_VALUE.match(note) else plain(note),
        url=url,
        named=_named(item, url, note),
    )


def _named(item: Entry, url: str, note: str) -> list[str]:
    stated = [_text(item.get(name)) for name in ("DOI", "arxiv", "eprint")]
    number = _text(item.get("number"))
    stated += [number] if number.lower().startswith("arxiv:") else []
    stated += [url, _text(item.get("id")), *_NOTED.findall(note)]
    return [text for text in stated if text]


def _text(value: Any) -> str:
    """A text, or the first of a list of texts, or a number as text; "" for anything else."""
    if isinstance(value, list):
        value = value[0] if value else ""
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return value if isinstance(value, str) else ""


def _texts(value: Any) -> list[str]:
    return [text for text in value if isinstance(text, str)] if isinstance(value, list) else []


def _said(item: Entry, name: str) -> str:
    return plain(_text(item.get(name)))


def _resource(item: Entry) -> str:
    resource = item.get("resource")
    primary = resource.get("primary") if isinstance(resource, dict) else None
    return _text(primary.get("URL")) if isinstance(primary, dict) else ""


def _names(people: Any) -> list[str]:
    if not isinstance(people, list):
        return []
    return [name for person in people if isinstance(person, dict) and (name := _name(person))]


def _name(person: Mapping[str, Any]) -> str:
    """A literal name, or given name, particles, family name and suffix in their printed order."""
    if literal := plain(_text(person.get("literal")) or _text(person.get("name"))):
        return literal
    get = {name: plain(_text(person.get(name))) for name in person}
    particles = f"{get.get('dropping-particle', '')} {get.get('non-dropping-particle', '')}"
    family = printed(get.get("family", ""), particles)
    return printed(family, get.get("given", ""), get.get("suffix", ""))


def _date(value: Any) -> str:
    """A partial date of ``date-parts`` (numbers or texts), ``literal`` or ``raw``.

    Of a range it is the beginning.
    """
    if isinstance(value, str):
        return dated(value)
    if not isinstance(value, dict):
        return ""
    ranges = value.get("date-parts")
    first = ranges[0] if isinstance(ranges, list) and ranges else None
    if isinstance(first, list) and (said := _parts(first)):
        return said
    return dated(_text(value.get("literal")) or _text(value.get("raw")))


def _parts(parts: Iterable[Any]) -> str:
    """``[2024, "5", 17]`` as ``2024-05-17``; what cannot be a date ends it."""
    said = ""
    for part, width in zip(parts, (4, 2, 2), strict=False):
        text = _text(part).strip()
        longer = f"{said}-{text.zfill(width)}".lstrip("-") if text.isdecimal() else ""
        if not longer or not is_partial(longer):
            break
        said = longer
    return said


def items(content: bytes) -> Iterable[Entry]:
    """The items of a file: one object, a list, or either of them under whatever names."""
    found = values.decoded(content.removeprefix(b"\xef\xbb\xbf"))
    yield from _inside(found, 0)


def _inside(value: Any, depth: int) -> Iterable[Entry]:
    if is_item(value):
        yield value
    elif isinstance(value, list):
        for inner in value:
            if isinstance(inner, dict):
                yield from _inside(inner, depth + 1) if depth else [inner]
    elif isinstance(value, dict) and depth < 2:
        for inner in value.values():
            yield from _named_inside(inner, depth + 1)


def _named_inside(value: Any, depth: int) -> Iterable[Entry]:
    """What stands under a name: items, or an answer of a service kept as text."""
    if isinstance(value, str) and value.lstrip()[:1] in ("{", "["):
        try:
            value = values.decoded(value.encode("utf-8", "replace"))
        except Broken:
            return
    if isinstance(value, list):
        yield from (inner for inner in value if isinstance(inner, dict))
    else:
        yield from _inside(value, depth)
