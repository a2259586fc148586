"""Cutting tagged files into records: lines that begin with a tag, and lines that go on."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final, Literal

Dialect = Literal["ris", "medline", "isi", "refer"]

# A tag of two to four letters, padded to four: "TY  - ", "PMID- ".
_PADDED: Final = re.compile(r"([A-Z][A-Z0-9][A-Z0-9 ]{2})-(?: |$)(.*)")
_SHORT: Final = re.compile(r"([A-Z][A-Z0-9])(?: (.*)|$)")
_PERCENT: Final = re.compile(r"%(\S)(?:[ \t](.*)|$)")
_LINES: Final = {"ris": _PADDED, "medline": _PADDED, "isi": _SHORT, "refer": _PERCENT}

# What begins a record, and what ends one.
_FIRST: Final = {"ris": "TY", "medline": "PMID", "isi": "PT", "refer": "0"}
_LAST: Final = frozenset(("ER", "EF"))
_PREAMBLE: Final = frozenset(("FN", "VR"))  # of a file of the Web of Science

# A part of a record that was never closed has none of these: it belongs to what stands above.
_TELLING: Final = frozenset(("TI", "T1", "AU", "A1"))

_NAMES: Final = frozenset(("AU", "AF", "A1"))

LONGEST: Final = 4 * 1024 * 1024


@dataclass(slots=True)
class Tagged:
    """One record: its lines as they are, from line ``line`` of the file on.

    ``begun`` and ``closed`` say that the marks of its beginning and end were there;
    ``too_long`` that it has more than 4 MiB, of which the rest was dropped.
    """

    line: int
    lines: list[str] = field(default_factory=list)
    tags: set[str] = field(default_factory=set)
    begun: bool = True
    closed: bool = False
    too_long: bool = False
    size: int = 0

    def take(self, line: str) -> None:
        self.size += len(line) + 1
        self.too_long |= self.size > LONGEST
        if not self.too_long:
            self.lines.append(line)

    @property
    def text(self) -> str:
        return "\n".join(self.lines) + "\n"


def dialect(text: str) -> Dialect | None:
    """Which kind of tagged text this is, by its first tags; None where it is none."""
    for name, sign in _SIGNS.items():
        if sign.search(text):
            return name
    return None


_SIGNS: Final[dict[Dialect, re.Pattern[str]]] = {
    "medline": re.compile(r"^PMID- ?\d", re.MULTILINE),
    "ris": re.compile(r"^\s{0,4}(?:TY  -|(?:[A-Z][A-Z0-9]  - .*\s+){3})", re.MULTILINE),
    "isi": re.compile(r"\A\s*(?:FN |VR |PT [A-Z]$)", re.MULTILINE),
    "refer": re.compile(r"\A\s*%[0A-Z](?:[ \t]\S|\s*\n%)"),
}


def records(kind: Dialect, lines: Iterable[tuple[int, str]]) -> Iterator[Tagged]:
    """The records of these numbered lines; what stands between them is passed over."""
    waiting: Tagged | None = None
    for record in _cut(kind, lines):
        if waiting and kind == "ris" and not waiting.closed and not record.tags & _TELLING:
            for line in record.lines:
                waiting.take(line)
            waiting.closed = record.closed
            continue
        if waiting:
            yield waiting
        waiting = record
    if waiting:
        yield waiting


def _cut(kind: Dialect, lines: Iterable[tuple[int, str]]) -> Iterator[Tagged]:
    pattern, first = _LINES[kind], _FIRST[kind]
    open_: Tagged | None = None
    blank = False
    for number, line in lines:
        match = pattern.match(line)
        tag = match[1].strip() if match else ""
        begins = tag == first and (open_ is None or bool(open_.tags - {first}))
        begins |= bool(tag) and blank and kind in ("refer", "medline") and open_ is not None
        if open_ and begins:
            yield open_
            open_ = None
        if tag in _LAST and kind != "refer":
            if open_:
                open_.closed = True
                yield open_
            open_ = None
        elif open_ or (tag and tag not in _PREAMBLE):
            open_ = open_ or Tagged(line=number, begun=tag == first)
            open_.tags.update((tag,) if tag else ())
            open_.take(line)
        blank = not line.strip()
    if open_:
        yield open_


def fields(kind: Dialect, text: str) -> dict[str, list[str]]:
    """The values of each tag, in order. A line without a tag goes on with the value above it.

    In Web of Science each line of names is a name of its own; other values are joined.
    """
    pattern = _LINES[kind]
    found: dict[str, list[list[str]]] = {}
    tag = ""
    for line in text.split("\n"):
        if match := pattern.match(line):
            tag = match[1].strip()
            found.setdefault(tag, []).append([(match[2] or "").strip()])
        elif tag and (more := line.strip()):
            if tag in _NAMES and kind in ("isi", "ris"):
                found[tag].append([more])
            else:
                found[tag][-1].append(more)
    joined = {tag: [" ".join(parts).strip() for parts in values] for tag, values in found.items()}
    return {tag: [value for value in values if value] for tag, values in joined.items()}
