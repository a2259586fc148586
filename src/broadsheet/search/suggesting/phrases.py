"""Words, and frequent phrases of two and three words, counted in titles and abstracts.

Words are counted as analysis sees them and in American spelling, phrases only within a clause;
hyphens and capitals are put back afterwards as they were most often written. A phrase stands in
titles too, neither begins nor ends with a stop word, occurs far more often than its words would
meet by chance, and is not for the most part a piece of a longer one.

Counting is arithmetic on numbers of words, many papers at a time. What is rare is dropped when
there is much of it, so that memory stays bounded (Manku and Motwani, "Approximate frequency
counts over data streams", VLDB 2002): a phrase near the least count may be missed then.
"""

import re
from collections.abc import Iterator
from typing import Final

import numpy as np
from numpy.typing import NDArray

from broadsheet.search import analysis
from broadsheet.search.language.matching import ASKING
from broadsheet.search.spelling import american

MOST: Final = 60_000  # phrases kept
_LEAST: Final = (3, 20)  # times a phrase occurs, in small and in large collections
_LIFT: Final = 12.0  # times as often as by chance
_PART: Final = 0.5  # of a phrase's places inside one longer phrase: it is but a piece of that
_BATCH: Final = 400_000  # words counted at once
_HELD: Final = 4_000_000  # different runs kept at most
_BITS: Final = 20  # of a word's number
_MOST_WORDS: Final = 1 << _BITS
_HYPHENS: Final = 2  # bits of a run that say where its hyphens are
_KEPT_TOKENS: Final = 200_000
_LONGEST_TOKEN: Final = 60

_TOKEN: Final = re.compile(
    r"""([("'\[“‘]*)([^\W_]+(?:[-–‐][^\W_]+)*)((?:'s)?[)"'\]”’]*[.,;:!?]*[)"'\]”’]*)"""
)
_HYPHEN: Final = re.compile("[-–‐]")
# Words of reporting: topics are not made of them.
_REPORTING: Final = ASKING | {
    "using", "based", "via", "show", "shows", "shown", "propose", "proposed", "present", "toward",
    "towards", "more", "most", "less", "between", "under", "over", "both", "each", "all", "any",
    "some", "other", "however", "while", "across", "through", "without", "within", "during",
    "after", "before", "only", "so", "up", "out", "new", "novel", "et", "al", "eg", "ie", "one",
    "two", "three", "many", "several", "same", "different", "very", "often", "thus", "because",
    "further", "recent", "recently", "existing", "obtained", "due", "respect", "results", "study",
}  # fmt: skip

Codes = NDArray[np.uint64]
Counts = NDArray[np.int64]


class Runs:
    """How often each run of ``size`` words occurs, by code: the words' numbers, then hyphens."""

    def __init__(self, size: int) -> None:
        self.size = size
        self.codes: Codes = np.empty(0, dtype=np.uint64)
        self.counts: Counts = np.empty(0, dtype=np.int64)

    def add(self, line: Codes, hyphens: Codes, inner: Codes, edge: Codes) -> None:
        """Count the runs of a line of words, (N,) numbers; rare ones go where there are many.

        ``hyphens`` is 1 where one follows the word; ``inner`` and ``edge`` are 1 where the word
        may stand inside a run and at its end.
        """
        length = len(line) - self.size + 1
        if length <= 0:
            return
        codes, joined = line[:length], np.zeros(length, dtype=np.uint64)
        ends = np.concatenate(([np.uint64(0)], hyphens))[:length] | hyphens[self.size - 1 :]
        may = edge[:length] & edge[self.size - 1 :] & (ends == 0)  # no compound is cut
        for place in range(1, self.size):
            codes = (codes << np.uint64(_BITS)) | line[place : place + length]
            joined = (joined << np.uint64(1)) | hyphens[place - 1 : place - 1 + length]
            may = may & inner[place : place + length]
        codes = ((codes << np.uint64(_HYPHENS)) | joined)[may.astype(np.bool_)]
        found, counts = np.unique(codes, return_counts=True)
        self.codes, self.counts = summed(
            np.concatenate((self.codes, found)), np.concatenate((self.counts, counts))
        )
        least = 2
        while len(self.codes) > _HELD:
            kept = self.counts >= least
            self.codes, self.counts, least = self.codes[kept], self.counts[kept], least + 1

    def joined(self) -> tuple[Codes, Counts, Codes]:
        """The runs whatever their hyphens, their counts, and the code most often written."""
        order = np.lexsort((self.counts, self.codes >> np.uint64(_HYPHENS)))
        codes = self.codes[order]
        plain, counts = summed(codes >> np.uint64(_HYPHENS), self.counts[order])
        return plain, counts, codes[np.searchsorted(codes >> np.uint64(2), plain, "right") - 1]


