"""Files of stars, a line a paper with its repository, as Records."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from broadsheet.sources import lines
from broadsheet.sources.contract import Record, Sample, Trouble
from broadsheet.sources.github.parse import SOURCE, parse


class GitHubFile:
    """A FileSource. A line is a record; ``raw`` is the line."""

    name = SOURCE

    def recognises(self, sample: Sample) -> bool:
        """Say whether some line tells which repository a paper links to, and when it was seen."""
        return any("linked" in entry and "captured" in entry for entry in lines.objects(sample))

    def read(self, path: Path) -> Iterator[Record | Trouble]:
        return lines.records(self.name, path, parse)

    def reread(self, raw: bytes, seen_at: datetime) -> Record:
        return replace(parse(raw), seen_at=seen_at)
