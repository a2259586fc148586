"""Questions that name a person: that person's papers come first, and words alone decide.

A surname says nothing about meaning, and papers that merely sound like it must not drown those
of its bearer. Two words or more are a name where they stand side by side among the authors of
some paper, and more often than in titles and abstracts; a single word where it is rarer in
texts than among authors.
"""

from collections.abc import Iterator, Sequence
from typing import Final

from tantivy import Occur, Query, Searcher

from broadsheet.search import analysis
from broadsheet.search.contract import Request
from broadsheet.search.engines.local import queries
from broadsheet.search.engines.local.ordering import count
from broadsheet.search.language.matching import stems_asked
from broadsheet.search.language.tree import And, Node, Words

POINTS: Final = 100.0
"""What a paper of the person gets: more than words can come to in so short a question."""

_LONGEST_QUESTION: Final = 8  # words; a longer one is a sentence
_LONGEST_NAME: Final = 4


def person(searcher: Searcher, node: Node | None) -> tuple[str, ...]:
    """The longest name among the free words of a query; () where there is none."""
    typed = [word for given in _free(node) for word in analysis.words(given)]
    if not 0 < len(typed) <= _LONGEST_QUESTION:
        return ()
    held = [searcher.doc_freq("author", word) for word in typed]
    for start, end in _runs(len(typed)):
        name = typed[start:end]
        # Initials with one surname are a name, but amid other words they may be anything.
        whole = len(name) == len(typed) or sum(len(word) > 1 for word in name) > 1
        if whole and all(held[start:end]) and _is_name(searcher, name):
            return tuple(name)
    return ()


def with_papers_of(query: Query, name: Sequence[str], request: Request) -> Query:
    """What matches ``query``, or is by this person and passes conditions and filters."""
    by_name = [queries.must(Query.const_score_query(queries.exactly("author", name), POINTS))]
    if (bound := queries.bound(request.query, request.filters)) is not None:
        by_name.append(queries.must(bound))
    found = queries.either(queries.silent(query), Query.boolean_query(by_name))
    said = queries.ranked(stems_asked(request.query), least=1)
    return Query.boolean_query([queries.must(found), (Occur.Should, said)])


def _free(node: Node | None) -> tuple[str, ...]:
    if isinstance(node, And):
        return next((part.words for part in node.nodes if isinstance(part, Words)), ())
    return node.words if isinstance(node, Words) else ()


def _runs(words: int) -> Iterator[tuple[int, int]]:
    """Where names could stand: longer ones first; a word alone only if it is the question."""
    for length in range(min(words, _LONGEST_NAME), 1, -1):
        for start in range(words - length + 1):
            yield start, start + length
    if words == 1:
        yield 0, 1


def _is_name(searcher: Searcher, words: list[str]) -> bool:
    if len(words) == 1:
        stem = analysis.stem(words[0])
        return bool(stem) and searcher.doc_freq("author", words[0]) > searcher.doc_freq(
            "text", stem
        )
    authored = count(searcher.search(queries.exactly("author", words), limit=1))
    if not authored:
        return False
    fields = ("exact_title", "exact_abstract")
    said = queries.either(*(queries.exactly(field, words) for field in fields))
    return authored > count(searcher.search(said, limit=1))
