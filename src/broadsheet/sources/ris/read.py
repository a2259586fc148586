"""RIS files and their relatives as Records."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Final
from xml.etree import ElementTree as ET

from broadsheet.kernel.errors import Unreadable
from broadsheet.sources import charset, streams
from broadsheet.sources.contract import Record, Sample, Trouble
from broadsheet.sources.ris import endnote, tags
from broadsheet.sources.ris.parse import NAME, parse
from broadsheet.sources.ris.tags import Tagged
from broadsheet.sources.troubles import broken, fatal, unreadable
from broadsheet.sources.values import Broken
from broadsheet.sources.xml import BadXml, elements

_ENDNOTE: Final = re.compile(rb"<xml>\s*<records>|<records>\s*<record>")
_REFER: Final = re.compile(r"^%[0-9A-Z@](?:[ \t]|$)", re.MULTILINE)


class RIS:
    """A FileSource. ``raw`` is the text of a record as it stands, in UTF-8."""

    name = NAME

    def recognises(self, sample: Sample) -> bool:
        """Say whether the text is tagged in one of the four ways, or EndNote's XML."""
        head = b"".join(charset.narrow([sample.head]))
        if _ENDNOTE.search(head[:4_096]):
            return True
        text = charset.text(head)
        kind = tags.dialect(text)
        # One line after a percent sign may be anything; two, or the usual ending, are Refer.
        return bool(kind) and (
            kind != "refer" or sample.path.suffix == ".enw" or len(_REFER.findall(text)) > 1
        )

    def read(self, path: Path) -> Iterator[Record | Trouble]:
        try:
            head = b"".join(charset.narrow([streams.head(path)]))
            if _ENDNOTE.search(head[:4_096]):
                yield from _endnote(path)
                return
            kind = tags.dialect(charset.text(head))
            if kind is None:
                yield fatal(self.name, path, "it holds no record with tags that are known")
                return
            for record in tags.records(kind, _lines(path)):
                yield from _told(path, record, kind)
        except Unreadable as error:
            yield unreadable(self.name, path, error)

    def reread(self, raw: bytes, seen_at: datetime) -> Record:
        return replace(parse(raw), seen_at=seen_at)


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    """The lines of a file as text; one longer than 4 MiB is passed over with its record."""
    for number, line in streams.split(charset.narrow(streams.chunks(path))):
        if line is None:
            yield number, " " * (tags.LONGEST + 1)
            continue
        text = charset.text(line).rstrip()
        yield number, text.lstrip("\ufeff ") if number == 1 else text


def _told(path: Path, record: Tagged, kind: tags.Dialect) -> Iterator[Record | Trouble]:
    raw = record.text.encode("utf-8", "replace")
    if record.too_long:
        yield broken(NAME, path, "the record is longer than 4 MiB", line=record.line, raw=raw)
        return
    try:
        yield parse(raw)
    except Broken as error:
        yield broken(NAME, path, str(error), line=record.line, raw=raw)
        return
    if kind == "ris" and not record.begun:
        reason = "the record does not begin with TY; what could be read of it is kept"
        yield broken(NAME, path, reason, line=record.line, raw=raw)


def _endnote(path: Path) -> Iterator[Record | Trouble]:
    try:
        for number, element in enumerate(elements(streams.chunks(path), endnote.RECORD), start=1):
            raw = ET.tostring(element, encoding="unicode").encode()
            try:
                yield parse(raw)
            except Broken as error:
                yield broken(NAME, path, f"record {number}: {error}", raw=raw)
    except BadXml as error:
        yield fatal(NAME, path, str(error))
