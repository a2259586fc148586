r"""Reading pasted BibTeX: of each entry its title and the identifiers it names, nothing else.

One pass over the characters, whatever they are: an entry that is never closed ends with the
text, what is no field is stepped over, and nothing is looked at twice. Fields may stand in braces,
in quotes or bare, on lines of their own or all in one, as a search box leaves them.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from broadsheet.kernel import identifiers
from broadsheet.kernel.identifiers import Identifier
from broadsheet.kernel.text import clean
from broadsheet.search import analysis
from broadsheet.search.language.values import survives

_BEGIN: Final = re.compile(r"@\s*([A-Za-z]{1,40})\s*[{(]")
_MOST: Final = 1_000  # entries that are looked at
_NO_PAPERS: Final = frozenset(("comment", "string", "preamble"))
_NAME: Final = re.compile(r"([A-Za-z][A-Za-z0-9_-]{0,40})\s*=\s*")
_GAP: Final = re.compile(r"[\s,]*")
_STEP: Final = re.compile(r'[^,})@{"]+')
_BARE: Final = re.compile(r"[^\s,})]*")
_BRACE: Final = re.compile(r"\\.|[{}]", re.DOTALL)
_QUOTE: Final = re.compile(r'\\.|[{}"]', re.DOTALL)
_MARKUP: Final = re.compile(r"[{}]|(?<!\\)~")
# As Google Scholar ("arXiv preprint arXiv:2401.00001") and DBLP ("abs/2401.00001") write it.
_INSIDE: Final = re.compile(r"(?:arxiv:|\babs/)(\d{4}\.\d{4,5}|[a-z-]{2,20}/\d{7})", re.IGNORECASE)
_LOOSE: Final = ("journal", "volume", "note", "howpublished")


@dataclass(frozen=True, slots=True)
class Entry:
    """One paper as it was pasted: what names it, the surest first, and its title, "" if none."""

    identifiers: tuple[Identifier, ...] = ()
    title: str = ""

    def __str__(self) -> str:
        """The entry written short; ``entries`` reads it back."""
        fields = [f"{_FIELDS.get(i.scheme, 'url')}={{{_written(i)}}}" for i in self.identifiers[:1]]
        fields += [f"title={{{self.title}}}"] if self.title else []
        return f"@misc{{{', '.join(fields)}}}"


_FIELDS: Final = {"arxiv": "eprint", "doi": "doi"}


def _written(identifier: Identifier) -> str:
    return identifier.value if identifier.scheme in _FIELDS else identifier.href


def is_bibliography(text: str) -> bool:
    """Whether there is an entry in it, as far as its beginning tells."""
    return bool(_BEGIN.search(text))


def entries(text: str) -> tuple[Entry, ...]:
    """The papers of a bibliography, each once; those without title and identifier left out.

    Of more than 1,000 entries the first 1,000. Cost: linear, a few milliseconds at most.
    """
    found: dict[Entry, None] = {}
    at = 0
    for _ in range(_MOST):
        match = _BEGIN.search(text, at)
        if match is None:
            break
        fields: dict[str, str] = {}
        at = match.end()
        for name, value, end in _fields(text, at):
            fields.setdefault(name, value)
            at = end
        if match[1].lower() not in _NO_PAPERS and (entry := _entry(fields)):
            found[entry] = None
    return tuple(found)


def _fields(text: str, at: int) -> Iterator[tuple[str, str, int]]:
    """Name, value and end of every field of the entry whose inside begins at ``at``."""
    while (at := _end(_GAP, text, at)) < len(text) and text[at] not in "})@":
        if match := _NAME.match(text, at):
            value, at = _value(text, match.end())
            yield match[1].lower(), value, at
        elif text[at] in '{"':
            _, at = _value(text, at)
        else:
            at = _end(_STEP, text, at)


def _end(pattern: re.Pattern[str], text: str, at: int) -> int:
    match = pattern.match(text, at)
    return match.end() if match else at


def _value(text: str, at: int) -> tuple[str, int]:
    """What a field says and where it ends; the rest of the text where it is never closed."""
    if text[at : at + 1] == "{":
        return _enclosed(text, at + 1, _BRACE, "}")
    if text[at : at + 1] == '"':
        return _enclosed(text, at + 1, _QUOTE, '"')
    end = _end(_BARE, text, at)
    return text[at:end], end


def _enclosed(text: str, start: int, signs: re.Pattern[str], closing: str) -> tuple[str, int]:
    depth = 0
    for match in signs.finditer(text, start):
        sign = match[0]
        if sign == closing and depth == 0:
            return text[start : match.start()], match.end()
        depth += {"{": 1, "}": -1}.get(sign, 0)
    return text[start:], len(text)


def _entry(fields: Mapping[str, str]) -> Entry | None:
    title = clean(_MARKUP.sub(lambda m: " " if m[0] == "~" else "", fields.get("title", "")))
    title = title.rstrip("\\") if analysis.words(title) else ""
    names = tuple(dict.fromkeys(filter(_can_be_written, _named(fields))))
    return Entry(names, title) if names or title else None


def _can_be_written(identifier: Identifier) -> bool:
    return survives(identifier) and not {"{", "}"} & {*identifier.value}


def _named(fields: Mapping[str, str]) -> Iterator[Identifier]:
    """The identifiers of an entry: an arXiv number leads surest, an address is a last resort."""
    plain = {name: value.replace("\\", "").strip("{} ") for name, value in fields.items()}
    if found := identifiers.arxiv(plain.get("eprint", "")):
        yield Identifier("arxiv", found[0])
    if doi := identifiers.doi(plain.get("doi", "")):
        yield identifiers.parse(doi) or Identifier("doi", doi)
    address = identifiers.parse(plain.get("url", ""))
    if address and address.scheme != "url":
        yield address
    for name in _LOOSE:
        if (match := _INSIDE.search(plain.get(name, ""))) and (
            found := identifiers.arxiv(match[1])
        ):
            yield Identifier("arxiv", found[0])
    if address and address.scheme == "url":
        yield address
