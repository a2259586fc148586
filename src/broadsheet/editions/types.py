"""Question and Edition: what is asked, and the answer that every face shows."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from dataclasses import field as defaulting
from datetime import date, datetime
from types import MappingProxyType
from typing import Final, Literal

from broadsheet.kernel.dates import Period
from broadsheet.papers.cards import Card
from broadsheet.search.contract import Facet, FacetName, Filters
from broadsheet.search.ranking.receipt import Receipt

LONGEST = 2_000
"""Most characters of a typed question."""

DEEPEST = 10_000
"""How many papers deep a list can be paged."""

Place = Literal["front", "all", "trending", "search", "similar"]

ORDERS: Final[Mapping[Place, tuple[str, ...]]] = MappingProxyType(
    {
        "front": ("top", "hot", "discussed", "new", "announced"),
        "all": ("announced", "top", "new"),
        "trending": ("hot", "top", "discussed", "new"),
        "search": ("relevance", "new", "top", "discussed"),
        "similar": ("relevance",),
    }
)
"""The recipes each list can be put in order by."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is asked. Every list of papers answers one, whatever its format.

    ``place`` says which list: ``front`` (a day, week or month), ``all`` (everything a day
    announced), ``trending``, ``search``, ``similar`` (to ``like``, a paper's key).
    ``period`` None asks for the latest that has papers. ``as_of`` None means now. ``recipe``
    "" means the list's own. ``page`` counts from 1. ``problems`` say what its address held
    that could not be read and was left out; they are no part of the question.
    """

    place: Place
    field: str = "everything"
    text: str = ""
    like: str = ""
    period: Period | None = None
    filters: Filters = defaulting(default_factory=Filters)
    recipe: str = ""
    as_of: datetime | None = None
    page: int = 1
    size: int = 30
    problems: tuple[str, ...] = defaulting(default=(), compare=False)

    def but(self, **changes: object) -> "Question":
        """The same question with some parts changed; back on page 1 unless said."""
        return replace(self, **({"page": 1} | changes))  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True, kw_only=True)
class Marks:
    """Where the words asked for stand: (start, end) in characters of title and abstract."""

    title: tuple[tuple[int, int], ...] = ()
    abstract: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """One paper in one edition; ``rank`` counts from 1 over all pages."""

    rank: int
    card: Card
    receipt: Receipt
    marks: Marks = Marks()


@dataclass(frozen=True, slots=True, kw_only=True)
class Neighbour:
    """The nearest period of the same kind that has papers."""

    period: Period
    papers: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """How a search was read, and what could not be.

    ``words`` are sentences such as "the phrase “behavior priming”, not the word “robot”";
    ``problems`` explain what was left out and what to write instead.
    """

    words: str = ""
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """The answer: hits in order, totals, facets, when it was true.

    ``question`` has every default filled in, ``asked`` is it as it was asked: the latest
    edition stays the latest. ``total`` counts papers, ``voted`` those of them
    with at least one vote in the period (None where votes are not counted). ``changed`` is the
    catalogue's change number it was answered at. ``newest_day`` is set where nothing held is
    younger than seven days and age therefore counts from that day. ``why_empty`` is a
    sentence where there are no hits.
    """

    question: Question
    asked: Question
    recipe: str
    recipe_version: int
    hits: tuple[Hit, ...]
    total: int
    true_at: datetime
    changed: int
    voted: int | None = None
    facets: Mapping[FacetName, tuple[Facet, ...]] = defaulting(default_factory=dict)
    previous: Neighbour | None = None
    next: Neighbour | None = None
    reading: Reading = Reading()
    took_ms: float = 0.0
    newest_day: date | None = None
    why_empty: str = ""

    @property
    def pages(self) -> int:
        """How many pages of the list can be asked for, at least 1: they end at ``DEEPEST``."""
        size = self.question.size
        return max(1, min(-(-self.total // size), DEEPEST // size))
