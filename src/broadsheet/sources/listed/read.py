"""Files of announcements, plain or compressed, as Records."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from broadsheet.sources import lines
from broadsheet.sources.contract import Record, Sample, Trouble
from broadsheet.sources.listed.parse import SOURCE, parse


class ListedFile:
    """A FileSource. A line is a record; ``raw`` is the line."""

    name = SOURCE

    def recognises(self, sample: Sample) -> bool:
        """Say whether some line tells what was listed, in which feed."""
        return any("listed" in entry and "feed" in entry for entry in lines.objects(sample))

    def read(self, path: Path) -> Iterator[Record | Trouble]:
        return lines.records(self.name, path, parse)

    def reread(self, raw: bytes, seen_at: datetime) -> Record:
        return replace(parse(raw), seen_at=seen_at)
