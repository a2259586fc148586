"""Cutting a BibTeX file into blocks, in a stream."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

from broadsheet.sources import charset, streams

LONGEST: Final = streams.LONGEST_LINE

START: Final = re.compile(rb"@[ \t]*([A-Za-z][\w-]*)\s*([{(])")
# A block that begins at the left edge with a key: an entry before it was never closed.
_NEXT: Final = re.compile(rb"@[A-Za-z]+[ \t]*[{(][ \t]*[^\s,={}()]+[ \t]*,")
_REMARK: Final = re.compile(rb"\s*%")
_BRACE: Final = re.compile(rb"\\.|[{}]", re.DOTALL)


class Block(NamedTuple):
    """``@kind{…}`` as it stands, from line ``line`` on; None where it is longer than 4 MiB."""

    line: int
    kind: str
    text: bytes | None


def in_file(path: Path) -> Iterator[Block]:
    """The blocks of a file in order. Raises Unreadable as ``streams.chunks`` does."""
    return blocks(streams.split(charset.narrow(streams.chunks(path))))


def in_bytes(content: bytes) -> Iterator[Block]:
    """The blocks of a text."""
    return blocks(enumerate(content.split(b"\n"), start=1))


def blocks(lines: Iterator[tuple[int, bytes | None]]) -> Iterator[Block]:
    """The blocks of these lines; what stands between them is passed over.

    An entry that is never closed ends where the next one begins.
    """
    cutter = _Cutter()
    for number, line in lines:
        if line is None:
            cutter.overflow()
        else:
            yield from cutter.feed(number, line + b"\n")
    yield from cutter.end()


class _Cutter:
    """Collects the lines of one block at a time."""

    def __init__(self) -> None:
        self._lines: list[bytes] | None = None
        self._size = 0
        self._kind, self._line, self._closer, self._depth = "", 0, b"}", 0

    def _begin(self, kind: str, opener: bytes, line: int) -> None:
        self._kind, self._line = kind, line
        self._closer = b")" if opener == b"(" else b"}"
        self._depth = self._size = 0
        self._lines = []

    def overflow(self) -> None:
        """A line too long to be held: the block it belongs to is given up."""
        self._size = LONGEST + 1

    def feed(self, number: int, line: bytes) -> Iterator[Block]:
        """Take a line; gives the blocks that end in it."""
        if self._lines is not None and _NEXT.match(line):
            yield from self.end()
        at = 0
        while True:
            if self._lines is None:
                start = None if _REMARK.match(line, at) else START.search(line, at)
                if start is None:
                    return
                self._begin(start[1].decode("ascii").lower(), start[2], number)
                at = start.start()
            end = self._close(line, at)
            self._take(line[at:end] if end else line[at:])
            if not end:
                return
            yield from self.end()
            at = end

    def _take(self, piece: bytes) -> None:
        self._size += len(piece)
        if self._lines is not None and self._size <= LONGEST:
            self._lines.append(piece)

    def _close(self, line: bytes, at: int) -> int:
        """Where the block ends in this line, 0 where it goes on."""
        for match in _BRACE.finditer(line, at):
            if match[0] == b"{":
                self._depth += 1
            elif match[0] == b"}":
                self._depth -= 1
                if self._depth == 0 and self._closer == b"}":
                    return match.end()
        if self._closer == b")" and self._depth <= 0:
            closed = line.rstrip()
            return len(closed) if closed.endswith(b")") else 0
        return 0

    def end(self) -> Iterator[Block]:
        """The block so far, if one is open."""
        if self._lines is not None:
            text = b"".join(self._lines) if self._size <= LONGEST else None
            yield Block(self._line, self._kind, text)
        self._lines = None
