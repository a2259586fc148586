"""Editions made of announcements: a day, a week, a month, everything of a day, trending."""

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from operator import itemgetter
from typing import NamedTuple

from broadsheet.editions import rules
from broadsheet.editions.types import Neighbour, Question
from broadsheet.fields import FieldFile
from broadsheet.fields import field as field_named
from broadsheet.kernel.dates import Period, start_of
from broadsheet.papers import queries
from broadsheet.papers.facts import Entry
from broadsheet.papers.queries.signals import Totals
from broadsheet.search.contract import Facet, FacetName, Filters
from broadsheet.search.ranking.features import Facts, order, points
from broadsheet.search.ranking.recipes import RECIPES, Recipe

TRENDING_DAYS = 30
"""Trending looks at papers announced in so many days."""

STAR_DAYS = 7
"""Stars are counted over so many days before the end of a list."""

_STALE = timedelta(days=7)


class Ranked(NamedTuple):
    """One paper of an order: its number, its score and the facts it was made of.

    ``entries`` are its announcements in the period, ``best`` the one that gives it its place.
    """

    paper: int
    score: float
    facts: Facts
    best: Entry | None = None
    entries: tuple[Entry, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """All papers of an edition in order, before a page is cut from it."""

    ranked: tuple[Ranked, ...]
    voted: int
    facets: Mapping[FacetName, tuple[Facet, ...]]
    newest_day: date | None = None


def recipe_for(question: Question) -> Recipe:
    """The recipe of a list: the one asked for, else the list's own, with the field's weights."""
    field = field_named(question.field)
    own = {"front": field.recipe, "all": "announced", "trending": "hot", "similar": "relevance"}
    plain = "relevance" if question.text else "new"
    asked = question.recipe
    if asked == "relevance" and question.place == "search":
        asked = plain  # without words nothing matches better
    recipe = RECIPES[asked or own.get(question.place, plain)]
    return recipe.with_weights(field.weights.get(recipe.name, {}))


def rank(question: Question, moment: datetime) -> Order:
    """Put every paper of a period, or of the last 30 days for trending, in order.

    ``question.period`` must be set but for trending. ``moment`` is the as-of instant.
    """
    field = field_named(question.field)
    recipe = recipe_for(question)
    newest = _stale_day(moment) if recipe.name == "hot" else None
    clock = start_of(newest + timedelta(days=1)) if newest else moment
    counted_to = start_of(rules.day_of(clock))
    filters = rules.folded(question.filters)
    first, last, start, end = _span(question, clock)
    feeds = field.only_feeds
    entries = [
        entry
        for entry in queries.announcements_between(feeds, first, last, until=moment)
        if field.covers(entry.categories)
    ]
    starred_from = end - timedelta(days=STAR_DAYS)
    totals = queries.totals_between(feeds, first, last, ("votes", "comments"), until=moment)
    stars: Totals = {}
    if recipe.name == "hot":
        known = min(end, moment + timedelta(microseconds=1))
        stars = queries.ends_between(feeds, first, last, "stars", since=starred_from, to=known)
    by_paper: defaultdict[int, list[Entry]] = defaultdict(list)
    for entry in entries:
        by_paper[entry.paper].append(entry)
    filtered = filters != Filters()
    asking = filters.since or filters.sources
    said = queries.said_between(first, last) if asking else {}
    places = {feed: field.feed_place(feed) for feed in {entry.feed for entry in entries}}
    kept: list[tuple[tuple[float, int, str], Ranked]] = []
    for paper, own in by_paper.items():
        best = rules.place(own, places)
        votes = rules.count(totals.get((paper, "votes"), ()), start, end)
        if filtered and not rules.passes(best, filters, votes.grown, said.get(paper, rules.UNSAID)):
            continue
        facts = Facts(
            key=best.key,
            moment=counted_to,
            published=best.published_on,
            announced=best.day if len(own) == 1 else min(entry.day for entry in own),
            votes=votes,
            comments=rules.count(totals.get((paper, "comments"), ()), start, end),
            stars=rules.gained(stars.get((paper, "stars"), ()), starred_from, end),
            feed=places[best.feed],
            feed_name=best.feed,
            kind=rules.KIND_ORDER.get(best.kind, len(rules.KIND_ORDER)),
            rank=best.rank,
        )
        score = points(recipe, facts)
        found = Ranked(paper=paper, score=score, facts=facts, best=best, entries=tuple(own))
        kept.append((order(facts, score), found))
    ranked = tuple(found for _, found in sorted(kept, key=itemgetter(0)))
    return Order(
        ranked=ranked,
        voted=sum(found.facts.votes.grown > 0 for found in ranked),
        facets=rules.facets([found.best for found in ranked if found.best]),
        newest_day=newest,
    )


def _span(question: Question, clock: datetime) -> tuple[date, date, datetime | None, datetime]:
    """First and last day of the announcements asked for, and the span votes are counted in."""
    period = question.period
    if period is None:
        last = rules.day_of(clock)
        first = last - timedelta(days=TRENDING_DAYS - 1)
        return first, last, None, clock + timedelta(seconds=1)
    hot = recipe_for(question).name == "hot"
    return period.first, period.last, None if hot else period.start, period.end


def _stale_day(moment: datetime) -> date | None:
    """The newest day held, where nothing is younger than seven days; age counts from it."""
    newest = queries.newest_day(until=moment - timedelta(microseconds=1))
    return newest if newest and start_of(newest) < moment - _STALE else None


def latest(field: FieldFile, kind: str, moment: datetime) -> Period:
    """The newest period of that kind in which the field announced a paper; else today's."""
    today = Period.around(rules.day_of(moment), kind)  # type: ignore[arg-type]  # from an address
    before = _step(field, today.after(), moment, queries.day_before)
    return before.period if before else today


def neighbours(
    field: FieldFile, period: Period, moment: datetime
) -> tuple[Neighbour | None, Neighbour | None]:
    """The nearest periods of the same kind before and after that have papers of the field."""
    return (
        _step(field, period, moment, queries.day_before),
        _step(field, period, moment, queries.day_after),
    )


def _step(
    field: FieldFile, period: Period, moment: datetime, nearest: Callable[..., date | None]
) -> Neighbour | None:
    day = nearest(field.only_feeds, field.categories, period, until=moment)
    if day is None:
        return None
    near = Period.around(day, period.kind)
    papers = papers_of(field, near, moment)
    return Neighbour(period=near, papers=papers) if papers else None


def papers_of(field: FieldFile, period: Period, moment: datetime) -> int:
    """How many papers the field announced in a period."""
    if not field.categories:
        return queries.count_between(field.only_feeds, period.first, period.last, until=moment)
    entries = queries.announcements_between(
        field.only_feeds, period.first, period.last, until=moment
    )
    return len({entry.paper for entry in entries if field.covers(entry.categories)})
