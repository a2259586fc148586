"""From texts to the entries of the bundled model's vocabulary.

A text is cut into the words of ``search.analysis``; stop words are left out. A word is an entry
itself, or shares its stem with one, or is cut greedily into the longest pieces there are. Two
words side by side may be an entry of their own, which is added to theirs.
"""

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from broadsheet.search import analysis

Ids = NDArray[np.int32]

# Too frequent to say what a text is about; beside the index's own list.
STOP_WORDS: Final = analysis.STOP_WORDS | frozenset(
    (
        *("about", "above", "after", "again", "all", "also", "am", "any", "because", "been"),
        *("before", "being", "between", "both", "can", "could", "d", "did", "do", "does", "doing"),
        *("due", "during", "each", "few", "further", "had", "has", "have", "having", "he", "her"),
        *("here", "hers", "him", "his", "how", "however", "i", "its", "itself", "just", "ll", "m"),
        *("may", "me", "might", "more", "most", "must", "my", "nor", "now", "off", "once", "only"),
        *("other", "our", "ours", "out", "over", "own", "re", "s", "same", "she", "should", "so"),
        *("some", "still", "t", "than", "theirs", "them", "themselves", "those", "through", "thus"),
        *("too", "under", "until", "up", "us", "ve", "very", "via", "we", "were", "what", "when"),
        *("where", "which", "while", "who", "whom", "why", "would", "you", "your", "yours"),
    )
)
_LONGEST_WORD: Final = 40
_KEPT_WORDS: Final = 300_000


@dataclass(frozen=True, slots=True)
class Batch:
    """The entries of some texts, one after another: text i has ``ids[ends[i-1]:ends[i]]``."""

    ids: Ids
    ends: NDArray[np.int64]

    def starts(self) -> NDArray[np.int64]:
        return np.concatenate((np.zeros(1, np.int64), self.ends[:-1]))


class _Words(dict[str, tuple[int, ...]]):
    """The entries of a word, found when first asked for; forgets all when it grows too big."""

    def __init__(self, words: Sequence[str], pieces: Sequence[str], stems: Sequence[str]) -> None:
        super().__init__()
        self.whole = dict(zip(words, range(len(words)), strict=True))
        self._pieces = {piece[1:]: len(words) + i for i, piece in enumerate(pieces)}
        self._stems = dict(zip(stems, range(len(stems)), strict=True))
        self._stems.pop("", None)

    def __missing__(self, word: str) -> tuple[int, ...]:
        if len(self) >= _KEPT_WORDS:
            self.clear()
        self[word] = found = self._found(word)
        return found

    def _found(self, word: str) -> tuple[int, ...]:
        if word in STOP_WORDS:
            return ()
        if word in self.whole:
            return (self.whole[word],)
        if (shared := self._stems.get(analysis.stem(word))) is not None:
            return (shared,)
        return self._cut(word[:_LONGEST_WORD])

    def _cut(self, word: str) -> tuple[int, ...]:
        """The longest beginning that is an entry, then the longest pieces of the rest."""
        found: list[int] = []
        known, at = self.whole, 0
        while at < len(word):
            for end in range(len(word), at, -1):
                if (entry := known.get(word[at:end])) is not None:
                    break
            else:
                return ()
            found.append(entry)
            known, at = self._pieces, end
        return tuple(found)


class Tokenizer:
    """Knows the entries of a vocabulary.

    Args:
        entries: words, then ``+piece`` for the rest of words, then ``two words``.
        stems: for each of the words its stem, "" where a word before it has the same.
    """

    def __init__(self, entries: Sequence[str], stems: Sequence[str]) -> None:
        whole = len(stems)
        singles = next((i for i in range(whole, len(entries)) if " " in entries[i]), len(entries))
        self._words = _Words(entries[:whole], entries[whole:singles], stems)
        numbers = self._words.whole
        pairs = [entry.split(" ") for entry in entries[singles:]]
        keys = np.array([numbers[a] << 32 | numbers[b] for a, b in pairs], np.int64)
        self._order = np.argsort(keys, kind="stable")
        self._keys = keys[self._order]
        self._first_pair = singles

    def tokens(self, texts: Iterable[str]) -> Batch:
        """The single entries of each text, in order."""
        ids: list[int] = []
        ends: list[int] = []
        words = self._words
        for text in texts:
            found = map(words.__getitem__, analysis.folded(text).split())
            ids.extend(itertools.chain.from_iterable(found))
            ends.append(len(ids))
        return Batch(np.array(ids, np.int32), np.array(ends, np.int64))

    def pairs(self, tokens: Batch) -> Batch:
        """The entries for two words side by side."""
        ids = tokens.ids.astype(np.int64)
        if len(ids) < 2 or not len(self._keys):
            return Batch(np.zeros(0, np.int32), np.zeros_like(tokens.ends))
        keys = (ids[:-1] << 32) | ids[1:]
        places = np.searchsorted(self._keys, keys)
        places[places == len(self._keys)] = 0
        held = self._keys[places] == keys
        across = tokens.ends[:-1] - 1  # the last word of a text and the first of the next
        held[across[(across >= 0) & (across < len(held))]] = False
        found = (self._first_pair + self._order[places[held]]).astype(np.int32)
        ends = np.searchsorted(np.flatnonzero(held), tokens.ends - 1)
        return Batch(found, ends.astype(np.int64))


def stems_of(words: Iterable[str]) -> list[str]:
    """For each word its stem, "" where a word before it has the same."""
    seen: set[str] = {""}
    found = []
    for word in words:
        stem = analysis.stem(word)
        found.append("" if stem in seen else stem)
        seen.add(stem)
    return found
