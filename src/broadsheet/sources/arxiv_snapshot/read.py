"""The bulk file, plain or compressed, as Records."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Final

from broadsheet.sources import lines
from broadsheet.sources.arxiv_snapshot.parse import NAME, from_line, parse
from broadsheet.sources.contract import Record, Sample, Trouble

# A first line longer than the sample (one of 3,000 authors) shows only its beginning.
_BEGINNING: Final = re.compile(
    rb'\s*\{\s*"id"\s*:\s*"[^"]{1,40}"\s*,\s*"(?:submitter"\s*:|authors"\s*:\s*")'
)
_OWN: Final = ("authors_parsed", "update_date", "versions")


class ArxivSnapshot:
    """A FileSource. A line is a record; ``raw`` is the line without the name of its submitter."""

    name = NAME

    def recognises(self, sample: Sample) -> bool:
        """Say whether some line has the names that only this file has."""
        if any("id" in e and any(name in e for name in _OWN) for e in lines.objects(sample)):
            return True
        return bool(_BEGINNING.match(sample.head.removeprefix(b"\xef\xbb\xbf")))

    def read(self, path: Path) -> Iterator[Record | Trouble]:
        return lines.records(self.name, path, from_line)

    def reread(self, raw: bytes, seen_at: datetime) -> Record:
        return replace(parse(raw), seen_at=seen_at)
