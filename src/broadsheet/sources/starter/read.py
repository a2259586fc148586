"""The starter edition, bundled or saved elsewhere, as Records."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from broadsheet.sources import lines
from broadsheet.sources.contract import Record, Sample, Trouble
from broadsheet.sources.starter.parse import parse


class Starter:
    """A FileSource. A line is a record; ``raw`` is the line."""

    name = "starter"

    def recognises(self, sample: Sample) -> bool:
        """Say whether some line has a summary and the days or pages the paper stood on."""
        return any(
            "summary" in entry and ("feed_days" in entry or "pages" in entry)
            for entry in lines.objects(sample)
        )

    def read(self, path: Path) -> Iterator[Record | Trouble]:
        return lines.records(self.name, path, parse)

    def reread(self, raw: bytes, seen_at: datetime) -> Record:
        return replace(parse(raw), seen_at=seen_at)
