"""What a search backend promises. Nothing outside ``search`` knows which one runs."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final, Literal, Protocol

from broadsheet.search.language.tree import Node

Sort = Literal["relevance", "newest", "votes", "comments"]
Mode = Literal["words", "meaning", "hybrid"]
FacetName = Literal["year", "category", "organization"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """What the engine knows of a paper: flat and typed.

    ``title`` and ``abstract`` as shown (LaTeX and all: the engine folds); ``keywords`` are
    found like words of the abstract. ``identifiers`` are
    written ``scheme:value``. ``published`` is the first day the paper's date can mean,
    ``last`` the last one (a paper of "2024" spans the year); None where unknown.
    ``categories`` as named upstream, ``sources`` are origins and feeds.
    """

    key: str
    title: str
    abstract: str = ""
    keywords: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    organization: str = ""
    organization_name: str = ""
    categories: tuple[str, ...] = ()
    identifiers: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    published: date | None = None
    last: date | None = None
    votes: int = 0
    comments: int = 0
    has_code: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """All must hold. Dates are inclusive; papers of unknown date pass no ``since`` or ``until``.

    ``not_after`` leaves out only what is known to be dated later: undated papers pass.
    """

    since: date | None = None
    until: date | None = None
    not_after: date | None = None
    categories: tuple[str, ...] = ()  # any of these; "cs" holds for every cs.*
    sources: tuple[str, ...] = ()  # any of these
    organizations: tuple[str, ...] = ()  # any of these slugs
    has_code: bool = False
    min_votes: int = 0


NO_FILTERS: Final = Filters()


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One search. ``query`` None asks for everything the filters let through.

    ``pinned`` keys come first, in their order, where they pass the filters (the paper whose
    identifier or exact title was typed). ``offset`` + ``limit`` stay within 10,000. ``mode``
    says what free words are compared by; an engine without vectors takes all three for words.
    """

    query: Node | None = None
    filters: Filters = field(default_factory=Filters)
    sort: Sort = "relevance"
    mode: Mode = "hybrid"
    offset: int = 0
    limit: int = 10
    facets: tuple[FacetName, ...] = ()
    pinned: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One result.

    ``words`` is the engine's BM25 score, 0 where the order is not by words; ``meaning`` the
    cosine of the paper's vector to the question's. ``drawn`` is what these two come to among
    its neighbours, ``late`` how well its words answer each word of the question beside the
    others of the list (0 to 1), ``score`` what the order went by (see ``ranking.fusion``).
    ``by_meaning``: its words do not match the question.
    """

    key: str
    words: float
    meaning: float = 0.0
    drawn: float = 0.0
    late: float = 0.0
    score: float = 0.0
    by_meaning: bool = False
    pinned: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Facet:
    value: str
    label: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Results:
    """``total`` is exact; facets count what matches, highest count first (years: newest).

    Both count what matches by words and filters; ``by_meaning`` is how many more the list
    holds by meaning alone.
    """

    found: tuple[Found, ...]
    total: int
    by_meaning: int = 0
    facets: Mapping[FacetName, tuple[Facet, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """How one paper stands to one request, found by it or not.

    ``matched``: words and conditions of the query hold for it and it passes the filters.
    ``terms`` is what each stem adds to ``words``, the BM25 score (``bert``, ``title: bert``);
    ``meaning``, ``drawn``, ``late`` and ``score`` as in ``Found``, the last three 0 for a paper
    that is not among those that are joined. ``passed`` names filters and conditions
    that the engine tells apart, each with whether it holds.
    """

    terms: Mapping[str, float] = field(default_factory=dict)
    words: float = 0.0
    meaning: float = 0.0
    drawn: float = 0.0
    late: float = 0.0
    score: float = 0.0
    matched: bool = False
    passed: tuple[tuple[str, bool], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """How an index stands. Sizes in bytes.

    ``bloated``: more of it belongs to papers that changed or are gone than to those it holds;
    building it anew makes it small again.
    """

    backend: str
    documents: int
    upto: int
    size_bytes: int
    healthy: bool
    trouble: str = ""
    bloated: bool = False


SuggestionKind = Literal["title", "author", "category", "phrase"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """What a reader may be about to type.

    ``text`` is an author's name, a category or a phrase as written. Of a title only the paper's
    ``key`` is given: the text is in the catalogue.
    """

    kind: SuggestionKind
    text: str = ""
    key: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Acronym:
    """A short form and what so many papers say it stands for, both as most often written."""

    short: str
    long: str
    papers: int


class Backend(Protocol):
    """An index of Documents.

    ``apply`` replaces the documents by key, removes ``deletions``, and remembers ``upto`` (the
    number of the last Change these came from) in one durable step: after a crash either all
    of it holds or none. Applying twice changes nothing. Readers in other processes see it
    within a second. Only one process may apply at a time; another gets ``Busy``.
    ``mark`` is remembered with ``upto``: what tells this Change from one of the same number in
    another catalogue.

    What was there and is gone raises ``Unavailable``; only what never was is empty.
    """

    def apply(
        self, documents: Iterable[Document], deletions: Sequence[str], upto: int, mark: str = ""
    ) -> None: ...

    def upto(self) -> int: ...

    def mark(self) -> str: ...

    def search(self, request: Request) -> Results: ...

    def similar(
        self,
        document: Document,
        *,
        query: Node | None = None,
        filters: Filters = NO_FILTERS,
        mode: Mode = "hybrid",
        limit: int = 10,
    ) -> tuple[Found, ...]:
        """Papers that share telling words with this one, of those query and filters let through."""

    def suggest(self, prefix: str, *, limit: int = 10) -> tuple[Suggestion, ...]:
        """How a question that begins so may go on: up to ``limit`` of each kind, best first.

        One typo is forgiven where nothing begins as typed. Titles of what was applied are there
        at once, the rest as it was last learned.
        """

    def corrected(self, query: Node) -> Node | None:
        """The query with words that are unknown or rare put right; None where all are fine."""

    def acronyms(self, word: str) -> tuple[Acronym, ...]:
        """What a short form stands for, or the short forms of a phrase; commonest first."""

    def learn(self, documents: Iterable[Document], upto: int) -> None:
        """Learn from all the papers what suggestions are made of, in place of what was learned.

        ``upto`` is the last Change they came from. It ends in one durable step; what
        ``documents`` raises ends it without one. Another process may ``apply`` meanwhile.
        """

    def learned(self) -> int:
        """The Change up to which suggestions were learned; -1 where they never were."""

    def explain(self, request: Request, key: str) -> Explanation:
        """How a paper stands to a request: the same numbers as in its list, if it is there."""

    def status(self) -> Status: ...

    def keys(self) -> tuple[str, ...]:
        """Every key held, in order: what a check compares with the catalogue.

        All of the index is read for it: Unavailable where anything is not what was written.
        """

    def clear(self) -> None: ...

    def close(self) -> None: ...
