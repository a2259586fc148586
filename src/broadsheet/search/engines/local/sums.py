"""Whether what stands in tantivy's files is still what was written.

Every file of a segment ends with a footer: JSON with the CRC-32 of all before it, its length and
a magic number. tantivy looks at the sum only when it is told to, and its Python face cannot tell.
"""

import json
import mmap
import re
import struct
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from broadsheet.search.engines.local import folder

_END: Final = struct.Struct("<II")  # length of the footer, magic number
_MAGIC: Final = 1337
_SUM: Final = re.compile(rb'"crc":(\d{1,10})\D')


def verify(path: Path) -> None:
    """Read all files of the newest commit in a folder; a writer may go on meanwhile.

    Raises OSError or ValueError where one is missing or not what was written.
    """
    while seen := folder.signature(path):
        try:
            for file in _files(path):
                _verify(file)
        except (OSError, ValueError):
            if folder.signature(path) == seen:
                raise
        else:
            return  # else a newer commit took its place, and files of the old one went


def _files(path: Path) -> Iterator[Path]:
    for segment in json.loads((path / folder.META).read_bytes())["segments"]:
        name = segment["segment_id"].replace("-", "")
        yield from (file for file in path.glob(f"{name}.*") if file.suffix != ".del")
        if gone := segment.get("deletes"):
            yield path / f"{name}.{gone['opstamp']}.del"


def _verify(file: Path) -> None:
    with file.open("rb") as opened, mmap.mmap(opened.fileno(), 0, prot=mmap.PROT_READ) as held:
        length, magic = _END.unpack_from(held, len(held) - _END.size)
        last = len(held) - _END.size - length
        if magic != _MAGIC or last < 0:
            raise ValueError(f"{file.name} has no end")
        with memoryview(held)[:last] as written:
            found = zlib.crc32(written)
        said = _SUM.search(held[last : -_END.size])
        if said is None or found != int(said[1]):
            raise ValueError(f"{file.name} is not what was written")
