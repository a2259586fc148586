"""Sorted tables of short texts in one memory-mapped file, found by how they begin.

A table holds *entries* (a text as shown and a count) and *rows*: one for each key an entry is
found by, sorted by key. A row stores only the first eight bytes of its key, its *head*; the rest
is worked out from the entry's text where it is needed.

The file: a magic line, the length and checksum of what follows, a JSON head that names every
array with its type and place, the arrays. It is written aside and put in place in one step; one
that is cut short, or whose sum is wrong, is refused.
"""

import json
import mmap
import os
import zlib
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

Keys = Callable[[str], Sequence[str]]

_MAGIC: Final = b"broadsheet suggestions 1\n"
_PREFACE: Final = len(_MAGIC) + 12  # with the length, 8 bytes, and the sum, 4
_HEAD_BYTES: Final = 8
_ALIGN: Final = 8
_MOST: Final = 4_294_967_295


@dataclass(frozen=True, slots=True)
class Entry:
    """A text as shown, and how often it was met."""

    text: str
    count: int


@dataclass(frozen=True, slots=True)
class Table:
    """R rows over E entries.

    ``heads`` (R,) uint64, ascending; ``rows`` (R,) uint32, the entry of each; ``starts`` (E + 1,)
    uint32, where each text begins among the bytes of ``texts``; ``counts`` (E,) uint32.
    ``keys`` gives the keys of a text: what made the rows.
    """

    heads: NDArray[np.uint64]
    rows: NDArray[np.uint32]
    starts: NDArray[np.uint32]
    counts: NDArray[np.uint32]
    texts: NDArray[np.uint8]
    keys: Keys

    def __len__(self) -> int:
        return len(self.counts)

    def text(self, entry: int) -> str:
        first, last = self.starts[entry], self.starts[entry + 1]
        return self.texts[first:last].tobytes().decode("utf-8", "replace")

    def entry(self, number: int) -> Entry:
        return Entry(self.text(number), int(self.counts[number]))

    def begun(self, prefix: str, limit: int) -> list[Entry]:
        """Entries of which a key begins so, the commonest first."""
        return self.best([self.range(prefix)], limit)

    def exactly(self, key: str) -> list[Entry]:
        """Entries that have this very key, the commonest first."""
        head = _bytes(key)
        if len(head) < _HEAD_BYTES:
            exact = np.array([_bounds(head)[0]], dtype=np.uint64)
            first = int(np.searchsorted(self.heads, exact)[0])
            last = int(np.searchsorted(self.heads, exact, "right")[0])
        else:
            first, last = self.range(key)
        found = [n for n in dict.fromkeys(self.rows[first:last].tolist()) if key in self._keys(n)]
        return [self.entry(n) for n in sorted(found, key=lambda n: (-int(self.counts[n]), n))]

    def best(self, ranges: Iterable[tuple[int, int]], limit: int) -> list[Entry]:
        """The commonest entries of some ranges of rows, each once."""
        rows = [self.rows[first:last] for first, last in ranges if first < last]
        if not rows or limit <= 0:
            return []
        found = np.concatenate(rows) if len(rows) > 1 else rows[0]
        counts = self.counts[found]
        wide = 2 * limit  # an entry may be there by more than one key
        if len(found) > wide:
            top = np.argpartition(counts, len(found) - wide)[-wide:]
            found, counts = found[top], counts[top]
        numbers = dict.fromkeys(found[np.lexsort((found, -counts.astype(np.int64)))].tolist())
        return [self.entry(number) for number in list(numbers)[:limit]]

    def range(self, prefix: str) -> tuple[int, int]:
        """The rows whose key begins so: the first, and the one after the last."""
        begin = _bytes(prefix)
        low, high = np.array(_bounds(begin), dtype=np.uint64)
        first = int(np.searchsorted(self.heads, low))
        last = int(np.searchsorted(self.heads, high, "right"))
        if len(begin) <= _HEAD_BYTES or first == last:
            return first, last
        size, rows = len(begin), range(first, last)
        start = bisect_left(rows, begin, key=lambda row: _bytes(self.key(row))[:size])
        end = bisect_right(rows, begin, key=lambda row: _bytes(self.key(row))[:size])
        return first + start, first + end

    def ranges(self, heads: Sequence[str]) -> list[tuple[int, int]]:
        """The rows of each of many beginnings of at most eight bytes, those with none left out."""
        bounds = np.array([_bounds(_bytes(head)) for head in heads], dtype=np.uint64)
        if not len(bounds):
            return []
        first = np.searchsorted(self.heads, bounds[:, 0])
        last = np.searchsorted(self.heads, bounds[:, 1], "right")
        some = first < last
        return list(zip(first[some].tolist(), last[some].tolist(), strict=True))

    def key(self, row: int) -> str:
        """The key a row stands for."""
        keys, head = self._keys(int(self.rows[row])), int(self.heads[row])
        return next((key for key in keys if _bounds(_bytes(key))[0] == head), keys[0])

    def _keys(self, entry: int) -> Sequence[str]:
        return self.keys(self.text(entry)) or ("",)


