"""From the query tree and filters to tantivy queries. Its own text parser is never called.

A paper's score is the BM25 (k1 1.2, b 0.75) of the stems asked for in title and abstract
together, plus 0.3 times that of the title alone; a word asked for twice counts twice. Phrases
and fields decide what matches; phrases and ``title:`` and ``abs:`` words score like free words;
everything else scores nothing, so papers found only by an author's name come last.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from datetime import date
from itertools import combinations
from typing import Final

from tantivy import FieldType, Occur, Query

from broadsheet.kernel import dates
from broadsheet.search import analysis
from broadsheet.search.contract import NO_FILTERS, Filters
from broadsheet.search.engines.local.schema import schema
from broadsheet.search.language.matching import sought
from broadsheet.search.language.meaning import binding
from broadsheet.search.language.tree import (
    And,
    Category,
    Code,
    Dates,
    Named,
    Node,
    Not,
    Or,
    Organization,
    Phrase,
    Term,
    Words,
)

TITLE_WEIGHT: Final = 0.3
_SCHEMA: Final = schema()
_EXACT: Final = {"": ("exact_title", "exact_abstract"), "title": ("exact_title",)} | {
    "abs": ("exact_abstract",),
    "author": ("author",),
}

_HAIR: Final = 1e-30  # vanishes in the sum with any score that is not 0

Clause = tuple[Occur, Query]


def scores(node: Node | None) -> bool:
    """Whether any part of the tree gives papers a score; if not, order is by date."""
    match node:
        case Words():
            return True
        case Term() | Phrase():
            return node.field != "author" and bool(analysis.stems(analysis.words(node.text)))
        case And() | Or():
            return any(map(scores, node.nodes))
        case _:
            return False


def asked(node: Node | None, filters: Filters) -> Query:
    """The query for a tree and its filters; papers only, never the index's own state."""
    clauses = _filters(filters)
    if node is not None:
        clauses += _clauses(node)
    return _all(clauses)


def must(query: Query) -> Clause:
    return Occur.Must, query


def named(field: str, value: str | bool) -> Query:
    """Papers that hold this term, without a score."""
    return Query.const_score_query(term(field, value), 0.0)


def silent(query: Query) -> Query:
    """The same papers, without a score."""
    return Query.const_score_query(query, 0.0)


def any_key(keys: Iterable[str]) -> Query:
    return Query.const_score_query(Query.term_set_query(_SCHEMA, "key", list(keys)), 0.0)


def any_row(rows: Iterable[int]) -> Query:
    """The papers whose vectors stand in these rows, without a score.

    A choice of terms, for a set of them is looked for ten times as slowly.
    """
    terms = [(Occur.Should, Query.term_query(_SCHEMA, "row", row, "basic")) for row in rows]
    return Query.const_score_query(Query.boolean_query(terms), 0.0)


def bound(node: Node | None, filters: Filters) -> Query | None:
    """Every paper that conditions and filters let through, whatever its words; None if all."""
    conditions = binding(node)
    if conditions is None and filters == NO_FILTERS:
        return None
    return silent(asked(conditions, filters))


def equal(field: str, value: int) -> Query:
    return between(field, value, value)


def between(field: str, low: int | None, high: int | None) -> Query:
    found = Query.range_query(_SCHEMA, field, FieldType.Integer, low, high)
    return Query.const_score_query(found, 0.0)


def every(*queries: Query) -> Query:
    """Papers that match all of these."""
    return Query.boolean_query([must(query) for query in queries])


def either(*queries: Query) -> Query:
    return Query.boolean_query([(Occur.Should, query) for query in queries])


def without(query: Query, keys: Sequence[str]) -> Query:
    """The papers of ``query`` but these."""
    if not keys:
        return query
    return Query.boolean_query([must(query), (Occur.MustNot, any_key(keys))])


def but_rows(query: Query, rows: Iterable[int]) -> Query:
    """The papers of ``query`` but those whose vectors stand in these rows."""
    return Query.boolean_query([must(query), (Occur.MustNot, any_row(rows))])


def scored(those: Query, bound: Query | None, words: Query) -> Query:
    """Those that ``bound`` lets through, scored by ``words``: above 0 where these match at all."""
    matching = every(words, Query.const_score_query(Query.all_query(), _HAIR))
    clauses = [must(those), (Occur.Should, matching)]
    return Query.boolean_query([*clauses, must(bound)] if bound else clauses)


def ranked(counts: Counter[str], *, least: int, telling: AbstractSet[str] = frozenset()) -> Query:
    """Papers that hold at least ``least`` of these stems, scored by all of them.

    One of them is to be among the ``telling``, where any are named.
    """
    text = [_weighed("text", stem, count) for stem, count in counts.items()]
    title = [_weighed("title", stem, count * TITLE_WEIGHT) for stem, count in counts.items()]
    telling = telling or counts.keys()
    if least <= 1 and len(telling) == len(counts):
        return either(*text, *title)
    held = must(_at_least(least, list(counts), telling))
    return Query.boolean_query([held, *((Occur.Should, query) for query in (*text, *title))])


