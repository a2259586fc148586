"""Text that carries HTML or JATS, and XML that may be broken."""

import html
import re
from typing import Final, TypeAlias

from lxml import etree

from broadsheet.kernel.tex_readable import script
from broadsheet.kernel.text import clean
from broadsheet.sources import charset

# What is longer is a whole book or a mistake; nothing shown needs more.
_MOST_MARKUP: Final = 400_000

_TAG: Final = re.compile(r"<!--[^<>]*-->|<(/?)(?:jats:|mml:)?([A-Za-z][A-Za-z0-9]{0,15})\b[^<>]*>")
_SILENT: Final = frozenset(("script", "style", "template", "noscript", "object", "iframe", "svg"))
_BLOCKS: Final = frozenset(
    re.findall(
        r"\w+",
        "p br div li ul ol dl dt dd tr td th table tbody thead h1 h2 h3 h4 h5 h6 hr title sec list"
        " blockquote pre section article header footer figure figcaption img video audio label",
    )
)
_INLINE: Final = frozenset(
    re.findall(
        r"\w+",
        "a abbr acronym b bdi bdo big center cite code data del dfn em font i ins kbd mark q s samp"
        " small span strike strong sub sup time tt u var wbr nobr italic bold sc underline roman"
        " monospace ext uri xref math mi mo mn mrow msub msup semantics annotation mtext mfrac",
    )
)
_SCRIPTS: Final = {"sub": "_", "sup": "^"}

_DECLARED: Final = re.compile(rb"<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([A-Za-z0-9._-]{1,40})[\"']")
_PROLOG: Final = 16_384
_DECLARATION: Final = re.compile(r"<\?xml[^>]{0,400}\?>")
_DOCTYPE: Final = re.compile(r"<!DOCTYPE\b[^<>\[]*(?:\[[^\]]*\])?[^<>]*>", re.IGNORECASE)
_ENTITY: Final = re.compile(r"&([A-Za-z][A-Za-z0-9]{1,31});")
_STRAY: Final = re.compile(r"&(?!#?[A-Za-z0-9]{1,32};)")
_XML_OWN: Final = frozenset(("amp", "lt", "gt", "quot", "apos"))
_NO_XML: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")


# An element of lxml, as ``tree`` gives it.
Element: TypeAlias = etree._Element  # noqa: SLF001  # its documented name for types


class NoXML(ValueError):
    """What was received holds no element; the text says what is wrong, without full stop."""


def plain(markup: str) -> str:
    """HTML as one line of text: tags and entities read, scripts dropped, signs raised and lowered.

    Only tags that HTML, JATS or MathML know are tags: in "a <T> b" the ``<T>`` stays.
    """
    if "<" not in markup and "&" not in markup:
        return clean(markup)
    return clean("".join(_said(markup[:_MOST_MARKUP])))


def _said(markup: str) -> list[str]:
    said: list[str] = []
    raised: list[tuple[str, int]] = []  # open <sub> and <sup>, and where each began
    silent, at = "", 0
    for match in _TAG.finditer(markup):
        closing, name = match[1], (match[2] or "").lower()
        if not silent:
            said.append(html.unescape(markup[at : match.start()]))
            said.append(_tag(match[0], name))
        at = match.end()
        if name in _SILENT:
            silent = "" if closing and name in (silent, "") else silent or ("" if closing else name)
        elif name in _SCRIPTS and not closing:
            raised.append((name, len(said)))
        elif closing and raised and raised[-1][0] == name:
            _, start = raised.pop()
            body = "".join(said[start:])
            said[start:] = [script(_SCRIPTS[name], body, body)]
    if not silent:
        said.append(html.unescape(markup[at:]))
    return said


def _tag(tag: str, name: str) -> str:
    """What a tag says itself: a space where a block begins or ends, its text where it is none."""
    if name in _BLOCKS:
        return " "
    return "" if not name or name in _INLINE or name in _SILENT else html.unescape(tag)


def tree(data: bytes) -> tuple[Element, str]:
    """The root of an XML document, and what is wrong with it ("" where nothing is).

    What breaks the rules is read as far as it can be. No entity is resolved, no document type
    loaded, nothing fetched; texts over 10 MB and more than 256 levels are not read. Raises
    NoXML where nothing is left.
    """
    declared = _DECLARED.search(data[:1_000])
    text = charset.text(data, declared[1].decode("ascii") if declared else "")
    head = _DOCTYPE.sub("", _DECLARATION.sub("", text[:_PROLOG], count=1), count=1)
    text = _ENTITY.sub(_character, (head + text[_PROLOG:]).lstrip())
    try:
        return etree.fromstring(text.encode("utf-8"), _parser(recover=False)), ""
    except (etree.XMLSyntaxError, UnicodeEncodeError) as error:
        reason = clean(str(error).partition(" (<string>")[0])[:120].rstrip(". ")
    mended = _STRAY.sub("&amp;", _NO_XML.sub("", text))
    try:
        root = etree.fromstring(mended.encode("utf-8"), _parser(recover=True))
    except etree.XMLSyntaxError:
        root = None
    if root is None:
        raise NoXML(f"it is no XML: {reason}")
    return root, reason


def written(element: Element) -> str:
    """An element as XML that stands for itself, with the namespaces it needs."""
    return str(etree.tostring(element, encoding="unicode", with_tail=False))


def _parser(*, recover: bool) -> etree.XMLParser:
    return etree.XMLParser(
        recover=recover,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
        encoding="utf-8",
    )


def _character(match: re.Match[str]) -> str:
    """The character of an entity that HTML knows and XML does not."""
    return match[0] if match[1] in _XML_OWN else html.unescape(match[0])
