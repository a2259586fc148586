"""Question and Edition: what is asked, and the answer that every face shows."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from dataclasses import field as defaulting
from datetime import date, datetime
from types import MappingProxyType
from typing import Final, Literal

from broadsheet.harvest.queries import DayState
from broadsheet.kernel.dates import Period
from broadsheet.papers.cards import Card
from broadsheet.search.contract import Facet, FacetName, Filters, Mode
from broadsheet.search.language import pasted
from broadsheet.search.ranking.receipt import Receipt

LONGEST = pasted.LONGEST
"""Most characters of a typed or pasted question."""

MODES: Final[tuple[Mode, ...]] = ("hybrid", "words", "meaning")
"""What a search can go by, its own first."""

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
    "" means the list's own. ``mode`` says what a search goes by. ``page`` counts from 1.
    ``problems`` say what its address held that could not be read and was left out; they are no
    part of the question.
    """

    place: Place
    field: str = "everything"
    text: str = ""
    like: str = ""
    period: Period | None = None
    filters: Filters = defaulting(default_factory=Filters)
    recipe: str = ""
    mode: Mode = "hybrid"
    as_of: datetime | None = None
    page: int = 1
    size: int = 30
    problems: tuple[str, ...] = defaulting(default=(), compare=False)

    def but(self, **changes: object) -> "Question":
        """The same question with some parts changed; back on page 1 unless said."""
        return replace(self, **({"page": 1} | changes))  # type: ignore[arg-type]


FoundBy = Literal["", "words", "meaning", "name"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Marks:
    """Where the words asked for stand: (start, end) in characters of title and abstract."""

    title: tuple[tuple[int, int], ...] = ()
    abstract: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """One paper in one edition; ``rank`` counts from 1 over all pages.

    ``found_by`` says how a search came to it: by ``words`` that stand in it, by its ``meaning``
    alone, or by its ``name``, which was asked for; "" in lists that are no search. ``reason`` is
    a sentence where that needs one.
    """

    rank: int
    card: Card
    receipt: Receipt
    marks: Marks = Marks()
    found_by: FoundBy = ""
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Neighbour:
    """The nearest period of the same kind that has papers."""

    period: Period
    papers: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """How a search was read, and what could not be.

    ``words`` are sentences such as "the phrase “behavior priming”, not the word “robot”";
    ``problems`` explain what was left out and what to write instead. ``liked`` are key and title
    of the papers to be near to.
    """

    words: str = ""
    problems: tuple[str, ...] = ()
    liked: tuple[tuple[str, str], ...] = ()


What = Literal["added", "gone", "merged", "withdrawn", "title"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """What has come to light of one paper since its day was sealed."""

    what: What
    key: str
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealed:
    """The seal of a day: the moment it froze, and the SHA-256 of its lines (see ``seals``)."""

    day: date
    field: str
    recipe: str
    recipe_version: int
    true_at: datetime
    total: int
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """The answer: hits in order, totals, facets, when it was true.

    ``question`` has every default filled in, ``asked`` is it as it was asked: the latest
    edition stays the latest. ``total`` counts papers, ``voted`` those of them with at least one
    vote in the period (None where votes are not counted). ``by_meaning`` is how many more a search
    found by meaning alone. ``from_catalogue``: the search index was not there, so the newest
    papers that hold the words were read instead. ``changed`` is the catalogue's change number it
    was answered at. ``newest_day`` is set where nothing held is younger than seven days and age
    therefore counts from that day. ``ledger`` tells of a day's list, as it is now, what each feed
    announced and what of it is held. ``why_empty`` is a
    sentence where there are no hits. Of a ``sealed`` day order and receipts are those of its
    seal, and ``corrections`` what has come to light since.
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
    by_meaning: int = 0
    from_catalogue: bool = False
    facets: Mapping[FacetName, tuple[Facet, ...]] = defaulting(default_factory=dict)
    previous: Neighbour | None = None
    next: Neighbour | None = None
    reading: Reading = Reading()
    took_ms: float = 0.0
    newest_day: date | None = None
    why_empty: str = ""
    ledger: tuple[DayState, ...] = ()
    sealed: Sealed | None = None
    corrections: tuple[Correction, ...] = ()

    @property
    def length(self) -> int:
        """How many papers the list holds, however they were found."""
        return self.total + self.by_meaning

    @property
    def pages(self) -> int:
        """How many pages of the list can be asked for, at least 1: they end at ``DEEPEST``."""
        size = self.question.size
        return max(1, min(-(-self.length // size), DEEPEST // size))