def _at_least(least: int, stems: Sequence[str], telling: AbstractSet[str]) -> Query:
    """Papers that hold so many of these stems, one of them telling, without a score.

    Every choice is a query of its own: for two of five that takes half the time of tantivy's own
    ``minimum_number_should_match``. Meant for few: there are ten choices of two among five.
    """
    choices = (some for some in combinations(stems, least) if not telling.isdisjoint(some))
    return silent(either(*(every(*(term("text", stem) for stem in some)) for some in choices)))


def term(field: str, value: str | bool) -> Query:
    """One term of one field, scored."""
    return Query.term_query(_SCHEMA, field, value, "freq" if isinstance(value, str) else "basic")


def _weighed(field: str, stem: str, weight: float) -> Query:
    found = term(field, stem)
    return found if weight == 1 else Query.boost_query(found, weight)


def _all(clauses: list[Clause]) -> Query:
    if not any(occur == Occur.Must for occur, _ in clauses):
        papers = Query.exists_query("votes")  # every paper has a count, the index's state none
        clauses = [must(Query.const_score_query(papers, 0.0)), *clauses]
    return Query.boolean_query(clauses)


def _clauses(node: Node, *, names: bool = True) -> list[Clause]:
    if isinstance(node, And):
        return [clause for part in node.nodes for clause in _clauses(part, names=names)]
    if isinstance(node, Not):
        # "-young" is the word: papers by somebody named Young stay.
        return [(Occur.MustNot, _query(node.node, names=False))]
    return [must(_query(node, names=names))]


def _query(node: Node, *, names: bool = True) -> Query:
    match node:
        case Words():
            return _words(node, names=names)
        case Term():
            return _fielded(node)
        case Phrase():
            return _phrase(node)
        case Or():
            return either(*(_query(part, names=names) for part in node.nodes))
        case And() | Not():
            return _all(_clauses(node, names=names))
        case _:
            return _condition(node)


def _condition(node: Category | Organization | Named | Code | Dates) -> Query:
    match node:
        case Category():
            return category(node.name)
        case Organization():
            called = [exactly("affiliation", words)] if (words := analysis.words(node.name)) else []
            return either(named("organization", node.name.lower()), *called)
        case Named():
            return named("identifier", str(node.identifier))
        case Code():
            return named("has_code", True)
        case Dates():
            return every(*_period(dates.first_day(node.since), dates.last_day(node.until)))


def _words(node: Words, *, names: bool) -> Query:
    look = sought(node)
    if not look.stems:
        return every(*(either(*(term(field, word) for field in _EXACT[""])) for word in look.exact))
    found = ranked(look.stems, least=look.least, telling=look.telling)
    return either(found, exactly("author", look.name)) if names and look.name else found


def _fielded(node: Term) -> Query:
    found = analysis.words(node.text)
    stems = analysis.stems(found)
    if node.field == "author":
        return every(*(named("author", word) for word in found))
    if not stems:
        return every(*(exactly(_EXACT[node.field][0], [word]) for word in found))
    clauses = [must(ranked(Counter(stems), least=len(set(stems))))]
    if node.field == "title":
        clauses += [must(named("title", stem)) for stem in stems]
    else:
        clauses += [(Occur.MustNot, named("title_only", stem)) for stem in stems]
    return Query.boolean_query(clauses)


def _phrase(node: Phrase) -> Query:
    found = analysis.words(node.text)
    places = either(*(exactly(field, found) for field in _EXACT[node.field]))
    stems = Counter(analysis.stems(found))
    if node.field == "author" or not stems:
        return places
    return Query.boolean_query([must(places), (Occur.Should, ranked(stems, least=1))])


def exactly(field: str, found: Sequence[str]) -> Query:
    """These words side by side, without a score."""
    if len(found) == 1:
        return named(field, found[0])
    words: list[str | tuple[int, str]] = list(found)
    return Query.const_score_query(Query.phrase_query(_SCHEMA, field, words), 0.0)


def category(name: str) -> Query:
    """In this category or below it; ``cs`` and ``cs.*`` hold for every ``cs.``."""
    folded = name.lower().removesuffix("*").removesuffix(".")
    below = Query.fuzzy_term_query(_SCHEMA, "category", f"{folded}.", distance=0, prefix=True)
    return either(named("category", folded), Query.const_score_query(below, 0.0))


def _filters(filters: Filters) -> list[Clause]:
    parts = _period(filters.since, filters.until)
    if filters.categories:
        parts.append(either(*map(category, filters.categories)))
    if filters.sources:
        parts.append(either(*(named("source", name) for name in filters.sources)))
    if filters.organizations:
        names = [name.lower() for name in filters.organizations]
        parts.append(either(*(named("organization", name) for name in names)))
    if filters.has_code:
        parts.append(named("has_code", True))
    if filters.min_votes > 0:
        parts.append(between("votes", filters.min_votes, None))
    clauses = [must(part) for part in parts]
    if filters.not_after:
        later = between("first", filters.not_after.toordinal() + 1, None)
        clauses.append((Occur.MustNot, later))
    return clauses


def _period(since: date | None, until: date | None) -> list[Query]:
    """Papers whose date can lie in the period; unknown dates lie in none."""
    parts = []
    if since:
        parts.append(between("last", since.toordinal(), None))
    if until:
        parts.append(between("first", None, until.toordinal()))
    return parts
