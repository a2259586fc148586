"""BibTeX entries: UTF-8, mathematics kept, escaped so that every reader takes them back."""

import re
from collections.abc import Iterable
from urllib.parse import quote

from broadsheet.kernel.text import fold
from broadsheet.papers.citations import Citation, Name, part

_SPECIAL = re.compile(r"(?<!\\)([%&#_])")
_ESCAPED_BRACE = re.compile(r"\\[{}]")
_MATH = re.compile(r"(\$[^$]+\$)")
# What would end the field, or what follows in the file, in the middle of an address.
_UNSAFE = re.compile(r"[{}\\\s\x00-\x1f\x7f]")
_LETTERS = re.compile(r"[^a-z0-9]+")
_SMALL = frozenset(
    [
        "a",
        "an",
        "the",
        "on",
        "of",
        "in",
        "for",
        "to",
        "and",
        "with",
        "from",
        "by",
        "at",
        "is",
        "are",
        "do",
        "does",
        "how",
        "why",
    ]
)
_MOST_AUTHORS = 500


def entries(citations: Iterable[Citation]) -> str:
    """A .bib file. Keys met twice in one file get a letter behind them."""
    used: dict[str, int] = {}
    made = []
    for citation in citations:
        key = cite_key(citation)
        count = used[key] = used.get(key, 0) + 1
        made.append(entry(citation, letter=_letter(count) if count > 1 else ""))
    return "\n".join(made)


def _letter(count: int) -> str:
    """2 is b, 26 is z, 27 is aa."""
    letters = ""
    while count:
        count, rest = divmod(count - 1, 26)
        letters = chr(ord("a") + rest) + letters
    return letters


def cite_key(citation: Citation) -> str:
    """Family name of the first author, year, first telling word of the title, in ASCII."""
    author = part(citation.authors[0]).family if citation.authors else citation.organization
    family = _LETTERS.sub("", fold(author)) or "anonymous"
    words = [w for w in _LETTERS.split(fold(citation.title)) if w and w not in _SMALL]
    return f"{family}{citation.year}{words[0] if words else ''}"


def entry(citation: Citation, *, letter: str = "") -> str:
    """One entry. A list of more than 500 authors ends in "others", as BibTeX knows it."""
    key = cite_key(citation) + letter
    rows = [(name, value) for name, value in _fields(citation) if value]
    width = max(len(name) for name, _ in rows)
    lines = ",\n".join(f"  {name:<{width}} = {{{value}}}" for name, value in rows)
    return f"@{_kind(citation)}{{{key},\n{lines}\n}}\n"


def _kind(citation: Citation) -> str:
    return "inproceedings" if citation.venue else "misc"


def _fields(citation: Citation) -> list[tuple[str, str]]:
    named = {i.scheme: i.value for i in citation.identifiers}
    preprint = "arxiv" in named
    return [
        ("title", f"{{{_escaped(citation.title)}}}"),
        ("author", _authors(citation)),
        ("year", citation.year),
        ("month", citation.published[5:7].lstrip("0")),
        ("booktitle", _escaped(citation.venue)),
        ("eprint", named.get("arxiv", "")),
        ("archiveprefix", "arXiv" if preprint else ""),
        ("eprinttype", "arxiv" if preprint else ""),
        ("primaryclass", _escaped("".join(citation.categories[:1])) if preprint else ""),
        ("doi", _encoded(named.get("doi", ""))),
        ("url", _encoded(citation.identifiers[0].href if citation.identifiers else citation.url)),
    ]


def _authors(citation: Citation) -> str:
    if not citation.authors:
        return f"{{{_escaped(citation.organization)}}}" if citation.organization else ""
    names = [_name(part(author)) for author in citation.authors[:_MOST_AUTHORS]]
    if len(citation.authors) > _MOST_AUTHORS:
        names.append("others")
    return " and ".join(names)


def _name(name: Name) -> str:
    return f"{{{_escaped(name.family)}}}" if name.group else _escaped(name.inverted)


def _encoded(address: str) -> str:
    """An address with what BibTeX reads percent-encoded."""
    return _UNSAFE.sub(lambda found: quote(found[0], safe=""), address)


def _escaped(text: str) -> str:
    r"""Escape what BibTeX reads, outside ``$…$``; braces that do not match are dropped.

    They must match for readers that count every brace and for those that pass over ``\{``.
    """
    parts = _MATH.split(text)
    text = "".join(
        p if p.startswith("$") and p.endswith("$") and len(p) > 2 else _outside(p) for p in parts
    )
    if not (_balanced(text) and _balanced(_ESCAPED_BRACE.sub("", text))):
        text = text.replace("{", "").replace("}", "")
    # A backslash at the end would escape the brace that ends the field.
    return text.rstrip("\\")


def _outside(text: str) -> str:
    return _SPECIAL.sub(r"\\\1", text).replace("$", r"\$").replace("\\\\$", r"\$")


def _balanced(text: str) -> bool:
    depth = 0
    for char in text:
        depth += (char == "{") - (char == "}")
        if depth < 0:
            return False
    return depth == 0
