"""From a question to what the index is asked: names looked up, the field's limits joined."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType
from typing import Final

from broadsheet.editions import rules
from broadsheet.editions.making import COUNTED
from broadsheet.editions.types import Question, Reading
from broadsheet.fields import FieldFile
from broadsheet.fields import field as field_named
from broadsheet.kernel import identifiers
from broadsheet.kernel.text import plural
from broadsheet.papers import queries
from broadsheet.papers.queries.changes import Indexable
from broadsheet.search.contract import FacetName, Filters, Request, Sort
from broadsheet.search.language.bibliography import Entry
from broadsheet.search.language.describe import describe
from broadsheet.search.language.matching import sought
from broadsheet.search.language.parse import Parsed, parse
from broadsheet.search.language.tree import Category, Like, Node, Words, both, either
from broadsheet.search.language.values import short
from broadsheet.search.ranking.recipes import RECIPES, Recipe

_SORTS: Final[Mapping[str, Sort]] = MappingProxyType(
    {"relevance": "relevance", "new": "newest", "top": "votes", "discussed": "comments"}
)
_PAST: Final = "Votes and comments of a past moment are not searched, so {} was left out."
_UNKNOWN: Final = "No paper called {} is held, so {} was left out."
_NAMED_FIRST: Final = 5  # of the papers that are not held


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A question's text as it was read, the papers it names looked up.

    ``likes`` and ``liked`` are the papers to be near to, ``pinned`` the keys of those that it
    names itself.
    """

    parsed: Parsed
    likes: tuple[Like, ...] = ()
    liked: tuple[Indexable, ...] = ()
    pinned: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()

    @property
    def tree(self) -> Node | None:
        return self.parsed.tree

    @property
    def is_anything(self) -> bool:
        """Whether there is anything that one paper could match better than another."""
        return bool(self.tree or self.liked)

    @property
    def reading(self) -> Reading:
        """How the question was read, and what could not be."""
        liked = tuple((paper.key, paper.title) for paper in self.liked)
        problems = (*self.parsed.problems, *self.problems)
        return Reading(words=_words(self.parsed, self.likes), problems=problems, liked=liked)


def asked(text: str) -> Asked:
    """Read a question and look up the papers it names."""
    parsed = parse(text)
    if parsed.papers:
        pinned, problems = _pasted(parsed.papers)
        return Asked(parsed=parsed, pinned=pinned, problems=problems)
    pinned = () if parsed.is_text or parsed.likes else _named(text)
    found = {like: queries.find(like.name) for like in parsed.likes}
    likes = tuple(like for like, one in found.items() if one)
    return Asked(
        parsed=parsed,
        likes=likes,
        liked=_liked([one for one in found.values() if one]),
        pinned=pinned,
        problems=tuple(_UNKNOWN.format(like.name[:80], like) for like in found if not found[like]),
    )


def request(
    question: Question, asked: Asked, recipe: Recipe, facets: tuple[FacetName, ...] = ()
) -> Request:
    """What the index is asked for one page of a search."""
    by_match = recipe.name == "relevance"
    return Request(
        query=within(asked.tree, field_named(question.field)),
        filters=until(question.filters, question.as_of),
        sort=_SORTS[recipe.name] if asked.is_anything or not by_match else "newest",
        mode=question.mode,
        offset=(question.page - 1) * question.size,
        limit=question.size,
        facets=facets,
        pinned=asked.pinned if by_match else (),
    )


def within(tree: Node | None, field: FieldFile) -> Node | None:
    """The query, held to the categories of the field."""
    if not field.categories:
        return tree
    limit = either([Category(name) for name in field.categories])
    return both([tree, limit]) if tree else limit


def until(filters: Filters, as_of: datetime | None) -> Filters:
    """What is dated after the moment asked about is not yet there."""
    return replace(filters, not_after=rules.day_of(as_of)) if as_of else filters


def without_counts(question: Question) -> tuple[Question, tuple[str, ...]]:
    """The question less what only today's counts could answer where it asks about a past moment."""
    problems = question.problems
    if question.as_of and question.recipe in COUNTED:
        problems += (_PAST.format(f"the order by {RECIPES[question.recipe].label}"),)
        question = replace(question, recipe="")
    if question.as_of and question.filters.min_votes:
        problems += (_PAST.format("the filter by votes"),)
        question = replace(question, filters=replace(question.filters, min_votes=0))
    return question, problems


def _named(text: str) -> tuple[str, ...]:
    """The papers that the question names: by identifier, address or exact title."""
    if not text:
        return ()
    found = queries.find(text) if identifiers.parse(text) else None
    return (found[1],) if found else queries.titled(text)


def _liked(found: list[tuple[int, str]]) -> tuple[Indexable, ...]:
    """These papers, each once, in their order."""
    places = {key: place for place, (_, key) in reversed(list(enumerate(found)))}
    papers = queries.documents([number for number, _ in found]) if found else ()
    return tuple(sorted(papers, key=lambda paper: places[paper.key]))


def _pasted(papers: tuple[Entry, ...]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The keys of the papers that were pasted, in their order, and which of them are not held."""
    by_identifier = queries.named([named for paper in papers for named in paper.identifiers])
    by_title = queries.newest_titled([paper.title for paper in papers if paper.title])
    keys, unheld = dict[str, None](), []
    for paper in papers:
        names = (by_identifier[named] for named in paper.identifiers if named in by_identifier)
        if key := next(names, by_title.get(paper.title)):
            keys[key] = None
        else:
            unheld.append(_called(paper))
    return tuple(keys), (_not_held(unheld, len(papers)),) if unheld else ()


def _called(paper: Entry) -> str:
    return f"“{paper.title[:80]}”" if paper.title else short(paper.identifiers[0])[:80]


def _not_held(names: list[str], of: int) -> str:
    if of == 1:
        return f"The paper that was pasted, {names[0]}, is not held."
    more = len(names) - _NAMED_FIRST
    shown = [*names[:_NAMED_FIRST], *([f"{more:,} more"] if more > 0 else [])]
    return f"{len(names):,} of the {of:,} papers that were pasted are not held: {', '.join(shown)}."


def _words(parsed: Parsed, likes: tuple[Like, ...]) -> str:
    """How a question was read, as part of a sentence."""
    if parsed.is_text and isinstance(parsed.tree, Words):
        different = plural(len(sought(parsed.tree).stems), "different word")
        return f"a text of {different}, none of its signs as an operator"
    if len(parsed.papers) == 1 and parsed.papers[0].title:
        return f"the title of a paper that was pasted, “{parsed.papers[0].title}”"
    if parsed.papers:
        return f"{plural(len(parsed.papers), 'paper')} that were pasted, in their order"
    return describe(parsed.tree, likes) if parsed.tree or likes else ""
