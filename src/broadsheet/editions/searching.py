"""Editions found by asking the index: search. What its text means is found out in ``asking``."""

from dataclasses import replace
from datetime import datetime
from typing import Final

from broadsheet.editions import catalogue, index, near, similar
from broadsheet.editions.asking import Asked, asked, request, within, without_counts
from broadsheet.editions.index import behind, changes_behind
from broadsheet.editions.making import hits, marked, matching, ranked
from broadsheet.editions.periods import recipe_for
from broadsheet.editions.types import Edition, FoundBy, Hit, Question
from broadsheet.fields import FieldFile
from broadsheet.kernel import clock
from broadsheet.kernel.errors import Unavailable
from broadsheet.search.contract import FacetName, Found, Request, Results
from broadsheet.search.language.matching import loosened
from broadsheet.search.ranking.features import order
from broadsheet.search.ranking.recipes import Recipe

DEPTH: Final = 1_000
"""How deep the place of one paper is looked for."""

_FACETS: Final[tuple[FacetName, ...]] = ("year", "category", "organization")
_SOME: Final = "No paper holds all of these words, so these are papers that hold some of them."
_FAR_BEHIND: Final = 1_000  # changes; less is caught up with while one reads
_BY_MEANING: Final = "Found by its meaning alone: no word of the question stands in it."


def answer(question: Question) -> Edition:
    """Answer a search, or find papers like one.

    Where the index is not there, or has not begun, the catalogue itself is looked through.
    """
    moment = question.as_of or clock.now()
    if question.place == "similar":
        return similar.answer(question, moment)
    bare, problems = without_counts(question)
    read = asked(bare.text)
    try:
        late, upto = _begun()
        edition = _searched(bare, read, moment)
    except Unavailable as error:
        edition = catalogue.answer(bare, read, moment, error.user_message)
    else:
        said = (f"{changes_behind(late)} More papers may match.",)
        problems += said if edition.length and late > _FAR_BEHIND else ()
        why_empty = "" if edition.length else _why_empty(read, late)
        edition = replace(edition, changed=upto, why_empty=why_empty)
    reading = edition.reading
    reading = replace(reading, problems=tuple(dict.fromkeys((*problems, *reading.problems))))
    return replace(edition, asked=question, reading=reading)


def _begun() -> tuple[int, int]:
    """As ``index.behind``. Raises Unavailable for an index that has yet to begin, too."""
    late, upto = behind()
    if late and not upto:
        raise Unavailable(what="The search index", remedy=changes_behind(late))
    return late, upto


def _searched(question: Question, read: Asked, moment: datetime) -> Edition:
    recipe = recipe_for(question)
    results, loosely = found(question, read, recipe, _FACETS)
    recipe = matching(recipe, results.found, question.mode, like=bool(read.liked))
    by_key = {one.key: one for one in results.found}
    shown = hits(
        ranked(results.found, recipe, moment),
        recipe,
        (question.page - 1) * question.size + 1,
        moment,
    )
    reading = read.reading
    if loosely:
        reading = replace(reading, problems=(*reading.problems, _SOME))
    return Edition(
        question=question,
        asked=question,
        recipe=recipe.name,
        recipe_version=recipe.version,
        hits=tuple(_told(hit, by_key[hit.card.key], read) for hit in shown),
        total=results.total,
        by_meaning=results.by_meaning,
        true_at=moment,
        changed=0,
        facets=results.facets,
        reading=reading,
    )


def receipt(question: Question, key: str) -> tuple[Edition, Hit] | None:
    """The hit of one paper among the first 1,000 of a search; None where it is not there."""
    if question.place == "search":
        place = rank(question, key)
        if place is None:
            return None
        question = question.but(page=(place - 1) // question.size + 1)
    edition = answer(question)
    return next(((edition, hit) for hit in edition.hits if hit.card.key == key), None)


def rank(question: Question, key: str) -> int | None:
    """The place of a paper among the first 1,000 of a search, from 1; None where it has none."""
    bare, _ = without_counts(question.but(size=DEPTH))
    try:
        keys = [one.key for one in found(bare, asked(bare.text), recipe_for(bare))[0].found]
    except Unavailable:
        keys = [hit.card.key for hit in answer(bare).hits]
    return keys.index(key) + 1 if key in keys else None


def held(field: FieldFile) -> int:
    """How many papers of a field the index holds; 0 where it cannot say."""
    try:
        return _results(Request(query=within(None, field), limit=1)).total
    except Unavailable:
        return 0


def found(
    question: Question, read: Asked, recipe: Recipe, facets: tuple[FacetName, ...] = ()
) -> tuple[Results, bool]:
    """What the index finds, and whether only by taking some of the words for enough.

    Raises Unavailable where there is no index to ask.
    """
    first = request(question, read, recipe, facets)
    if read.liked:
        return _near(first, read, recipe, question), False
    results = _results(first)
    loose = loosened(read.tree) if read.tree else None
    if results.total or loose == read.tree or question.mode == "meaning":
        return results, False
    again = replace(read, parsed=replace(read.parsed, tree=loose))
    more = _results(request(question, again, recipe, facets))
    return (more, True) if more.total else (results, False)


def _near(first: Request, read: Asked, recipe: Recipe, question: Question) -> Results:
    """One page of the papers near to those that are liked; in another order, so many of them."""
    nearest = near.nearest(read.liked, first, near.NEAREST)
    if recipe.name != "relevance":
        moment = question.as_of or clock.now()
        by_key = {one.key: one for one in nearest}
        listed = ranked(nearest, recipe, moment)
        listed = tuple(sorted(listed, key=lambda one: order(one.facts, one.score)))
        nearest = tuple(by_key[one.facts.key] for one in listed)
    page = nearest[first.offset : first.offset + first.limit]
    by_meaning = sum(one.by_meaning for one in nearest)
    return Results(found=page, total=len(nearest) - by_meaning, by_meaning=by_meaning)


def _results(asking: Request) -> Results:
    return index.ask(lambda backend: backend.search(asking))


def _told(hit: Hit, one: Found, read: Asked) -> Hit:
    """A hit with the words asked for marked, and how it was found."""
    if not read.is_anything:
        return hit
    by: FoundBy = "meaning" if one.by_meaning else "words"
    reason = _BY_MEANING if one.by_meaning else ""
    if read.liked:
        reason = near.reason(one, hit.card.title, hit.card.abstract, read.liked)
    found_by = "name" if one.pinned else by
    return replace(hit, marks=marked(hit, read.tree), found_by=found_by, reason=reason)


def _why_empty(read: Asked, late: int) -> str:
    if late:
        return f"{changes_behind(late)} What it holds so far does not match: try again soon."
    if not read.is_anything:
        return "No paper passes the filters."
    return "No paper that is held matches."
