"""Answering questions: the one place where an edition is made."""

import time
from dataclasses import dataclass, replace
from datetime import datetime

from broadsheet.editions import periods, rules, sealed, seals, searching, similar
from broadsheet.editions.kept import Kept
from broadsheet.editions.making import hits
from broadsheet.editions.periods import Order, recipe_for
from broadsheet.editions.titles import period_name
from broadsheet.editions.types import DEEPEST, Correction, Edition, Hit, Neighbour, Question, Sealed
from broadsheet.fields import FieldFile
from broadsheet.fields import field as field_named
from broadsheet.harvest import queries as harvest
from broadsheet.harvest.queries import DayState
from broadsheet.kernel import clock
from broadsheet.kernel.dates import Kind, Period
from broadsheet.kernel.text import plural
from broadsheet.papers import queries
from broadsheet.papers.queries.changes import State
from broadsheet.search.contract import Filters

_DEEP = f"Lists end at {DEEPEST:,} papers: narrow this one by date or category to see the rest."
_orders: Kept[Order] = Kept(64)
_corrections: Kept[tuple[Correction, ...]] = Kept(64)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where a paper stood in one edition: ``rank`` of ``total``, with ``votes`` then."""

    question: Question
    rank: int
    total: int
    votes: int


def answer(question: Question) -> Edition:
    """Answer a question, at the moment it asks about or now.

    Raises NotFound for a paper or field it names that is not held, and Unavailable where the
    search index is needed and cannot be opened.
    """
    start = time.perf_counter()
    if question.place in ("search", "similar"):
        edition = searching.answer(question)
    else:
        edition = _period(question)
    if edition.question.page == edition.pages and edition.total > edition.pages * question.size:
        problems = (*edition.reading.problems, _DEEP)
        edition = replace(edition, reading=replace(edition.reading, problems=problems))
    return replace(edition, took_ms=(time.perf_counter() - start) * 1_000)


def receipt(question: Question, key: str) -> tuple[Edition, Hit] | None:
    """The hit of one paper in an edition, on whatever page; None where it is not in it."""
    if question.place in ("search", "similar"):
        return searching.receipt(question, key)
    place = _place(*filled(question), key)
    if place is None:
        return None
    edition = _period(question.but(page=(place - 1) // question.size + 1))
    return next(((edition, hit) for hit in edition.hits if hit.rank == place), None)


def _place(question: Question, moment: datetime, key: str) -> int | None:
    """The place of a paper in a list of a period, from 1; None where it has none."""
    if seal := sealed.of_question(question):
        return sealed.place(seal, key)
    ranked = _order(question, moment).ranked
    return next((place for place, one in enumerate(ranked, 1) if one.facts.key == key), None)


def alike(key: str, most: int) -> Edition:
    """The first of the papers like one. Raises as ``answer``."""
    return similar.answer(Question(place="similar", like=key), clock.now(), most)


def ordered(question: Question) -> tuple[Question, datetime, Order]:
    """Every paper of a list of a period in order, none of them made a hit.

    A sealed day keeps its order; what came to it later stands behind. Gives the question with
    its period filled in and the moment it is answered for, too.
    """
    question, moment = filled(question)
    order = _order(question, moment)
    if seal := sealed.of_question(question):
        places = sealed.places(seal)
        last = len(places) + 1
        ranked = sorted(order.ranked, key=lambda one: places.get(one.facts.key, last))
        order = replace(order, ranked=tuple(ranked))
    return question, moment, order


def standings(key: str) -> tuple[Standing, ...]:
    """Every day a paper was announced, and where it stood in that day's edition, newest first."""
    found = queries.find(key)
    if found is None:
        return ()
    days = queries.days_of(found[0])
    standings = (_standing(found[1], Period.day(day)) for day in days)
    return tuple(standing for standing in standings if standing)


def _standing(key: str, period: Period) -> Standing | None:
    question, moment = filled(Question(place="front", period=period))
    ordered = _order(question, moment).ranked
    votes = {one.facts.key: one.facts.votes.grown for one in ordered}
    rank = _place(question, moment, key)
    if rank is None:
        return None
    seal = sealed.of_question(question)
    return Standing(
        question=question,
        rank=rank,
        total=seal.total if seal else len(ordered),
        votes=votes.get(key, 0),
    )


