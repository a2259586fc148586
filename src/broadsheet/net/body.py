"""The body of an answer: read piece by piece, decompressed as it comes, within bounds."""

import zlib
from http.client import HTTPResponse, IncompleteRead
from typing import Final, Protocol

_PIECE: Final = 64 * 1024
_GZIP: Final = 16 + zlib.MAX_WBITS


class TooLong(Exception):
    """The answer is longer than was allowed; nothing more of it was read."""


class Broken(Exception):
    """The answer cannot be read; its text is the reason."""


class CutOff(Exception):
    """The connection ended before the answer did."""


class _Decoder(Protocol):
    def add(self, piece: bytes, room: int, /) -> bytes: ...

    def end(self) -> None: ...


def read_body(answer: HTTPResponse, most_bytes: int) -> bytes:
    """The whole body, decompressed. Raises TooLong, Broken or CutOff.

    Never more than ``most_bytes`` and one piece are held, whatever the body expands to.
    """
    told = answer.length  # before reading: what Content-Length said, None without one
    if told is not None and told > most_bytes:
        raise TooLong
    decoder = _decoder(answer)
    came, body = 0, bytearray()
    try:
        while piece := answer.read(_PIECE):
            came += len(piece)
            if came > most_bytes:
                raise TooLong
            body += decoder.add(piece, most_bytes - len(body))
    except IncompleteRead:
        raise CutOff from None
    if told is not None and came < told:
        raise CutOff
    if came:
        decoder.end()
    return bytes(body)


def _decoder(answer: HTTPResponse) -> _Decoder:
    transfer = answer.headers.get("Transfer-Encoding", "").strip().lower()
    if transfer not in ("", "chunked"):
        raise Broken(f"it is sent as {transfer[:40]!r}, which nobody asked for")
    coding = ", ".join(answer.headers.get_all("Content-Encoding", [])).strip().lower()
    if coding in ("", "identity"):
        return _Plain()
    if coding in ("gzip", "x-gzip"):
        return _Gzip()
    raise Broken(f"it is compressed as {coding[:40]!r}, which nobody asked for")


class _Plain:
    def add(self, piece: bytes, _room: int) -> bytes:
        return piece  # what comes is counted before

    def end(self) -> None:
        pass


class _Gzip:
    def __init__(self) -> None:
        self._stream = zlib.decompressobj(_GZIP)

    def add(self, piece: bytes, room: int) -> bytes:
        if self._stream.eof:
            raise Broken("something follows the end of its compressed body")
        try:
            plain = self._stream.decompress(piece, room + 1)
        except zlib.error as error:
            raise Broken(f"its compression is broken: {error}") from None
        if len(plain) > room:
            raise Broken(f"its {room:,} bytes of room burst as its compressed body expands")
        if self._stream.unused_data:
            raise Broken("something follows the end of its compressed body")
        return plain

    def end(self) -> None:
        if not self._stream.eof:
            raise CutOff
