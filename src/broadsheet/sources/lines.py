"""What every source of JSON lines does: read on, and set aside the lines that are broken."""

from collections.abc import Callable, Iterator
from pathlib import Path

from broadsheet.kernel.errors import Unreadable
from broadsheet.sources import streams, values
from broadsheet.sources.contract import Record, Sample, Trouble
from broadsheet.sources.troubles import broken, unreadable
from broadsheet.sources.values import Broken, Entry


def records(
    source: str, path: Path, parse: Callable[[bytes], Record]
) -> Iterator[Record | Trouble]:
    """Each line of a file as a Record, or as a Trouble where ``parse`` raises Broken."""
    try:
        for number, line in streams.lines(path):
            if line is None:
                yield broken(source, path, "the line is longer than 4 MiB", line=number)
                continue
            try:
                yield parse(line)
            except Broken as error:
                name = _name(line)
                yield broken(source, path, str(error), line=number, raw=line, source_id=name)
    except Unreadable as error:
        yield unreadable(source, path, error)


def _name(line: bytes) -> str:
    """The id a broken line gives itself, "" where it has none."""
    try:
        return values.text(values.decoded_object(line), "id")
    except Broken:
        return ""


def objects(sample: Sample) -> Iterator[Entry]:
    """The JSON objects that stand in whole lines of a sample."""
    lines = sample.head.removeprefix(b"\xef\xbb\xbf").split(b"\n")
    for line in lines:
        if line.startswith(b"{"):
            try:
                yield values.decoded_object(line)
            except Broken:
                continue
