"""The records of an XML document as the bytes received, each to be read by itself.

A document is cut at the tags of its records. So a record can be kept as received and read
again, and one that is broken costs no other. Names are read without their namespaces, whose
declarations may stand outside of the record.
"""

import codecs
import re
from functools import cache
from typing import Final
from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat

from broadsheet.sources.values import Broken, Garbled
from broadsheet.sources.xml import LONGEST, BadXml

_PREFIX: Final = r"(?:[A-Za-z_][\w.-]*:)?"
_DECLARATION: Final = re.compile(
    rb"""\s*<\?xml[^<>]{0,100}?\sencoding\s*=\s*["']([\w.-]{1,40})["'][^<>]{0,100}\?>"""
)
_UTF8: Final = frozenset(("utf-8", "utf8", "us-ascii", "ascii"))
_READ: Final = frozenset(("iso-8859-1", "latin-1", "latin1", "iso-8859-15", "windows-1252"))


def utf8(body: bytes) -> bytes:
    """A document in UTF-8, whatever it says it is in. Raises BadXml for what is not read."""
    if body.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return _recoded(body, "utf-16")
    body = body.removeprefix(codecs.BOM_UTF8)
    declared = _DECLARATION.match(body)
    name = declared[1].decode("ascii", "replace").lower() if declared else "utf-8"
    if name in _UTF8:
        return body
    if name not in _READ:
        raise BadXml(f"its encoding {name} is none that is read")
    return _recoded(body, name)


def _recoded(body: bytes, name: str) -> bytes:
    try:
        text = body.decode(name).encode()
    except ValueError:
        raise BadXml(f"it is not in {name}, as it says") from None
    return _DECLARATION.sub(b"", text, count=1)


@cache
def _tags(name: str) -> tuple[re.Pattern[bytes], re.Pattern[bytes]]:
    start = re.compile(rf"<{_PREFIX}{name}(?:\s[^<>]*|/)?>".encode())
    return start, re.compile(rf"</{_PREFIX}{name}\s*>".encode())


def cut(body: bytes, name: str) -> tuple[list[bytes], bytes]:
    """Every element of that name as received, in order, and the document without them.

    One that is not ended stays in the rest, which is then no whole document.
    """
    start, end = _tags(name)
    found: list[bytes] = []
    rest: list[bytes] = []
    at = 0
    while opening := start.search(body, at):
        if opening[0].endswith(b"/>"):
            closing: re.Match[bytes] | None = opening
        else:
            closing = end.search(body, opening.end())
        if closing is None:
            break
        rest.append(body[at : opening.start()])
        found.append(body[opening.start() : closing.end()])
        at = closing.end()
    rest.append(body[at:])
    return found, b"".join(rest)


def is_one(raw: bytes, name: str) -> bool:
    """Say whether this begins with a tag of that name."""
    start, _ = _tags(name)
    return bool(start.match(raw))


def tree(raw: bytes, name: str) -> Element:
    """An element that was cut out. Tags keep their prefix: see ``local``.

    Raises Garbled for what is not well-formed or not UTF-8, Broken for another element and for
    one longer than 4 MiB.
    It begins with its own tag, so no document type can stand in it that declares anything.
    """
    if len(raw) > LONGEST:
        raise Broken(f"it is longer than {LONGEST >> 20} MiB")
    if not is_one(raw, name):
        raise Broken(f"it does not begin with the tag “{name}”")
    builder = TreeBuilder()
    parser = expat.ParserCreate("utf-8")
    parser.buffer_text = True
    parser.StartElementHandler = builder.start
    parser.EndElementHandler = builder.end
    parser.CharacterDataHandler = builder.data
    try:
        parser.Parse(raw, True)
    except expat.ExpatError as error:
        said = expat.ErrorString(error.code)
        raise Garbled(f"it is not well-formed XML: {said}, line {error.lineno} of it") from None
    return builder.close()


def local(tag: str) -> str:
    """The name of a tag without its prefix."""
    return tag.rpartition(":")[2]


def texts(element: Element) -> dict[str, str]:
    """The texts of an element's children by name without prefix, the first of each."""
    found: dict[str, str] = {}
    for child in element:
        if child.text:
            found.setdefault(local(child.tag), child.text)
    return found
