"""Words near a word in spelling: one edit away, or two.

An edit is a letter left out, put in, replaced, or changed places with the next (optimal string
alignment, Damerau, CACM 1964). Words that hold too different letters are left out first, by one
bit a letter; the rest is compared letter by letter, all words at once.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from broadsheet.search.suggesting.tables import Table

_LONGEST: Final = 32  # letters


@dataclass(frozen=True, slots=True)
class Near:
    """A word, how many edits away, and how often it occurs."""

    word: str
    edits: int
    count: int


class Nearness:
    """The words of a table by their letters. Costs 5 bytes a word; about 1 ms a question."""

    def __init__(self, words: Table) -> None:
        self._words = words
        self._lengths = np.diff(words.starts).astype(np.uint8)
        bits = np.left_shift(np.uint32(1), (words.texts % 32).astype(np.uint32))
        self._letters = (
            np.bitwise_or.reduceat(bits, words.starts[:-1].astype(np.int64))
            if len(words)
            else np.empty(0, dtype=np.uint32)
        )

    def near(self, word: str, edits: int, least: int) -> list[Near]:
        """Words at most so many edits from ``word`` that occur at least ``least`` times."""
        typed = np.frombuffer(word.encode(), dtype=np.uint8)
        if not 0 < len(typed) <= _LONGEST:
            return []
        letters = np.bitwise_or.reduce(np.left_shift(np.uint32(1), (typed % 32).astype(np.uint32)))
        size = np.abs(self._lengths.astype(np.int16) - len(typed)) <= edits
        some = np.flatnonzero(size & (self._words.counts >= least))
        differ = np.bitwise_count(self._letters[some] ^ letters)
        some = some[differ <= 2 * edits]
        if not len(some):
            return []
        away = _edits(typed, self._matrix(some), self._lengths[some])
        return [
            Near(self._words.text(entry), int(far), int(self._words.counts[entry]))
            for entry, far in zip(some[away <= edits].tolist(), away[away <= edits], strict=True)
            if far
        ]

    def _matrix(self, entries: NDArray[np.int64]) -> NDArray[np.uint8]:
        """The letters of N words, (L, N), 0 behind their ends."""
        lengths = self._lengths[entries].astype(np.int64)
        places = np.arange(lengths.max())[:, None]
        starts = self._words.starts[entries].astype(np.int64)
        at = np.minimum(starts + places, len(self._words.texts) - 1)
        return np.where(places < lengths, self._words.texts[at], np.uint8(0))


def _edits(
    typed: NDArray[np.uint8], words: NDArray[np.uint8], lengths: NDArray[np.uint8]
) -> NDArray[np.uint8]:
    """The edits between a word and each of N words, (L, N)."""
    size, count = words.shape
    table = np.zeros((len(typed) + 1, size + 1, count), dtype=np.uint8)
    table[:, 0] = np.arange(len(typed) + 1, dtype=np.uint8)[:, None]
    table[0] = np.arange(size + 1, dtype=np.uint8)[:, None]
    for i, letter in enumerate(typed, 1):
        other = words != letter
        for j in range(1, size + 1):
            best = np.minimum(table[i - 1, j], table[i, j - 1]) + np.uint8(1)
            best = np.minimum(best, table[i - 1, j - 1] + other[j - 1])
            if i > 1 and j > 1:
                turned = (words[j - 2] == letter) & (words[j - 1] == typed[i - 2])
                best = np.where(turned, np.minimum(best, table[i - 2, j - 2] + np.uint8(1)), best)
            table[i, j] = best
    found: NDArray[np.uint8] = table[len(typed), lengths.astype(np.int64), np.arange(count)]
    return found
