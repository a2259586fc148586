"""Day files, alone or packed together in a tar, as Records."""

import io
import re
import tarfile
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Final

from broadsheet.kernel.errors import Unreadable
from broadsheet.sources import streams
from broadsheet.sources.contract import Record, Sample, Trouble
from broadsheet.sources.hf_daily import days
from broadsheet.sources.hf_daily.entries import Spoilt, records
from broadsheet.sources.hf_daily.parse import Listing, listing, opened, parse
from broadsheet.sources.troubles import broken, fatal, unreadable
from broadsheet.sources.values import Broken, Entry

_LIST: Final = re.compile(rb"\s*\[\s*(?:\]\s*$|\{|\"\{')")
_ENTRY: Final = re.compile(rb"[\"']paper[\"']\s*:\s*\{|\[\s*\]\s*$")
_WRAPPED: Final = re.compile(rb'\s*\{\s*"status"\s*:\s*"[a-z_]+"\s*,\s*"date"\s*:')
_EMPTY_DAY: Final = re.compile(rb"\s*\d{1,9}\s*")
_MEMBER: Final = re.compile(rb"\d{4}-\d{2}-\d{2}[^/\0]*\.json\0")
_TAR_MAGIC: Final = slice(257, 262)
_TAR_HEADERS: Final = 4_096

# When an archive stored its days: see ``days.stored``.
Stored = Mapping[date, datetime]


class HFDaily:
    """A FileSource. An entry is a record; ``raw`` is the entry with its day, place and moment."""

    name = "hf_daily"

    def recognises(self, sample: Sample) -> bool:
        """Say whether this is a day file or a tar of day files."""
        head = sample.head
        if _is_tar(head):
            return bool(_MEMBER.search(head[:_TAR_HEADERS]))
        if _WRAPPED.match(head) or (_LIST.match(head) and _ENTRY.search(head)):
            return True
        return sample.path.suffix == ".json" and bool(_EMPTY_DAY.fullmatch(head))

    def read(self, path: Path) -> Iterator[Record | Trouble]:
        try:
            stored = days.stored(path)
            if _is_tar(streams.head(path)):
                yield from _packed(path, stored)
            else:
                yield from _listed(path, streams.whole(path), stored)
        except Unreadable as error:
            yield unreadable(self.name, path, error)
        except Broken as error:
            yield fatal(self.name, path, str(error))

    def reread(self, raw: bytes, seen_at: datetime) -> Record:
        return replace(parse(raw), seen_at=seen_at)


def _is_tar(head: bytes) -> bool:
    return head[_TAR_MAGIC] == b"ustar"


def _packed(path: Path, stored: Stored) -> Iterator[Record | Trouble]:
    """Each member as a day file, one after the other, without unpacking."""
    try:
        with (
            io.BufferedReader(streams.Stream(path)) as stream,
            tarfile.open(fileobj=stream, mode="r|") as tar,
        ):
            for member in tar:
                if member.isfile() and member.name.endswith(".json"):
                    yield from _member(tar, member, path / member.name.lstrip("/"), stored)
    except tarfile.TarError as error:
        raise Broken(f"its tar archive is broken: {error}") from None


def _member(
    tar: tarfile.TarFile, member: tarfile.TarInfo, inside: Path, stored: Stored
) -> Iterator[Record | Trouble]:
    """One member; what is wrong with it leaves the others to be read."""
    if member.size > streams.LARGEST_FILE:
        yield broken(HFDaily.name, inside, "it is larger than 64 MiB, too long for a day file")
        return
    packed = tar.extractfile(member)
    try:
        yield from _listed(inside, packed.read() if packed else b"", stored)
    except Broken as error:
        yield broken(HFDaily.name, inside, str(error))


def _listed(path: Path, content: bytes, stored: Stored) -> Iterator[Record | Trouble]:
    """The entries of one day file. Raises Broken where the file as a whole is none."""
    found = listing(content)
    if not found.entries:
        return
    stem = path.name.partition(".")[0]
    day = days.day_of(stem, found.day, _objects(found))
    captured = days.captured_at(stem, day, stored)
    for item in records(found.entries, day=day, captured=captured):
        if isinstance(item, Spoilt):
            yield broken(HFDaily.name, path, item.reason, raw=item.raw)
        else:
            yield item


def _objects(found: Listing) -> Iterator[Entry]:
    for entry in found.entries:
        try:
            yield opened(entry)
        except Broken:
            continue
