"""BibTeX files as Records."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Final

from broadsheet.kernel.errors import Unreadable
from broadsheet.sources import charset
from broadsheet.sources.bibtex import blocks
from broadsheet.sources.bibtex.blocks import Block
from broadsheet.sources.bibtex.entries import Entry, entry, parents, string
from broadsheet.sources.bibtex.parse import NAME, NO_ENTRY, parse
from broadsheet.sources.contract import Record, Sample, Trouble
from broadsheet.sources.troubles import broken, fatal, unreadable
from broadsheet.sources.values import Broken

_LIKELY: Final = re.compile(
    rb"^[ \t]*@[ \t]*(?:string|preamble|comment|[A-Za-z]{3,20})[ \t]*[{(]", re.MULTILINE
)
_FIELD: Final = re.compile(rb"[,{(][\s,]{0,80}[\w+:-]{2,40}\s{0,40}=\s{0,40}[{\"\w]")
_MOST_KEPT: Final = 32 * 1024 * 1024


@dataclass(slots=True)
class Around:
    """What entries take from elsewhere in their file: strings, and the entries they name."""

    strings: dict[str, str] = field(default_factory=dict)
    wanted: set[str] = field(default_factory=set)
    parents: dict[str, tuple[str, Entry]] = field(default_factory=dict)
    size: int = 0


class BibTeX:
    """A FileSource. An entry is a record, and its ``raw`` a small BibTeX file of its own.

    In it stand the strings the entry uses, itself, and the entries it takes fields from.
    """

    name = NAME

    def recognises(self, sample: Sample) -> bool:
        """Say whether an entry with a field begins some line."""
        head = b"".join(charset.narrow([sample.head]))
        found = _LIKELY.search(head)
        return bool(found and _FIELD.search(head, found.start())) and not head.lstrip().startswith(
            (b"<", b"{", b"[")
        )

    def read(self, path: Path) -> Iterator[Record | Trouble]:
        try:
            around = _survey(path)
            found = False
            for block in blocks.in_file(path):
                if block.kind not in NO_ENTRY:
                    found = True
                    yield from _told(path, block, around)
        except Unreadable as error:
            yield unreadable(self.name, path, error)
            return
        if not found:
            yield fatal(self.name, path, "it holds no entry of BibTeX")

    def reread(self, raw: bytes, seen_at: datetime) -> Record:
        return replace(parse(raw), seen_at=seen_at)


def _told(path: Path, block: Block, around: Around) -> Iterator[Record | Trouble]:
    if block.text is None:
        yield broken(NAME, path, "the entry is longer than 4 MiB", line=block.line)
        return
    text = charset.text(block.text)
    read = entry(text, around.strings)
    raw = _kept(text, read, around)
    try:
        yield parse(raw)
    except Broken as error:
        yield broken(NAME, path, str(error), line=block.line, raw=raw, source_id=read.key)
        return
    if not read.whole:
        reason = "the entry is not written as BibTeX has it; what could be read of it is kept"
        yield broken(NAME, path, reason, line=block.line, raw=raw, source_id=read.key)


def _survey(path: Path) -> Around:
    """What has to be known of a file before its first entry is read."""
    around = Around()
    try:
        for block in blocks.in_file(path):
            _note(block, around)
        if around.wanted:
            for block in blocks.in_file(path):
                _keep(block, around)
    except Unreadable:
        pass  # told where the entries are read, after those that stand before the break
    return around


def _note(block: Block, around: Around) -> None:
    lower = (block.text or b"").lower()
    if block.kind == "string" and around.size < _MOST_KEPT:
        found = string(charset.text(block.text or b""), around.strings)
        around.strings |= found
        around.size += len(lower)
    elif (b"crossref" in lower or b"xdata" in lower) and around.size < _MOST_KEPT:
        named = parents(entry(charset.text(block.text or b""), {}))
        around.wanted.update(named)
        around.size += sum(map(len, named))


def _keep(block: Block, around: Around) -> None:
    if block.kind in NO_ENTRY or block.text is None or around.size > _MOST_KEPT:
        return
    text = charset.text(block.text)
    read = entry(text, around.strings)
    if read.key.lower() in around.wanted:
        around.parents.setdefault(read.key.lower(), (text, read))
        around.wanted.update(parents(read))
        around.size += len(text)


def _kept(text: str, read: Entry, around: Around) -> bytes:
    """The entry as a small file: strings, itself, its parents and theirs."""
    family = [(text, read)]
    seen = {read.key.lower()}
    for _, member in family:
        new = [key for key in parents(member) if key in around.parents and key not in seen]
        seen.update(new)
        family += [around.parents[key] for key in new][: max(0, 8 - len(family))]
    used = sorted({name for _, member in family for name in member.used})
    strings = "".join(f"@string{{{name} = {{{around.strings[name]}}}}}\n" for name in used)
    return (strings + "\n".join(member for member, _ in family) + "\n").encode()
