"""Files of the neutral format, plain or compressed, as Records."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Final

from broadsheet.sources import lines
from broadsheet.sources.contract import Record, Sample, Trouble
from broadsheet.sources.jsonl.parse import parse

# A first line longer than the sample (one of 3,000 authors) shows only its beginning.
_BEGINNING: Final = re.compile(rb'\s*\{\s*"(?:source|id)"\s*:\s*"[^"]*"\s*,\s*"(?:source|id)"\s*:')
# A reference of a citation processor says where it comes from, too.
_CSL: Final = ("DOI", "issued", "container-title")


class JSONL:
    """A FileSource. A line is a record; ``raw`` is the line."""

    name = "jsonl"

    def recognises(self, sample: Sample) -> bool:
        """Say whether some line names its source and itself."""
        if _BEGINNING.match(sample.head):
            return True
        return any(
            "source" in e and ("id" in e or "title" in e) and not any(name in e for name in _CSL)
            for e in lines.objects(sample)
        )

    def read(self, path: Path) -> Iterator[Record | Trouble]:
        return lines.records(self.name, path, parse)

    def reread(self, raw: bytes, seen_at: datetime) -> Record:
        return replace(parse(raw), seen_at=seen_at)
