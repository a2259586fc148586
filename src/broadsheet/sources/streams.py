"""Files as streams of bytes: plain, gzip and Zstandard, with memory that does not grow."""

import gzip
import io
import stat
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

import zstandard

from broadsheet.kernel.errors import Unreadable

LONGEST_LINE: Final = 4 * 1024 * 1024
LARGEST_FILE: Final = 64 * 1024 * 1024
WINDOW: Final = 2**27

# Four bytes of Zstandard can ask for 128 KiB of output, so what is fed at once bounds what
# comes out at once: 4 KiB give 128 MiB at the very worst, and some 20 KiB of real papers.
_MORSEL: Final = 4 * 1024
_CHUNK: Final = 128 * 1024
_HEAD: Final = 64 * 1024
_GZIP: Final = b"\x1f\x8b"
_ZSTD: Final = b"\x28\xb5\x2f\xfd"
_MARK: Final = b"\xef\xbb\xbf"


def chunks(path: Path) -> Iterator[bytes]:
    """The bytes of a file in order, decompressed as its first bytes ask for.

    Raises Unreadable, after everything that could be read, for a file that cannot be opened
    and for a stream that is broken or ends too early.
    """
    try:
        _refuse_all_but_files(path)
        with path.open("rb") as file:
            magic = file.read(4)
            file.seek(0)
            if magic == _ZSTD:
                yield from _zstd(path, file)
            elif magic[:2] == _GZIP:
                yield from _gzip(path, file)
            else:
                while chunk := file.read(_CHUNK):
                    yield chunk
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise Unreadable(where=path, reason=f"it cannot be opened or read: {reason}") from None


def _refuse_all_but_files(path: Path) -> None:
    mode = path.stat().st_mode
    if stat.S_ISDIR(mode):
        next(path.iterdir(), None)  # tells a folder nobody may open from one given by mistake
        raise Unreadable(where=path, reason="it is a folder; name a file")
    if not stat.S_ISREG(mode):
        raise Unreadable(where=path, reason="it is no regular file; save it as one first")


def _zstd(path: Path, file: io.BufferedReader) -> Iterator[bytes]:
    decoder = zstandard.ZstdDecompressor(max_window_size=WINDOW)
    frame = decoder.decompressobj()
    fed = False
    try:
        while morsel := file.read(_MORSEL):
            while morsel:
                fed = True
                if plain := frame.decompress(morsel):
                    yield plain
                morsel = b""
                if frame.eof:
                    morsel, frame, fed = frame.unused_data, decoder.decompressobj(), False
    except zstandard.ZstdError as error:
        if "memory" in str(error):
            reason = "its compression window is larger than 128 MiB; compress it with --long=27"
        else:
            reason = f"its Zstandard stream is broken: {error}"
        raise Unreadable(where=path, reason=reason) from None
    if fed:
        raise Unreadable(where=path, reason=_CUT)


def _gzip(path: Path, file: io.BufferedReader) -> Iterator[bytes]:
    try:
        with gzip.GzipFile(fileobj=file) as plain:
            while chunk := plain.read1(_CHUNK):
                yield chunk
    except EOFError:
        raise Unreadable(where=path, reason=_CUT) from None
    except (gzip.BadGzipFile, zlib.error) as error:
        raise Unreadable(where=path, reason=f"its gzip stream is broken: {error}") from None


_CUT: Final = "it ends in the middle of its compressed stream; fetch it again"


def head(path: Path) -> bytes:
    """The first 64 KiB, decompressed; fewer where the file is shorter.

    Raises Unreadable only where not one byte can be read: what is broken further on is told
    by whoever reads on.
    """
    got = b""
    try:
        for chunk in chunks(path):
            got += chunk
            if len(got) >= _HEAD:
                break
    except Unreadable:
        if not got:
            raise
    return got[:_HEAD]


def whole(path: Path) -> bytes:
    """All bytes of a file of at most 64 MiB. Raises Unreadable, also for a larger one."""
    got = bytearray()
    for chunk in chunks(path):
        got += chunk
        if len(got) > LARGEST_FILE:
            raise Unreadable(where=path, reason="it is larger than 64 MiB, too long for its kind")
    return bytes(got)


def lines(path: Path) -> Iterator[tuple[int, bytes | None]]:
    """Each line with its number from 1, without its end; None for one longer than 4 MiB.

    Empty lines are passed over, a byte order mark before the first is dropped. Raises
    Unreadable as ``chunks`` does, after the last line that is whole.
    """
    for number, line in split(chunks(path)):
        if line is None:
            yield number, None
        elif text := (line.removeprefix(_MARK) if number == 1 else line).strip():
            yield number, text


def split(chunks: Iterable[bytes]) -> Iterator[tuple[int, bytes | None]]:
    """Every line of a stream with its number from 1, as it is; None for one longer than 4 MiB."""
    number = 1
    pending = b""
    too_long = False
    for chunk in chunks:
        first, *rest = chunk.split(b"\n")
        if not too_long:
            pending += first
            too_long = len(pending) > LONGEST_LINE
        for following in rest:
            yield number, None if too_long else pending
            number, pending = number + 1, following
            too_long = len(pending) > LONGEST_LINE
        if too_long:
            pending = b""
    if pending or too_long:
        yield number, None if too_long else pending


class Stream(io.RawIOBase):
    """The decompressed bytes of a file as something that can be read."""

    def __init__(self, path: Path) -> None:
        self._chunks = chunks(path)
        self._rest = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # what BufferedReader gives
        if not self._rest:
            self._rest = memoryview(next(self._chunks, b""))
        count = min(len(buffer), len(self._rest))
        buffer[:count] = self._rest[:count]
        self._rest = self._rest[count:]
        return count

    def close(self) -> None:
        self._chunks.close()  # type: ignore[attr-defined]  # a generator
        super().close()
