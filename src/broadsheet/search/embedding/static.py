"""The bundled model: a table of vectors, one for each entry of a vocabulary; no network at all.

A text's vector is the sum of its entries' rows, brought to length one; how long a row is says
how much its word counts. The table is kept in four bits a number (``codes``, two to a byte: places
in a list of sixteen levels) with a scale for each row, memory-mapped, and only rows that are
needed are written out. Rows are added one after another in single precision, so the sums, and
with them the vectors, are the same on every machine.
"""

import json
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from broadsheet.search.embedding.contract import TokenIds, Vectors
from broadsheet.search.embedding.tokens import Batch, Tokenizer

BUNDLED: Final = Path(__file__).parent / "model"
LATE: Final = 96  # leading numbers of a row that late matching looks at: more gain nothing
_AT_ONCE: Final = 256  # texts: so that the rows they need stay in the processor's cache
_FEW: Final = 256  # entries, as those of a question, that are not worth looking for equal ones
_ROWS: Final = 1024  # for late matching, likewise: a search takes longer with half or four times it


class StaticEmbedder:
    """The model in a folder, as ``experiments/embedder`` writes it."""

    def __init__(self, folder: Path = BUNDLED) -> None:
        facts = json.loads((folder / "model.json").read_text("utf-8"))
        self.name = str(facts["name"])
        entries = _lines(folder / "entries.txt")
        self._tokenizer = Tokenizer(
            *(_lines(folder / name) for name in ("entries.txt", "stems.txt"))
        )
        self._codes = np.asarray(np.load(folder / "codes.npy", mmap_mode="r"))
        self._scales = np.load(folder / "scales.npy").astype(np.float32)
        # By entry: how much its word counts in late matching, and what makes a unit row of what
        # late matching looks at.
        self._weights = np.load(folder / "weights.npy").astype(np.float32)
        self._units = np.load(folder / "units.npy").astype(np.float32)
        levels = np.array(facts["levels"], np.float32)
        pairs = np.stack(np.broadcast_arrays(levels[None, :], levels[:, None]), axis=2)
        # Two numbers at once: a complex one is two singles side by side.
        self._levels = np.ascontiguousarray(pairs).view(np.complex64).ravel()
        self.dimensions = 2 * int(self._codes.shape[1])
        self.vocabulary = len(self._codes)
        self._common = frozenset(entries[: int(facts["common"])])

    def is_common(self, word: str) -> bool:
        """Whether a folded word is one of the common words of English, so no mistake."""
        return word in self._common

    def vectors(self, texts: Sequence[str]) -> Vectors:
        return self._embedded(texts, None)

    def with_tokens(self, texts: Sequence[str]) -> tuple[Vectors, list[TokenIds]]:
        tokens: list[TokenIds] = []
        return self._embedded(texts, tokens), tokens

    def late(self, question: str, tokens: TokenIds, ends: NDArray[np.int64]) -> Vectors:
        """The mean, over the words of the question, of the highest cosine to a paper's word.

        A word weighs as much as its row is long, times its rarity, times the root of how often
        it was asked for.
        """
        asked, counts = np.unique(self._tokenizer.tokens([question]).ids, return_counts=True)
        found = np.zeros(len(ends), np.float32)
        filled = np.flatnonzero(np.diff(ends, prepend=0))
        if not len(asked) or not len(filled):
            return found
        weights = self._weights[asked] * np.sqrt(counts, dtype=np.float32)
        wanted = (self._plain(asked, LATE) * self._units[asked, None]).T
        held, places = _distinct(tokens, self.vocabulary)
        near = np.empty((len(held), len(asked)), np.float32)
        for start in range(0, len(held), _ROWS):
            np.dot(self._plain(held[start : start + _ROWS], LATE), wanted, out=near[start:][:_ROWS])
        near *= self._units[held, None]
        starts = np.concatenate((np.zeros(1, np.int64), ends[:-1]))[filled]
        best = np.maximum.reduceat(near.take(places, axis=0), starts, axis=0)
        found[filled] = best @ (weights / weights.sum())
        return found

    def _plain(self, ids: NDArray[np.integer], leading: int | None = None) -> Vectors:
        """The rows of these entries, or their leading numbers, not yet brought to length."""
        codes = self._codes.take(ids, axis=0)
        if leading:
            codes = codes[:, : leading // 2]
        found: Vectors = self._levels.take(codes, mode="clip").view(np.float32)
        return found

    def _embedded(self, texts: Sequence[str], tokens: list[TokenIds] | None) -> Vectors:
        found = np.zeros((len(texts), self.dimensions), np.float32)
        for start in range(0, len(texts), _AT_ONCE):
            batch = self._tokenizer.tokens(texts[start : start + _AT_ONCE])
            if tokens is not None:
                tokens += _different(batch)
            sums = found[start : start + len(batch.ends)]
            for part in (batch, self._tokenizer.pairs(batch)):
                self._add(sums, part)
        lengths = np.sqrt(np.einsum("ij,ij->i", found, found, dtype=np.float64))
        found /= np.maximum(lengths, 1e-12)[:, None].astype(np.float32)
        return found

    def _add(self, sums: Vectors, batch: Batch) -> None:
        """Add to each text's sum the rows of its entries, one after another."""
        if not len(batch.ids):
            return
        if len(batch.ids) <= _FEW:
            rows, places = self._scaled(batch.ids), np.arange(len(batch.ids), dtype=np.int32)
        else:
            needed, places = _distinct(batch.ids, self.vocabulary)
            rows = self._scaled(needed)
        start = 0
        for text, end in enumerate(batch.ends.tolist()):
            sums[text] += np.add.reduce(rows.take(places[start:end], axis=0, mode="clip"))
            start = end

    def _scaled(self, ids: NDArray[np.integer]) -> Vectors:
        rows = self._plain(ids)
        rows *= self._scales[ids, None]
        return rows


def _lines(path: Path) -> list[str]:
    return path.read_text("utf-8").split("\n")[:-1]


def _different(batch: Batch) -> list[TokenIds]:
    """The different entries of each text, in order."""
    texts = np.repeat(np.arange(len(batch.ends)), np.diff(batch.ends, prepend=0))
    keys = np.sort(texts << 32 | batch.ids)  # np.unique hashes, which takes ten times as long
    keys = keys[np.diff(keys, prepend=-1) != 0]
    ends = np.searchsorted(keys, np.arange(1, len(batch.ends)) << 32)
    return np.split((keys & 0xFFFFFFFF).astype(np.uint32), ends)


def _distinct(ids: NDArray[np.integer], most: int) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    """The different ids, and where each id stands among them."""
    held = np.zeros(most, np.bool_)
    held[ids] = True
    found = np.flatnonzero(held)
    places = np.empty(most, np.int32)
    places[found] = np.arange(len(found), dtype=np.int32)
    return found, places[ids]


@cache
def bundled() -> StaticEmbedder:
    """The model that comes with the package; loaded once in a process."""
    return StaticEmbedder()