def table(entries: Mapping[str, int], keys: Keys) -> Table:
    """A table of texts with their counts. A text without keys is found by nothing."""
    texts = list(entries)
    rows = sorted((key, number) for number, text in enumerate(texts) for key in keys(text))
    heads = b"".join(_bytes(key)[:_HEAD_BYTES].ljust(_HEAD_BYTES, b"\0") for key, _ in rows)
    encoded = [_bytes(text) for text in texts]
    starts = np.zeros(len(texts) + 1, dtype=np.uint32)
    np.cumsum([len(text) for text in encoded], out=starts[1:])
    return Table(
        heads=np.frombuffer(heads, dtype=">u8").astype(np.uint64),
        rows=np.array([number for _, number in rows], dtype=np.uint32),
        starts=starts,
        counts=np.array([min(count, _MOST) for count in entries.values()], dtype=np.uint32),
        texts=np.frombuffer(b"".join(encoded), dtype=np.uint8),
        keys=keys,
    )


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "replace")  # half a character is not worth an error


def _bounds(begin: bytes) -> tuple[int, int]:
    """The least and the greatest head of keys that begin so."""
    begin = begin[:_HEAD_BYTES]
    return (
        int.from_bytes(begin.ljust(_HEAD_BYTES, b"\0"), "big"),
        int.from_bytes(begin.ljust(_HEAD_BYTES, b"\xff"), "big"),
    )


_ARRAYS: Final = ("heads", "rows", "starts", "counts", "texts")


def write(path: Path, tables: Mapping[str, Table], facts: Mapping[str, object]) -> None:
    """Write tables and facts (JSON) to ``path`` in one step; what was there before is replaced."""
    arrays = {
        f"{name}.{part}": getattr(made, part) for name, made in tables.items() for part in _ARRAYS
    }
    places, chunks, at = {}, [], 0
    for name, array in arrays.items():
        places[name] = (array.dtype.str, at, len(array))
        chunks.append(_padded(array.tobytes()))
        at += len(chunks[-1])
    head = json.dumps({"facts": facts, "arrays": places}).encode()
    # So filled up that the arrays begin at a place that suits them.
    head += b" " * (-(_PREFACE + len(head) + 1) % _ALIGN) + b"\n"
    body = head + b"".join(chunks)
    aside = path.with_name(f"{path.name}.{os.getpid()}")
    with aside.open("wb") as file:
        file.write(_MAGIC + len(body).to_bytes(8, "little"))
        file.write(zlib.crc32(body).to_bytes(4, "little") + body)
        file.flush()
        os.fsync(file.fileno())
    aside.replace(path)


def _padded(array: bytes) -> bytes:
    return array + bytes(-len(array) % _ALIGN)


def read(path: Path, keys: Mapping[str, Keys]) -> tuple[dict[str, Table], dict[str, object]]:
    """The tables named in ``keys``, and the facts.

    Raises OSError where there is no such file, ValueError where it is damaged or of another
    version.
    """
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as mapped:
        size = int.from_bytes(mapped[len(_MAGIC) : len(_MAGIC) + 8], "little")
        if mapped[: len(_MAGIC)] != _MAGIC or len(mapped) != _PREFACE + size:
            raise ValueError("not a whole file of suggestions")
        with memoryview(mapped) as view, view[_PREFACE:] as body:
            if zlib.crc32(body).to_bytes(4, "little") != view[_PREFACE - 4 : _PREFACE]:
                raise ValueError("the sum of the file of suggestions is wrong")
        end = mapped.find(b"\n", _PREFACE) + 1
        head = json.loads(mapped[_PREFACE:end])
    whole = np.memmap(path, dtype=np.uint8, mode="r")
    arrays = {
        name: whole[end + at : end + at + count * np.dtype(kind).itemsize].view(kind)
        for name, (kind, at, count) in head["arrays"].items()
    }
    tables = {
        name: Table(**{part: np.asarray(arrays[f"{name}.{part}"]) for part in _ARRAYS}, keys=said)
        for name, said in keys.items()
    }
    return tables, head["facts"]