def filled(question: Question, kind: Kind = "day") -> tuple[Question, datetime]:
    """The question with its period filled in, and the moment it is answered for."""
    moment = question.as_of or clock.now()
    if question.place in ("front", "all") and question.period is None:
        period = periods.latest(field_named(question.field), kind, moment)
        question = replace(question, period=period)
    return question, moment


def _order(question: Question, moment: datetime, state: State | None = None) -> Order:
    """The order of an edition, kept until anything it rests on changes."""
    state = state or queries.state()
    recipe = recipe_for(question)
    bare = replace(question, page=1, size=1, recipe=recipe.name)
    key = (bare, recipe.version, state.change, state.signal, moment.date())
    return _orders.get(key, lambda: periods.rank(question, moment))


def _period(question: Question) -> Edition:
    state = queries.state()
    asked, (question, moment) = question, filled(question)
    recipe = recipe_for(question)
    ordered = _order(question, moment, state)
    first = (question.page - 1) * question.size
    shown = ordered.ranked[first : first + question.size]
    field = field_named(question.field)
    around = periods.neighbours(field, question.period, moment) if question.period else (None, None)
    ledger = _ledger(question)
    seal = sealed.of_question(question)
    edition = Edition(
        question=question,
        asked=asked,
        recipe=recipe.name,
        recipe_version=recipe.version,
        hits=() if seal else hits(shown, recipe, first + 1, moment),
        total=len(ordered.ranked),
        true_at=moment,
        changed=state.change,
        voted=ordered.voted,
        facets=ordered.facets,
        previous=around[0],
        next=around[1],
        newest_day=ordered.newest_day,
        why_empty="" if ordered.ranked else _why_empty(question, moment, ledger, around),
        ledger=ledger,
    )
    return _as_sealed(edition, seal, first + 1) if seal else edition


def _as_sealed(edition: Edition, seal: Sealed, first: int) -> Edition:
    """The edition of a day with the order and the receipts of its seal."""
    key = (seal, edition.changed)
    return replace(
        edition,
        recipe=seal.recipe,
        recipe_version=seal.recipe_version,
        hits=sealed.page(seal, first, edition.question.size),
        total=seal.total,
        true_at=seal.true_at,
        why_empty="",
        sealed=seal,
        corrections=_corrections.get(key, lambda: seals.corrections(seal)),
    )


def _ledger(question: Question) -> tuple[DayState, ...]:
    """How the day of a list stands in the ledger; nothing of what is asked as of another time."""
    period = question.period
    if period is None or period.kind != "day" or question.as_of:
        return ()
    return harvest.day_states(period.first, field_named(question.field).only_feeds)


def _why_empty(
    question: Question,
    moment: datetime,
    ledger: tuple[DayState, ...],
    around: tuple[Neighbour | None, Neighbour | None],
) -> str:
    """Why a list of a period has no papers: of a day what the harvest says, if it knows."""
    field = field_named(question.field)
    period = question.period
    before, after = around
    if question.filters != Filters():
        return "No paper of this list passes the filters."
    if period is None:
        return f"Nothing was announced in the last {periods.TRENDING_DAYS} days that are held."
    has_come = period.first <= rules.day_of(moment)
    may_tell = period.kind == "day" and (ledger or (has_come and before))
    if may_tell and (told := harvest.why_empty(period.first, ledger, field.only_feeds)):
        return told
    if not has_come:
        return "That day has not come yet." if period.kind == "day" else "That time has not come."
    if before is None:
        return _before_all(field, after)
    when = "on" if period.kind == "day" else "in"
    return f"Nothing that is held was announced {when} {_lower(period)} in “{field.title}”."


def _lower(period: Period) -> str:
    return period_name(period).replace("Week", "week")


def _before_all(field: FieldFile, first: Neighbour | None) -> str:
    """Before the first edition of a field; if it has none, what else there is of it."""
    if first:
        return f"The first edition held is of {_lower(first.period)}."
    if papers := searching.held(field):
        found = plural(papers, "paper")
        return f"No day of “{field.title}” is held, but {found} that search finds."
    return f"Nothing of the field “{field.title}” was announced yet. {field.import_hint}"
