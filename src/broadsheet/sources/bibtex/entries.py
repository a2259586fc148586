"""One block of BibTeX: its key, and its fields with strings put in and parents asked."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

_HEAD: Final = re.compile(r"@\s*([A-Za-z][\w-]*)\s*[{(]\s*")
_KEY: Final = re.compile(r"([^\s,={}\"]*(?:[ \t]+[^\s,={}\"]+){0,20})\s*(?:,|(?=[)}]\s*$)|$)")
_GAP: Final = re.compile(r"(?:[\s,]|%[^\n]*(?:\n|$))*")
_NAME: Final = re.compile(r"([^\s=,{}()\"#%]+)\s*=\s*")
_BARE: Final = re.compile(r"[^\s,#{}\"()=]+")
_BRACED: Final = re.compile(r"\\.|[{}]", re.DOTALL)
_QUOTED: Final = re.compile(r"\\.|[{}\"]", re.DOTALL)
_JOIN: Final = re.compile(r"\s*#\s*")

LONGEST_STRING: Final = 10_000
_LONGEST_VALUE: Final = 400_000
_MOST_FIELDS: Final = 1_000

# Of a parent everything is taken over but what names the parent itself.
_OWN: Final = frozenset(
    re.findall(
        r"\w+",
        "title subtitle titleaddon shorttitle booktitle doi url eprint archiveprefix eprinttype"
        " isbn issn pages abstract keywords note annote crossref xdata xref ids file",
    )
)


@dataclass(slots=True)
class Entry:
    """``fields`` by lower-case name, the first of each. ``whole`` says that it was closed."""

    kind: str
    key: str = ""
    fields: dict[str, str] = field(default_factory=dict)
    whole: bool = True
    used: set[str] = field(default_factory=set)  # names of strings

    def get(self, *names: str) -> str:
        """The first of these fields that says something."""
        return next((said for name in names if (said := self.fields.get(name, "").strip())), "")


def entry(text: str, strings: Mapping[str, str]) -> Entry:
    """Read ``@kind{key, name = value, …}``; what cannot be read is passed over."""
    head = _HEAD.match(text)
    if head is None:
        return Entry("", whole=False)
    read = Entry(head[1].lower())
    at = head.end()
    if (key := _KEY.match(text, at)) and read.kind != "string":
        read.key, at = key[1].strip(), key.end()
    scanner = _Scanner(text, strings, read.used)
    while len(read.fields) < _MOST_FIELDS:
        at = _GAP.match(text, at).end()  # type: ignore[union-attr]  # it matches nothing, too
        name = _NAME.match(text, at)
        if name is None:
            read.whole = read.whole and text[at : at + 1] in ("}", ")")
            following = text.find(",", at)
            if following < 0:
                break
            at = following + 1
            continue
        value, at, closed = scanner.value(name.end())
        read.fields.setdefault(name[1].lower(), value)
        read.whole = read.whole and closed
    return read


@dataclass(frozen=True, slots=True)
class _Scanner:
    text: str
    strings: Mapping[str, str]
    used: set[str]

    def value(self, at: int) -> tuple[str, int, bool]:
        """The value that begins here, where it ends, and whether it was closed."""
        said: list[str] = []
        size, closed = 0, True
        while True:
            part, at, closed = self.part(at)
            said.append(part[: max(0, _LONGEST_VALUE - size)])
            size += len(part)
            join = _JOIN.match(self.text, at)
            if join is None or not closed:
                return "".join(said), at, closed
            at = join.end()

    def part(self, at: int) -> tuple[str, int, bool]:
        opener = self.text[at : at + 1]
        if opener == "{":
            return self.until(at + 1, _BRACED, "}")
        if opener == '"':
            return self.until(at + 1, _QUOTED, '"')
        bare = _BARE.match(self.text, at)
        if bare is None:
            return "", at, True
        name = bare[0].lower()
        if name in self.strings:
            self.used.add(name)
        return self.strings.get(name, bare[0]), bare.end(), True

    def until(self, start: int, marks: re.Pattern[str], closer: str) -> tuple[str, int, bool]:
        depth = 0
        for mark in marks.finditer(self.text, start):
            if mark[0] == closer and depth == 0:
                return self.text[start : mark.start()], mark.end(), True
            depth = max(0, depth + (mark[0] == "{") - (mark[0] == "}"))
        return self.text[start:], len(self.text), False


def string(text: str, strings: Mapping[str, str]) -> dict[str, str]:
    """What a ``@string{name = value}`` defines, at most 10,000 characters of it."""
    defined = entry(text, strings).fields
    return {name: value[:LONGEST_STRING] for name, value in defined.items()}


def parents(child: Entry) -> list[str]:
    """The keys of the entries this one takes fields from."""
    named = [child.get("crossref"), *child.get("xdata").split(",")]
    return [key.strip().lower() for key in named if key.strip()]


def inherited(child: Entry, held: Mapping[str, Entry], depth: int = 0) -> Entry:
    """The entry with what it takes from its parents, three generations at most."""
    fields = dict(child.fields)
    for key in parents(child) if depth < 3 else ():
        if key not in held or held[key] is child:
            continue
        parent = inherited(held[key], held, depth + 1)
        if parent.kind == "xdata":
            fields = parent.fields | fields
            continue
        taken = {name: value for name, value in parent.fields.items() if name not in _OWN}
        if child.kind.startswith("software"):
            taken["title"] = parent.get("title")
        elif "booktitle" not in fields:
            taken["booktitle"] = parent.get("title", "booktitle")
        fields = taken | fields
    return Entry(child.kind, child.key, fields, child.whole, child.used)
