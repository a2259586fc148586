"""XML from strangers: read in a stream, with bounds, and with nothing that expands or is fetched.

The parser is expat, as the standard library has it. Of a document type only its name is taken:
whatever declares entities or default values is refused before the first element, so nothing in
the text can become longer than it stands there, and no address in it is ever asked.
"""

import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import Final, cast
from xml.etree.ElementTree import Element, ParseError, XMLPullParser
from xml.parsers import expat

# One text, tag or comment; elements held at once; elements inside each other.
LONGEST: Final = 4 * 1024 * 1024
MOST_ELEMENTS: Final = 500_000
DEEPEST: Final = 200

# A text that does not end is looked at again with each piece: few pieces, little work.
_PIECE: Final = 256 * 1024
_HTML: Final = re.compile(rb"<!doctype\s+html|<html[\s>]", re.IGNORECASE)
_ENDS: Final = frozenset(
    expat.errors.codes[message]
    for message in (
        expat.errors.XML_ERROR_NO_ELEMENTS,
        expat.errors.XML_ERROR_UNCLOSED_TOKEN,
        expat.errors.XML_ERROR_UNCLOSED_CDATA_SECTION,
        expat.errors.XML_ERROR_PARTIAL_CHAR,
    )
)


class BadXml(ValueError):
    """What was received is no XML that may be read; its text is the reason, without full stop."""


def elements(body: bytes | Iterable[bytes], *tags: str) -> Iterator[Element]:
    """Each outermost element with one of the tags, whole, in order; the rest is not kept.

    Args:
        body: the document, or its pieces in order.
        tags: names as ElementTree has them, ``{namespace}name``; ``{*}name`` in any or none.

    Raises:
        BadXml: after every element that ended before the trouble: cut off, not well-formed, an
            HTML page, declares entities, a text over 4 MiB, more than 500,000 elements at
            once, more than 200 inside each other.
    """
    names = frozenset(tags)
    open_: list[Element] = []
    wanted = held = 0  # where in open_ the wanted element stands, from 1; 0 outside of one
    for event, element in _events(body):
        if event == "start":
            open_.append(element)
            held += 1
            _bound(len(open_), held)
            if not wanted and _is_one_of(element, names):
                wanted = len(open_)
            continue
        if wanted == len(open_):
            yield element
            wanted = 0
        open_.pop()
        if not wanted:
            held = len(open_)
            if open_:
                open_[-1].remove(element)


def document(body: bytes | Iterable[bytes]) -> Element:
    """The root element with all it holds. Raises BadXml as ``elements`` does."""
    (root,) = elements(body, "{*}*")
    return root


def _is_one_of(element: Element, names: frozenset[str]) -> bool:
    tag = element.tag
    return tag in names or "{*}" + tag.rpartition("}")[2] in names or "{*}*" in names


def _bound(depth: int, held: int) -> None:
    if depth > DEEPEST:
        raise BadXml(f"it has elements more than {DEEPEST} deep in each other")
    if held > MOST_ELEMENTS:
        raise BadXml(f"it has more than {MOST_ELEMENTS:,} elements where one record is expected")


def _events(body: bytes | Iterable[bytes]) -> Iterator[tuple[str, Element]]:
    """Starts and ends of elements, refusing what goes on too long without any."""
    parser: XMLPullParser[Element] = XMLPullParser(("start", "end"))
    prolog = _Prolog()
    quiet = 0
    try:
        for piece in _pieces(body):
            prolog.feed(piece)
            parser.feed(piece)
            quiet += len(piece)
            # Starts and ends come with their element; other events were not asked for.
            for event in cast("Iterator[tuple[str, Element]]", parser.read_events()):
                quiet = 0
                yield event
            if quiet > LONGEST:
                raise BadXml(f"it has a text or a tag of more than {LONGEST >> 20} MiB")
        prolog.close()
        parser.close()
    except (ParseError, expat.ExpatError) as error:
        raise BadXml(_reason(error, prolog.head)) from None


def _pieces(body: bytes | Iterable[bytes]) -> Iterator[bytes]:
    for chunk in (body,) if isinstance(body, bytes) else body:
        for start in range(0, len(chunk), _PIECE):
            yield chunk[start : start + _PIECE]


class _RootReached(Exception):  # no error
    pass


class _Prolog:
    """Reads ahead of the parser as far as the first element, where a document may declare."""

    def __init__(self) -> None:
        self.head = b""
        self._over = False
        self._parser = expat.ParserCreate()
        self._parser.StartDoctypeDeclHandler = self._doctype
        self._parser.StartElementHandler = self._root

    def feed(self, piece: bytes) -> None:
        if not self._over:
            self.head = self.head or piece[:1024]
            with suppress(_RootReached):  # what is wrong behind it is the parser's to tell
                self._parser.Parse(piece, False)

    def close(self) -> None:
        if not self._over:
            self._parser.Parse(b"", True)

    def _doctype(self, name: str, _system: str | None, _public: str | None, inner: int) -> None:
        if name.lower() == "html":
            raise BadXml(_IS_HTML)
        if inner:
            raise BadXml("it declares entities or a document type of its own, which is refused")

    def _root(self, name: str, _attributes: dict[str, str]) -> None:
        if name.lower() == "html":
            raise BadXml(_IS_HTML)
        self._over = True
        raise _RootReached


_IS_HTML: Final = "it is an HTML page, not XML"


def _reason(error: ParseError | expat.ExpatError, head: bytes) -> str:
    at = error.position if isinstance(error, ParseError) else (error.lineno, error.offset)
    line, column = at
    if not head.strip():
        return "it is empty"
    if _HTML.search(head):
        return _IS_HTML
    if error.code in _ENDS:
        return f"it ends too early, in line {line}"
    return f"it is not well-formed XML: {expat.ErrorString(error.code)}, line {line}:{column + 1}"
