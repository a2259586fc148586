"""Why a search finds a paper, and where, or why it does not: for any paper and any search."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from dataclasses import field as defaulting
from datetime import datetime

from broadsheet.editions import index, searching
from broadsheet.editions.asking import asked, request, until, without_counts
from broadsheet.editions.periods import recipe_for
from broadsheet.editions.types import Edition, Hit, Question
from broadsheet.fields import field as field_named
from broadsheet.kernel import clock
from broadsheet.kernel.errors import NotFound
from broadsheet.papers import queries
from broadsheet.papers.cards import Card
from broadsheet.search.contract import Explanation, Filters, Request
from broadsheet.search.language.describe import describe
from broadsheet.search.language.holds import Paper
from broadsheet.search.language.matching import loosened
from broadsheet.search.language.meaning import binding
from broadsheet.search.language.tree import And, Category, Node, Words, either

DEPTH = searching.DEPTH
"""How deep the place of a paper is looked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One thing a search asks for, and whether it holds for the paper.

    What does not ``bind`` may fail, and the paper is found by its meaning all the same.
    """

    label: str
    passed: bool
    binds: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Explained:
    """How one paper stands to one search.

    ``rank`` counts from 1 and is None beyond the first 1,000, ``receipt`` the hit there with its
    edition. ``terms`` is what each word adds to ``words``; ``meaning``, ``drawn``, ``late`` and
    ``score`` are those of ``contract.Explanation``; all are 0 where they count for nothing.
    ``scored``: they are those of the search itself; else of its words alone, for the paper does
    not match.
    """

    question: Question
    card: Card
    checks: tuple[Check, ...]
    rank: int | None
    receipt: tuple[Edition, Hit] | None
    scored: bool
    true_at: datetime
    terms: Mapping[str, float] = defaulting(default_factory=dict)
    words: float = 0.0
    meaning: float = 0.0
    drawn: float = 0.0
    late: float = 0.0
    score: float = 0.0
    joined: str = ""
    problems: tuple[str, ...] = ()

    @property
    def matched(self) -> bool:
        """Whether everything that binds holds."""
        return all(check.passed for check in self.checks if check.binds)


def explain(question: Question, name: str) -> Explained:
    """How the paper of that name stands to a search.

    Raises NotFound for a paper that is not held, Unavailable where the index is not there.
    """
    found = queries.find(name)
    if found is None:
        raise NotFound(kind="paper", name=name)
    number, key = found
    moment = question.as_of or clock.now()
    bare, problems = without_counts(question)
    read = asked(bare.text)
    paper = Paper(index.document(next(iter(queries.documents([number])))))
    asking = replace(request(bare, read, recipe_for(bare)), pinned=())
    if read.tree and searching.found(bare.but(size=1), read, recipe_for(bare))[1]:
        loose = replace(read, parsed=replace(read.parsed, tree=loosened(read.tree)))
        asking = replace(request(bare, loose, recipe_for(bare)), pinned=())
    told = _told(asking, key)
    scored = bool(told.matched or told.score)
    if not scored:
        told = _told(_words_alone(asking), key)
    held = _told(Request(), key).matched
    checks = (
        Check(label="held by the search index", passed=held),
        *_checks(bare, read.tree, paper),
        *(Check(label=label, passed=passed) for label, passed in told.passed),
    )
    placed = searching.receipt(question, key)
    return Explained(
        question=question,
        card=queries.cards([number], until=moment)[number],
        checks=checks,
        rank=placed[1].rank if placed else None,
        receipt=placed,
        scored=scored,
        true_at=moment,
        terms=told.terms,
        words=told.words,
        meaning=told.meaning,
        drawn=told.drawn,
        late=told.late,
        score=told.score,
        joined=recipe_for(bare).help,
        problems=(*problems, *read.reading.problems),
    )


def _told(asking: Request, key: str) -> Explanation:
    return index.ask(lambda backend: backend.explain(asking, key))


def _words_alone(asking: Request) -> Request:
    """The search without filters and conditions, any of its words enough."""
    nodes = asking.query.nodes if isinstance(asking.query, And) else (asking.query,)
    free = [loosened(node) for node in nodes if isinstance(node, Words)]
    return Request(query=free[0] if free else asking.query, mode="words")


def _checks(question: Question, tree: Node | None, paper: Paper) -> Iterator[Check]:
    """The field, every filter and every part of the query, one by one."""
    limits = field_named(question.field)
    if limits.categories:
        node = either([Category(name) for name in limits.categories])
        yield Check(label=f"of the field {limits.title}", passed=paper.holds(node))
    for label, filters in _parts(until(question.filters, question.as_of)):
        yield Check(label=label, passed=paper.passes(filters))
    by_words = question.mode == "words"
    nodes = tree.nodes if isinstance(tree, And) else (tree,) if tree else ()
    for node in nodes:
        binds = by_words or binding(node) is not None
        yield Check(label=describe(node), passed=paper.holds(node), binds=binds)


def _parts(filters: Filters) -> Iterator[tuple[str, Filters]]:
    """Each filter in force alone, and what it asks for in words."""
    if filters.since:
        yield f"dated from {filters.since}", Filters(since=filters.since)
    if filters.until:
        yield f"dated until {filters.until}", Filters(until=filters.until)
    if filters.not_after:
        yield f"not dated after {filters.not_after}", Filters(not_after=filters.not_after)
    if filters.categories:
        label = f"in {' or '.join(filters.categories)}"
        yield label, Filters(categories=filters.categories)
    if filters.organizations:
        label = f"from {' or '.join(filters.organizations)}"
        yield label, Filters(organizations=filters.organizations)
    if filters.sources:
        yield f"of the source {' or '.join(filters.sources)}", Filters(sources=filters.sources)
    if filters.has_code:
        yield "with code", Filters(has_code=True)
    if filters.min_votes:
        yield f"with at least {filters.min_votes:,} votes", Filters(min_votes=filters.min_votes)
