"""Files of the ACL Anthology as Records."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Final
from xml.etree.ElementTree import Element

from broadsheet.kernel.errors import Unreadable
from broadsheet.sources import streams
from broadsheet.sources.acl_xml.parse import NAME, envelope, parse
from broadsheet.sources.contract import Record, Sample, Trouble
from broadsheet.sources.troubles import broken, fatal, unreadable
from broadsheet.sources.values import Broken
from broadsheet.sources.xml import BadXml, elements

_COLLECTION: Final = re.compile(rb"<collection\b[^<>]{0,400}?\bid\s*=\s*[\"']([\w.-]{1,60})[\"']")


class ACLXML:
    """A FileSource. A paper is a record; ``raw`` is the paper inside a volume of one."""

    name = NAME

    def recognises(self, sample: Sample) -> bool:
        """Say whether a collection with volumes begins here."""
        return bool(_COLLECTION.search(sample.head[:8_192])) and b"<volume" in sample.head

    def read(self, path: Path) -> Iterator[Record | Trouble]:
        try:
            named = _COLLECTION.search(streams.head(path))
            collection = named[1].decode("ascii", "replace") if named else ""
            for volume in elements(streams.chunks(path), "volume"):
                yield from _papers(path, collection, volume)
        except Unreadable as error:
            yield unreadable(self.name, path, error)
        except BadXml as error:
            yield fatal(self.name, path, str(error))

    def reread(self, raw: bytes, seen_at: datetime) -> Record:
        return replace(parse(raw), seen_at=seen_at)


def _papers(path: Path, collection: str, volume: Element) -> Iterator[Record | Trouble]:
    for paper in volume.iterfind("paper"):
        paper.tail = None
        raw = envelope(collection, volume, paper)
        try:
            yield parse(raw)
        except Broken as error:
            where = f"volume {volume.get('id')}, paper {paper.get('id')}"
            yield broken(NAME, path, f"{where}: {error}", raw=raw)
