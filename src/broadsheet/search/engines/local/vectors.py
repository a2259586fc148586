"""The flat files of an index beside tantivy's: a vector, a record and tokens for each paper.

Three files that only grow, a row a text: ``.f16`` the unit vectors in half precision, ``.rows``
16 bytes each (which text it was, where its tokens end, a checksum of its vector and tokens),
``.ids`` the tokens one after another.
tantivy's commit is the only truth: the index's state document names the files and says how many
rows count. What stands beyond was written by an ``apply`` that did not come to its end, and the
next writer cuts it off. A row never changes, so a reader maps the files and needs no lock.

Half precision becomes single by moving bits: numpy's own conversion takes ten times as long.
"""

import os
import zlib
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from hashlib import blake2b
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import DTypeLike, NDArray

from broadsheet.search.embedding.contract import TokenIds, Vectors

Halves = NDArray[np.float16]
Rows = NDArray[np.int64]

_RECORD: Final = np.dtype([("text", "<u8"), ("end", "<u4"), ("sum", "<u4")])
_MOST_ENDS: Final = 1 << 32  # tokens of all papers: some 40 million papers
_SUFFIXES: Final = (".f16", ".rows", ".ids")
_MOST_TOKENS: Final = 1 << 24  # different ones: a token takes three bytes at most

# The sign, the exponent and the fraction of a half, where a single has them. The exponent then
# stands for 2**-112 of the number, which the question makes good.
_PLACES: Final = np.array([0x8FFFE000], np.uint32).view(np.int32)[0]
_SCALE: Final = np.float32(2.0**112)
_NO_IDS: Final = np.empty(0, np.uint8)
_AT_ONCE: Final = 1_024  # rows: what they become stays in the processor's cache, and in one thread


def fingerprint(text: str) -> int:
    """64 bits that tell this text from every other."""
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "little")


def new_name() -> str:
    """A name for files that no index used before: a reader cannot take new ones for the old."""
    return f"vectors-{os.urandom(6).hex()}"


def token_width(vocabulary: int) -> int:
    """Bytes a token takes. Raises ValueError for more than 16 million different ones."""
    if vocabulary > _MOST_TOKENS:
        raise ValueError(f"tokens are numbered below {_MOST_TOKENS:,}, not {vocabulary:,}")
    return 2 if vocabulary <= 1 << 16 else 3


def dots(vectors: Halves, question: Vectors) -> Vectors:
    """The product of every row with the question, without a copy of all in single precision."""
    scaled = question * _SCALE
    bits = vectors.view(np.int16)
    found = np.empty(len(bits), np.float32)
    room = np.empty((min(_AT_ONCE, len(bits)), bits.shape[1]), np.int32)
    for start in range(0, len(bits), _AT_ONCE):
        block = bits[start : start + _AT_ONCE]
        wide = _widened(block, room[: len(block)])
        np.dot(wide, scaled, out=found[start : start + len(block)])
    return found


def _widened(bits: NDArray[np.int16], room: NDArray[np.int32]) -> Vectors:
    """Halves as singles, each still to be multiplied with ``_SCALE``."""
    np.copyto(room, bits)
    np.left_shift(room, 13, out=room)
    np.bitwise_and(room, _PLACES, out=room)
    return room.view(np.float32)


@dataclass(frozen=True, slots=True)
class Shape:
    """What the rows of an index look like; ``width`` is 0 where it keeps no tokens."""

    dimensions: int
    width: int


@dataclass(frozen=True, slots=True)
class Held:
    """The rows of one commit, mapped: ``vectors`` (n x dimensions), and their tokens."""

    vectors: Halves
    _records: NDArray[np.void]
    _ids: NDArray[np.uint8]
    _width: int
    _name: str

    def __len__(self) -> int:
        return len(self.vectors)

    def cosines(self, rows: Rows, question: Vectors) -> Vectors:
        """How near the question each of these rows is."""
        return dots(self.vectors.take(rows, axis=0), question)

    def vector(self, row: int) -> Vectors:
        """One row, in single precision."""
        found: Vectors = self.singles(np.array([row]))[0]
        return found

    def singles(self, rows: Rows) -> Vectors:
        """These rows in single precision."""
        halves = self.vectors.take(rows, axis=0)
        return _widened(halves.view(np.int16), np.empty(halves.shape, np.int32)) * _SCALE

    def verify(self) -> None:
        """Compare all rows with their sums. Raises ValueError for one that is not as written."""
        start = 0
        for row, record in enumerate(self._records):
            end = int(record["end"]) * self._width
            ids = self._ids[start:end]
            if record["sum"] != _sum(self._name, record["text"], self.vectors[row], ids):
                raise ValueError(f"the vector in row {row:,} is not what was written")
            start = end

    def tokens(self, rows: Rows) -> tuple[TokenIds, Rows]:
        """The tokens of these rows in one array; those of row i end at ``ends[i]``."""
        if not self._width or not len(rows):
            return np.empty(0, np.uint32), np.zeros(len(rows), np.int64)
        last = self._records[rows]["end"].astype(np.int64)
        first = self._records[np.maximum(rows - 1, 0)]["end"].astype(np.int64)
        first[rows == 0] = 0
        counts = last - first
        if counts.min() < 0 or last.max() * self._width > len(self._ids):
            raise ValueError("the tokens of a paper lie where none are")
        places = zip((first * self._width).tolist(), (last * self._width).tolist(), strict=True)
        joined = b"".join([self._ids.data[low:high] for low, high in places])
        return _read(joined, self._width), np.cumsum(counts)


