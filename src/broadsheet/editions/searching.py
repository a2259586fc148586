"""Editions found by asking the index: search, and papers like one paper."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from types import MappingProxyType
from typing import Final

from broadsheet.editions import index, rules
from broadsheet.editions.making import hits
from broadsheet.editions.periods import Ranked, recipe_for
from broadsheet.editions.types import Edition, Hit, Marks, Question, Reading
from broadsheet.fields import FieldFile
from broadsheet.fields import field as field_named
from broadsheet.kernel import clock, identifiers
from broadsheet.kernel.errors import NotFound, Unavailable
from broadsheet.kernel.text import plural
from broadsheet.papers import queries
from broadsheet.papers.facts import Total
from broadsheet.search.contract import FacetName, Filters, Found, Request, Results, Sort
from broadsheet.search.highlight import marks
from broadsheet.search.language.describe import describe
from broadsheet.search.language.parse import Parsed, parse
from broadsheet.search.language.tree import Category, Node, both, either, loosened
from broadsheet.search.ranking.features import Count, Facts, points
from broadsheet.search.ranking.recipes import RECIPES, Recipe

_SORTS: Final[Mapping[str, Sort]] = MappingProxyType(
    {"relevance": "relevance", "new": "newest", "top": "votes", "discussed": "comments"}
)
_COUNTED: Final = ("top", "discussed")
_FACETS: Final[tuple[FacetName, ...]] = ("year", "category", "organization")
_SIMILAR: Final = 20
_SOME: Final = "No paper holds all of these words, so these are papers that hold some of them."
_PAST: Final = "Votes and comments of a past moment are not searched, so {} was left out."
_RECEIPT_DEPTH: Final = 1_000
_FAR_BEHIND: Final = 1_000  # changes; less is caught up with while one reads


def answer(question: Question) -> Edition:
    """Answer a search, or find papers like one."""
    moment = question.as_of or clock.now()
    if question.place == "similar":
        return _similar(question, moment)
    asked, (question, problems) = question, _without_counts(question)
    recipe = recipe_for(question)
    parsed = parse(question.text)
    results, loosely = _results(question, parsed.tree, recipe, _FACETS)
    behind, upto = _behind()
    ranked = _ranked(results.found, recipe, moment)
    found = hits(ranked, recipe, (question.page - 1) * question.size + 1, moment)
    edition = Edition(
        question=question,
        asked=asked,
        recipe=recipe.name,
        recipe_version=recipe.version,
        hits=tuple(_marked(hit, parsed.tree) for hit in found),
        total=results.total,
        true_at=moment,
        changed=upto,
        facets=results.facets,
        why_empty="" if results.total else _why_empty(parsed, behind),
    )
    problems += (*parsed.problems, *((_SOME,) if loosely else ()))
    if results.total and behind > _FAR_BEHIND:
        problems += (f"{_changes_behind(behind)} More papers may match.",)
    words = describe(parsed.tree) if parsed.tree else ""
    return replace(edition, reading=Reading(words=words, problems=problems))


def receipt(question: Question, key: str) -> tuple[Edition, Hit] | None:
    """The hit of one paper among the first 1,000 of a search; None where it is not there."""
    if question.place == "search":
        bare, _ = _without_counts(question.but(size=_RECEIPT_DEPTH))
        results, _ = _results(bare, parse(bare.text).tree, recipe_for(bare), ())
        places = [place for place, found in enumerate(results.found) if found.key == key]
        if not places:
            return None
        question = question.but(page=places[0] // question.size + 1)
    edition = answer(question)
    return next(((edition, hit) for hit in edition.hits if hit.card.key == key), None)


def held(field: FieldFile) -> int:
    """How many papers of a field the index holds; 0 where it cannot say."""
    try:
        return _found(Request(query=_within(None, field), limit=1)).total
    except Unavailable:
        return 0


def _without_counts(question: Question) -> tuple[Question, tuple[str, ...]]:
    """The question less what only today's counts could answer where it asks about a past moment."""
    problems = question.problems
    if question.as_of and question.recipe in _COUNTED:
        problems += (_PAST.format(f"the order by {RECIPES[question.recipe].label}"),)
        question = replace(question, recipe="")
    if question.as_of and question.filters.min_votes:
        problems += (_PAST.format("the filter by votes"),)
        question = replace(question, filters=replace(question.filters, min_votes=0))
    return question, problems


