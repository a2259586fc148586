"""Editions found by asking the index: search, and papers like one paper."""

from dataclasses import replace
from datetime import datetime

from broadsheet.editions import index, rules
from broadsheet.editions.making import hits
from broadsheet.editions.periods import Ranked, recipe_for
from broadsheet.editions.types import Edition, Hit, Marks, Question, Reading
from broadsheet.fields import FieldFile
from broadsheet.fields import field as field_named
from broadsheet.kernel import clock, identifiers
from broadsheet.kernel.errors import BadQuestion, NotFound
from broadsheet.papers import queries
from broadsheet.papers.facts import Total
from broadsheet.search.contract import Filters, Found, Request, Results, Sort
from broadsheet.search.highlight import marks
from broadsheet.search.language.describe import describe
from broadsheet.search.language.parse import Parsed, parse
from broadsheet.search.language.tree import Category, Node, both, either, loosened
from broadsheet.search.ranking.features import Count, Facts, points
from broadsheet.search.ranking.recipes import Recipe

_SORTS: dict[str, Sort] = {
    "relevance": "relevance",
    "new": "newest",
    "top": "votes",
    "discussed": "comments",
}
_COUNTED = ("top", "discussed")
_SIMILAR = 20
_SOME = "No paper holds all of these words, so these are papers that hold some of them."
_RECEIPT_DEPTH = 1_000


def answer(question: Question) -> Edition:
    """Answer a search, or find papers like one."""
    moment = question.as_of or clock.now()
    if question.place == "similar":
        return _similar(question, moment)
    recipe = _recipe(question)
    parsed = parse(question.text)
    results = index.reader().search(_request(question, parsed.tree, recipe))
    problems = parsed.problems
    if not results.total and parsed.tree and (loose := loosened(parsed.tree)) != parsed.tree:
        results = index.reader().search(_request(question, loose, recipe))
        problems += (_SOME,) if results.total else ()
    ranked = _ranked(results.found, recipe, moment)
    found = hits(ranked, recipe, (question.page - 1) * question.size + 1, moment)
    return Edition(
        question=question,
        recipe=recipe.name,
        recipe_version=recipe.version,
        hits=tuple(_marked(hit, parsed.tree) for hit in found),
        total=results.total,
        true_at=moment,
        changed=index.reader().upto(),
        facets=results.facets,
        reading=Reading(words=describe(parsed.tree) if parsed.tree else "", problems=problems),
        why_empty=_why_empty(results, parsed),
    )


def receipt(question: Question, key: str) -> tuple[Edition, Hit] | None:
    """The hit of one paper among the first 1,000 of a search; None where it is not there."""
    for page in range(1, _RECEIPT_DEPTH // question.size + 1):
        edition = answer(replace(question, page=page))
        for hit in edition.hits:
            if hit.card.key == key:
                return edition, hit
        if page >= edition.pages:
            break
    return None


def _recipe(question: Question) -> Recipe:
    recipe = recipe_for(question)
    if recipe.name not in _SORTS:
        reason = f"a search is ordered by one of {', '.join(_SORTS)}"
        raise BadQuestion(what=f"recipe “{recipe.name}”", reason=reason)
    return recipe


def _request(question: Question, tree: Node | None, recipe: Recipe) -> Request:
    return Request(
        query=_within(tree, field_named(question.field)),
        filters=_until(question.filters, question.as_of),
        sort=_SORTS[recipe.name] if tree or recipe.name != "relevance" else "newest",
        offset=(question.page - 1) * question.size,
        limit=question.size,
        facets=("year", "category", "organization"),
        pinned=_named(question.text) if recipe.name == "relevance" else (),
    )


def _within(tree: Node | None, field: FieldFile) -> Node | None:
    """The query, held to the categories of the field."""
    if not field.categories:
        return tree
    limit = either([Category(name) for name in field.categories])
    return both([tree, limit]) if tree else limit


def _until(filters: Filters, as_of: datetime | None) -> Filters:
    """What was published after the moment asked about is not yet there."""
    if as_of is None:
        return filters
    until = as_of.date()
    return replace(filters, until=min(filters.until, until) if filters.until else until)


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


def _why_empty(results: Results, parsed: Parsed) -> str:
    if results.found or results.total:
        return ""
    if parsed.tree is None:
        return "No paper passes the filters."
    return "No paper that is held matches."


def _similar(question: Question, moment: datetime) -> Edition:
    found = queries.find(question.like)
    if found is None:
        raise NotFound(kind="paper", name=question.like)
    number, key = found
    paper = next(iter(queries.documents([number])))
    near = index.reader().similar(index.document(paper), limit=_SIMILAR)
    recipe = recipe_for(question)
    ranked = _ranked(near, recipe, moment)
    return Edition(
        question=replace(question, like=key, page=1, size=_SIMILAR),
        recipe=recipe.name,
        recipe_version=recipe.version,
        hits=hits(ranked, recipe, 1, moment),
        total=len(ranked),
        true_at=moment,
        changed=index.reader().upto(),
        why_empty="" if ranked else "No other paper shares enough words with this one.",
    )