def _read(ids: bytes, width: int) -> TokenIds:
    """Numbers of two or three bytes: four are read, of which the last are the next one's."""
    count = len(ids) // width
    wide: TokenIds = np.ndarray((count,), "<u4", ids + bytes(4 - width), strides=(width,))
    return wide & np.uint32((1 << 8 * width) - 1)


def _written(tokens: TokenIds, width: int) -> NDArray[np.uint8]:
    four = tokens.astype("<u4").view(np.uint8).reshape(-1, 4)
    return np.ascontiguousarray(four[:, :width]).reshape(-1)


def _sum(name: str, text: np.uint64, vector: Halves, ids: NDArray[np.uint8]) -> int:
    """The checksum of a row, and of whose it is: rows of other files have other sums."""
    begun = zlib.crc32(text.tobytes(), zlib.crc32(name.encode()))
    return zlib.crc32(ids.data, zlib.crc32(vector.data, begun))


def mapped(folder: Path, name: str, count: int, shape: Shape) -> Held:
    """Map the first ``count`` rows. Raises OSError or ValueError where they are not all there."""
    if not count:
        none = np.empty((0, shape.dimensions), "<f2")
        return Held(none, np.empty(0, _RECORD), _NO_IDS, 0, name)
    vectors = _map(folder / f"{name}.f16", "<f2", (count, shape.dimensions))
    records = _map(folder / f"{name}.rows", _RECORD, (count,))
    used = int(records[-1]["end"]) * shape.width
    ids = _map(folder / f"{name}.ids", np.uint8, (used,)) if used else _NO_IDS
    return Held(vectors, records, ids, shape.width, name)


def _map(path: Path, dtype: DTypeLike, shape: tuple[int, ...]) -> NDArray[Any]:
    return np.asarray(np.memmap(path, dtype=dtype, mode="r", shape=shape))


class RowWriter:
    """Appends rows; whoever makes one holds the writer of the index.

    Opening cuts off what stands beyond the committed rows and removes the files of other names.
    Raises OSError or ValueError where committed rows are missing.
    """

    def __init__(self, folder: Path, name: str, count: int, shape: Shape) -> None:
        self.name, self.count = name, count
        self._shape = shape
        self._tokens = 0
        for path in folder.glob("vectors-*"):
            if path.stem != name:
                path.unlink(missing_ok=True)
        with ExitStack() as opened:
            self._vectors, self._records, self._ids = (
                opened.enter_context((folder / f"{name}{suffix}").open("a+b"))
                for suffix in _SUFFIXES
            )
            if count:
                self._tokens = int(self._record(count - 1)["end"])
            _cut(self._vectors.fileno(), count * shape.dimensions * 2)
            _cut(self._records.fileno(), count * _RECORD.itemsize)
            _cut(self._ids.fileno(), self._tokens * shape.width)
            self._opened = opened.pop_all()

    def text(self, row: int) -> int:
        """The fingerprint of the text of a committed row."""
        return int(self._record(row)["text"])

    def append(self, vectors: Vectors, texts: Sequence[int], tokens: Sequence[TokenIds]) -> range:
        """Write rows; gives their numbers. ``tokens`` is empty where none are kept."""
        lengths = [len(ids) for ids in tokens] or [0] * len(texts)
        ends = self._tokens + np.cumsum(lengths, dtype=np.int64)
        if ends[-1] >= _MOST_ENDS:
            raise ValueError(f"the papers of one index hold at most {_MOST_ENDS:,} tokens")
        halves = np.ascontiguousarray(vectors, "<f2")
        ids = _written(np.concatenate(tokens), self._shape.width) if tokens else _NO_IDS
        places = (np.concatenate(([self._tokens], ends)) - self._tokens) * self._shape.width
        records = np.empty(len(texts), _RECORD)
        records["text"], records["end"] = texts, ends
        records["sum"] = [
            _sum(self.name, text, vector, ids[low:high])
            for text, vector, (low, high) in zip(
                records["text"], halves, pairwise(places.tolist()), strict=True
            )
        ]
        self._vectors.write(halves.tobytes())
        self._records.write(records.tobytes())
        self._ids.write(ids.tobytes())
        self._tokens = int(ends[-1])
        start, self.count = self.count, self.count + len(texts)
        return range(start, self.count)

    def sync(self) -> None:
        """Have everything on the disk: what tantivy commits next names these rows."""
        for file in (self._vectors, self._records, self._ids):
            file.flush()
            os.fsync(file.fileno())

    def close(self) -> None:
        self._opened.close()

    def _record(self, row: int) -> np.void:
        read = os.pread(self._records.fileno(), _RECORD.itemsize, row * _RECORD.itemsize)
        found: np.void = np.frombuffer(read, _RECORD, 1)[0]
        return found


def _cut(number: int, size: int) -> None:
    held = os.fstat(number).st_size
    if held < size:
        raise ValueError(f"a file of vectors has {held:,} bytes where {size:,} are committed")
    if held > size:
        os.ftruncate(number, size)
