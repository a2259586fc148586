"""Day files, alone or packed together in a tar, as Records."""

import io
import re
import tarfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path, PurePosixPath
from typing import Any, Final

from broadsheet.kernel.errors import Unreadable
from broadsheet.sources import streams
from broadsheet.sources.contract import Record, Sample, Trouble
from broadsheet.sources.hf_daily import days
from broadsheet.sources.hf_daily.parse import envelope, is_foreign, listing, opened, parse
from broadsheet.sources.troubles import broken, fatal, unreadable
from broadsheet.sources.values import Broken, Entry

_LIST: Final = re.compile(rb"\s*\[\s*(?:\{\s*\"paper\"|\"\{'paper'|\]\s*$)")
_WRAPPED: Final = re.compile(rb'\s*\{\s*"status"\s*:\s*"[a-z_]+"\s*,\s*"date"')
_EMPTY_DAY: Final = re.compile(rb"\s*\d{1,9}\s*$")
_MEMBER: Final = re.compile(rb"\d{4}-\d{2}-\d{2}[^/\0]*\.json\0")
_TAR_MAGIC: Final = slice(257, 262)
_TAR_HEADERS: Final = 4_096


class HFDaily:
    """A FileSource. An entry is a record; ``raw`` is the entry with its day, place and moment."""

    name: Final = "hf_daily"

    def recognises(self, sample: Sample) -> bool:
        """Say whether this is a day file or a tar of day files."""
        head = sample.head
        if _is_tar(head):
            return bool(_MEMBER.search(head[:_TAR_HEADERS]))
        if _LIST.match(head) or _WRAPPED.match(head):
            return True
        return sample.path.suffix == ".json" and bool(_EMPTY_DAY.fullmatch(head))

    def read(self, path: Path) -> Iterator[Record | Trouble]:
        try:
            stored = days.stored(path)
            if _is_tar(streams.head(path)):
                yield from self._packed(path, stored)
            else:
                yield from _DayFile(path, path.stem, stored).records(streams.whole(path))
        except Unreadable as error:
            yield unreadable(self.name, path, error)

    def reread(self, raw: bytes, seen_at: datetime) -> Record:
        return replace(parse(raw), seen_at=seen_at)

    def _packed(
        self, path: Path, stored: Mapping[date, datetime]
    ) -> Iterator[Record | Trouble]:
        """Each member as a day file, one after the other, without unpacking."""
        try:
            with (
                io.BufferedReader(streams.Stream(path)) as stream,
                tarfile.open(fileobj=stream, mode="r|") as tar,
            ):
                for member in tar:
                    inside = path / member.name.lstrip("/")
                    if not member.isfile() or PurePosixPath(member.name).suffix != ".json":
                        continue
                    if member.size > streams.LARGEST_FILE:
                        yield broken(self.name, inside, "it is larger than 64 MiB")
                        continue
                    packed = tar.extractfile(member)
                    content = packed.read() if packed else b""
                    yield from _DayFile(inside, inside.stem, stored).records(content)
        except tarfile.TarError as error:
            yield fatal(self.name, path, f"its tar archive is broken: {error}")


@dataclass(frozen=True, slots=True)
class _DayFile:
    """One list: where it lies, and how its name reads without suffix."""

    path: Path
    stem: str
    stored: Mapping[date, datetime]

    def records(self, content: bytes) -> Iterator[Record | Trouble]:
        try:
            found = listing(content)
            entries = [_opened(entry) for entry in found.entries]
            if not entries:
                return
            objects = [entry for entry in entries if not isinstance(entry, Broken)]
            day = days.day_of(self.stem, found.day, objects)
            captured = days.captured_at(self.stem, day, self.stored)
        except Broken as error:
            yield fatal(HFDaily.name, self.path, str(error))
            return
        rank = 0
        seen: set[str] = set()
        for place, (received, entry) in enumerate(zip(found.entries, entries, strict=True), 1):
            ...
