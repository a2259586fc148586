"""Suggestions of the local index: titles from tantivy, the rest from what was learned.

A title is suggested where the words typed stand side by side in it, the last perhaps unfinished:
shorter titles first, for of them most is typed.
"""

import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from threading import Lock
from typing import Final

from tantivy import Query, Searcher

from broadsheet.search import analysis
from broadsheet.search.contract import Acronym, Document, Suggestion
from broadsheet.search.engines.local import ordering, queries
from broadsheet.search.engines.local.schema import schema
from broadsheet.search.language.tree import Node
from broadsheet.search.suggesting import completing, corrections, learning
from broadsheet.search.suggesting import learned as memory
from broadsheet.search.suggesting.learned import Learned

_SCHEMA: Final = schema()
_LOOK_EVERY_S: Final = 1.0
_ENDINGS: Final = 12  # words that the last one typed may become
_LEAST_ENDING: Final = 2  # letters of an unfinished word
_ALONE: Final = 4  # letters from which on one word alone finds titles
_MOST_WORDS: Final = 16


class Suggestions:
    """What was learned beside one index, opened when it is asked for; threads may share it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = Lock()
        self._looked = 0.0
        self._seen: tuple[int, int] | None = None
        self._learned: Learned | None = None

    def learn(self, documents: Iterable[Document], upto: int) -> None:
        learning.learn(self.path, documents, upto)
        self.look_again()

    def learned(self) -> int:
        found = self._newest()
        return found.upto if found else -1

    def look_again(self) -> None:
        """Have the next question look whether something newer was learned."""
        self._looked = 0.0

    def suggest(self, searcher: Searcher, prefix: str, limit: int) -> tuple[Suggestion, ...]:
        """See ``contract.Backend``."""
        if limit <= 0:
            return ()
        typed = completing.cleaned(prefix)
        whole, last = _divided(typed)
        learned = self._newest()
        found = completing.completions(learned, typed, limit) if learned else ()
        found += _titles(searcher, _going_on(searcher, whole, last), limit)
        if learned and not found:
            found = completing.near_completions(learned, typed, limit)
            found += _titles(searcher, _respelt(searcher, whole, last, learned), limit)
        return found

    def corrected(self, searcher: Searcher, query: Node) -> Node | None:
        found = self._newest()
        if found is None:
            return None
        return corrections.corrected(query, found, Papers(searcher))

    def acronyms(self, word: str) -> tuple[Acronym, ...]:
        found = self._newest()
        return memory.acronyms(found, word) if found else ()

    def _newest(self) -> Learned | None:
        with self._lock:
            now = time.monotonic()
            if now - self._looked >= _LOOK_EVERY_S:
                self._looked = now
                seen = _signature(self.path / memory.FILE)
                if seen != self._seen:
                    self._learned, self._seen = memory.read(self.path), seen
            return self._learned


def _signature(file: Path) -> tuple[int, int] | None:
    try:
        found = file.stat()
    except OSError:
        return None
    return found.st_ino, found.st_mtime_ns


class Papers:
    """How many papers hold words; see ``corrections.Papers``."""

    def __init__(self, searcher: Searcher) -> None:
        self._searcher = searcher

    def holding(self, words: Sequence[str]) -> int:
        stems = analysis.stems(words)
        if len(words) == 1:
            held = self._searcher.doc_freq("text", stems[0]) if stems else self._searcher.num_docs
            return max(held, self._searcher.doc_freq("author", words[0]))
        query = queries.every(*(queries.named("text", stem) for stem in dict.fromkeys(stems)))
        return int(self._searcher.search(query, limit=1).count)  # type: ignore[attr-defined]  # missing from the package's types


def _divided(typed: str) -> tuple[list[str], str]:
    """The words that are whole, and the one that may not be; "" where a space stands behind."""
    words = analysis.words(typed)[:_MOST_WORDS]
    if not words or typed[-1:].isspace():
        return words, ""
    return words[:-1], words[-1]


def _titles(searcher: Searcher, query: Query | None, limit: int) -> tuple[Suggestion, ...]:
    """Papers of these titles, best first."""
    if query is None:
        return ()
    hits = searcher.search(query, limit=limit).hits
    keyed = sorted((-ordering.rounded(score), ordering.key_at(searcher, at)) for score, at in hits)
    return tuple(Suggestion(kind="title", key=key) for _, key in keyed)


def _going_on(searcher: Searcher, whole: list[str], last: str) -> Query | None:
    """Titles in which the words stand side by side, the last one perhaps unfinished."""
    if len(last) < (_LEAST_ENDING if whole else _ALONE):
        return _phrase(whole) if len(whole) > 1 else None
    endings = searcher.terms_with_prefix("exact_title", last, limit=_ENDINGS)
    return _either(whole, [word for word, _ in endings])


def _respelt(searcher: Searcher, whole: list[str], last: str, learned: Learned) -> Query | None:
    """The same with words put right, and the last one edit away from how a word begins."""
    papers = Papers(searcher)
    right = [(corrections.likely(word, learned, papers) or [word])[0] for word in whole]
    if not last:
        return _phrase(right) if len(right) > 1 and right != whole else None
    endings = learned.words.begun(last, _ENDINGS) or completing.nearly(
        learned.words, last, _ENDINGS
    )
    return _either(right, [entry.text for entry in endings] or [last]) if whole or endings else None


def _either(whole: list[str], endings: list[str]) -> Query | None:
    phrases = [_phrase([*whole, ending]) for ending in endings]
    return queries.either(*phrases) if phrases else None


def _phrase(words: list[str]) -> Query:
    if len(words) == 1:
        return queries.term("exact_title", words[0])
    places: list[str | tuple[int, str]] = list(words)
    return Query.phrase_query(_SCHEMA, "exact_title", places)