def _results(
    question: Question, tree: Node | None, recipe: Recipe, facets: tuple[FacetName, ...]
) -> tuple[Results, bool]:
    """What the index finds, and whether only by taking some of the words for enough."""
    results = _found(_request(question, tree, recipe, facets))
    if results.total or tree is None or (loose := loosened(tree)) == tree:
        return results, False
    results = _found(_request(question, loose, recipe, facets))
    return results, results.total > 0


def _found(request: Request) -> Results:
    return index.ask(lambda backend: backend.search(request))


def _behind() -> tuple[int, int]:
    """How many changes the index has yet to apply, and the last it has."""
    upto = index.ask(lambda backend: backend.upto())
    return max(0, queries.state().change - upto), upto


def _changes_behind(behind: int) -> str:
    return f"The search index is {plural(behind, 'change')} behind the catalogue."


def _request(
    question: Question, tree: Node | None, recipe: Recipe, facets: tuple[FacetName, ...]
) -> Request:
    return Request(
        query=_within(tree, field_named(question.field)),
        filters=_until(question.filters, question.as_of),
        sort=_SORTS[recipe.name] if tree or recipe.name != "relevance" else "newest",
        offset=(question.page - 1) * question.size,
        limit=question.size,
        facets=facets,
        pinned=_named(question.text) if recipe.name == "relevance" else (),
    )


def _within(tree: Node | None, field: FieldFile) -> Node | None:
    """The query, held to the categories of the field."""
    if not field.categories:
        return tree
    limit = either([Category(name) for name in field.categories])
    return both([tree, limit]) if tree else limit


def _until(filters: Filters, as_of: datetime | None) -> Filters:
    """What is dated after the moment asked about is not yet there."""
    return replace(filters, not_after=rules.day_of(as_of)) if as_of else filters


def _named(text: str) -> tuple[str, ...]:
    """The papers that the question names: by identifier, address or exact title."""
    if not text:
        return ()
    found = queries.find(text) if identifiers.parse(text) else None
    return (found[1],) if found else queries.titled(text)


def _ranked(found: tuple[Found, ...], recipe: Recipe, moment: datetime) -> tuple[Ranked, ...]:
    held = queries.numbers([one.key for one in found])
    papers = [held[one.key][0] for one in found if one.key in held]
    counted = recipe.name in _COUNTED
    totals = queries.totals(papers, ("votes", "comments"), until=moment) if counted else {}
    ranked = []
    for one in found:
        if one.key not in held:
            continue  # removed since the index was last brought up to date
        number, published = held[one.key]
        facts = Facts(
            key=one.key,
            moment=moment,
            published=published,
            votes=_count(totals.get((number, "votes"), ()), moment),
            comments=_count(totals.get((number, "comments"), ()), moment),
            words=one.words,
            exact=one.pinned,
        )
        ranked.append(Ranked(paper=number, score=points(recipe, facts), facts=facts))
    return tuple(ranked)


def _count(totals: tuple[Total, ...], moment: datetime) -> Count:
    return rules.count(totals, None, moment)


def _marked(hit: Hit, tree: Node | None) -> Hit:
    if tree is None:
        return hit
    card = hit.card
    found = Marks(
        title=marks(card.title, tree, "title"), abstract=marks(card.abstract, tree, "abs")
    )
    return replace(hit, marks=found)


def _why_empty(parsed: Parsed, behind: int) -> str:
    if behind:
        return f"{_changes_behind(behind)} What it holds so far does not match: try again soon."
    if parsed.tree is None:
        return "No paper passes the filters."
    return "No paper that is held matches."


def _similar(question: Question, moment: datetime) -> Edition:
    found = queries.find(question.like)
    if found is None:
        raise NotFound(kind="paper", name=question.like)
    number, key = found
    asked, question = question, replace(question, like=key, page=1, size=_SIMILAR)
    document = index.document(next(iter(queries.documents([number]))))
    question, problems = _without_counts(question)
    request = _request(question, None, recipe_for(question), ())
    near = index.ask(
        lambda backend: backend.similar(
            document, query=request.query, filters=request.filters, limit=_SIMILAR
        )
    )
    recipe = recipe_for(question)
    behind, upto = _behind()
    ranked = _ranked(near, recipe, moment)
    nothing = _changes_behind(behind) if behind else "No other paper shares enough words with it."
    return Edition(
        question=question,
        asked=asked,
        recipe=recipe.name,
        recipe_version=recipe.version,
        hits=hits(ranked, recipe, 1, moment),
        total=len(ranked),
        true_at=moment,
        changed=upto,
        reading=Reading(problems=problems),
        why_empty="" if ranked else nothing,
    )