def summed(codes: Codes, counts: Counts) -> tuple[Codes, Counts]:
    """Each code once, in order, with the sum of its counts."""
    if not len(codes):
        return codes, counts
    order = np.argsort(codes, kind="stable")
    codes = codes[order]
    first = np.flatnonzero(np.concatenate(([True], codes[1:] != codes[:-1])))
    return codes[first], np.add.reduceat(counts[order], first)


class Wording:
    """Counts the words and phrases of papers, one after another."""

    def __init__(self) -> None:
        self._forms: dict[str, int] = {"": 0}  # as written; 0 parts clauses
        self._words = [0]  # the word of each form
        self._numbers: dict[str, int] = {"": 0}  # of words, folded and as America spells them
        self._tokens: dict[str, tuple[int, ...]] = {}
        self._titles: list[int] = []
        self._abstracts: list[int] = []
        self._counts: Counts = np.zeros(1, dtype=np.int64)  # of each form
        self._inside: Counts = np.zeros(1, dtype=np.int64)  # of each form within a sentence
        self._titled = {size: Runs(size) for size in (2, 3)}
        self._runs = {size: Runs(size) for size in (2, 3)}

    def add(self, title: str, abstract: str) -> None:
        """Count one paper."""
        known, read = self._tokens, self._read
        for line, text in ((self._titles, title), (self._abstracts, abstract)):
            line.append(0)
            for token in text.split():
                line.extend(known.get(token) or read(token))
        if len(self._abstracts) + len(self._titles) > _BATCH:
            self.count()

    def _read(self, token: str) -> tuple[int, ...]:
        """The forms of a token, doubled, plus 1 before a hyphen; 0 where a clause ends."""
        match = _TOKEN.fullmatch(token) if len(token) <= _LONGEST_TOKEN else None
        made: tuple[int, ...] = (0,)
        if match:
            forms = [self._form(part) for part in _HYPHEN.split(match[2])]
            if all(forms):
                said = (*(2 * form + 1 for form in forms[:-1]), 2 * forms[-1])
                made = (0,) * bool(match[1]) + said + (0,) * bool(match[3])
        if len(self._tokens) >= _KEPT_TOKENS:
            self._tokens.clear()
        self._tokens[token] = made
        return made

    def _form(self, form: str) -> int:
        """The number of a word as written; 0 for what is no single word, or one too many."""
        number = self._forms.get(form, 0)
        if not number:
            folded = analysis.words(form)
            if len(folded) == 1 and len(self._forms) < _MOST_WORDS:
                number = self._forms[form] = len(self._forms)
                word = american(folded[0])
                self._words.append(self._numbers.setdefault(word, len(self._numbers)))
        return number

    def count(self) -> None:
        """Count what was added since the last time."""
        if not self._titles:
            return
        inner, edge = self._allowed()
        words = np.array(self._words, dtype=np.uint64)
        for said, titled in ((self._titles, True), (self._abstracts, False)):
            line = np.array(said, dtype=np.uint64)
            said.clear()
            forms = (line >> np.uint64(1)).astype(np.int64)
            self._counts = _grown(self._counts, forms, len(words))
            within = forms[1:][forms[:-1] > 0] if len(forms) and not titled else forms[:0]
            self._inside = _grown(self._inside, within, len(words))
            numbers, hyphens = words[forms], line & np.uint64(1)
            for runs in (self._runs, self._titled) if titled else (self._runs,):
                for one in runs.values():
                    one.add(numbers, hyphens, inner[numbers], edge[numbers])

    def _allowed(self) -> tuple[Codes, Codes]:
        """1 for each word that may stand inside a phrase; 1 for each that may be an end of it."""
        inner = np.ones(len(self._numbers), dtype=np.uint64)
        inner[[0, *(self._numbers.get(american(word), 0) for word in _REPORTING)]] = 0
        edge = inner.copy()
        edge[[n for w, n in self._numbers.items() if w in analysis.STOP_WORDS or len(w) < 2]] = 0
        return inner, edge

    def words(self, least: int) -> dict[str, int]:
        """Folded words (both spellings of one stand apart) that occur ``least`` times or more."""
        self.count()
        found: dict[str, int] = {}
        for form, count in zip(self._forms, self._counts.tolist(), strict=True):
            word = analysis.folded(form)
            found[word] = found.get(word, 0) + count
        return {word: count for word, count in found.items() if count >= least and word}

    def is_written(self, form: str, *, more_than: str) -> bool:
        """Whether the texts write a word so more often than in another way."""
        self.count()
        times = [int(self._counts[self._forms[f]]) for f in (form, more_than) if f in self._forms]
        return form in self._forms and (len(times) < 2 or times[0] > times[1])

    def phrases(self, papers: int) -> dict[str, int]:
        """The phrases worth suggesting, as most often written, with how often they occur."""
        self.count()
        least, in_titles = (_LEAST[1], 2) if papers > 20_000 else (_LEAST[0], 1)
        written = self._written()
        found: dict[tuple[str, ...], tuple[int, str]] = {}
        longer = self._frequent(3, least, in_titles)
        for size in (3, 2):
            plain, counts, codes = longer if size == 3 else self._frequent(2, least, in_titles)
            worth = counts > _LIFT * self._chance(plain, size)
            if size == 2:
                worth &= ~_pieces(plain, counts, longer[0], longer[1])
            for code, count in zip(codes[worth].tolist(), counts[worth].tolist(), strict=True):
                text = "".join(_spelled(code, size, written))
                stems = tuple(analysis.stems(analysis.words(text)))
                held = found.get(stems, (0, text))
                found[stems] = (held[0] + count, held[1] if held[0] >= count else text)
        best = sorted(found.values(), key=lambda item: (-item[0], item[1]))[:MOST]
        return {text: count for count, text in best}

    def _frequent(self, size: int, least: int, in_titles: int) -> tuple[Codes, Counts, Codes]:
        """Runs that are frequent, in titles too; as ``Runs.joined`` gives them."""
        plain, counts, codes = self._runs[size].joined()
        titled, times, _ = self._titled[size].joined()
        kept = (counts >= least) & np.isin(plain, titled[times >= in_titles])
        return plain[kept], counts[kept], codes[kept]

    def _chance(self, plain: Codes, size: int) -> NDArray[np.float64]:
        """How often each run would occur if words stood in any order."""
        times = np.bincount(self._words, weights=self._counts, minlength=len(self._numbers))
        total = max(1.0, float(times[1:].sum()))
        expected = np.full(len(plain), total)
        for place in range(size):
            numbers = (plain >> np.uint64(_BITS * place)) & np.uint64(_MOST_WORDS - 1)
            expected *= times[numbers.astype(np.int64)] / total
        return expected

    def _written(self) -> list[str]:
        """How each word is written: as most often within a sentence, else as most often."""
        best: dict[int, tuple[int, int, str]] = {}
        counted = zip(self._inside.tolist(), self._counts.tolist(), self._forms, strict=True)
        for number, rank in zip(self._words, counted, strict=True):
            best[number] = max(best.get(number, rank), rank)
        return [best[number][2] for number in range(len(self._numbers))]


def _grown(counts: Counts, numbers: Counts, size: int) -> Counts:
    """Counts with these numbers counted too."""
    more = np.bincount(numbers, minlength=size)
    more[: len(counts)] += counts
    return more


def _pieces(pairs: Codes, counts: Counts, threes: Codes, times: Counts) -> NDArray[np.bool_]:
    """Which pairs of words occur for the most part inside one run of three."""
    inside = np.zeros(len(pairs), dtype=np.bool_)
    if not len(pairs):
        return inside
    for codes in (threes >> np.uint64(_BITS), threes & np.uint64((1 << 2 * _BITS) - 1)):
        places = np.searchsorted(pairs, codes).clip(max=len(pairs) - 1)
        most = (pairs[places] == codes) & (times >= _PART * counts[places])
        inside[places[most]] = True
    return inside


def _spelled(code: int, size: int, written: list[str]) -> Iterator[str]:
    """The words of a run with what stands between them."""
    for place in reversed(range(size)):
        yield written[(code >> (_HYPHENS + _BITS * place)) & (_MOST_WORDS - 1)]
        if place:
            yield "-" if (code >> (place - 1)) & 1 else " "
