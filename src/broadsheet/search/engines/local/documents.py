"""From a Document to what the local index holds of it."""

from dataclasses import dataclass
from datetime import date
from typing import Final

import tantivy

from broadsheet.search import analysis
from broadsheet.search.contract import Document
from broadsheet.search.engines.local import queries
from broadsheet.search.engines.local.schema import STATE_KEY

_LATEST: Final = 9_999_999  # more than any day's number: order turns days round, newest first
_DAY_DIGITS: Final = 7


@dataclass(frozen=True, slots=True)
class State:
    """What an index says of itself: how far it has followed, and which vectors belong to it.

    ``embedder`` made the vectors ("" where there are none), ``vectors`` names their files and
    ``rows`` says how many count.
    """

    upto: int = 0
    mark: str = ""
    embedder: str = ""
    vectors: str = ""
    rows: int = 0


def written(document: Document, row: int | None) -> tantivy.Document:
    """A document as the index takes it; ``row`` is where its vector stands."""
    made = tantivy.Document()
    if row is not None:
        made.add_integer("row", row)
    add_text, add_integer = made.add_text, made.add_integer
    add_text("key", document.key)
    _add_words(made, document.title, _body(document))
    for name in document.authors:
        add_text("author", author_words(name))
    for category in document.categories:
        add_text("category", category)
    if document.organization:
        _add_organization(made, document.organization, document.organization_name)
    for identifier in document.identifiers:
        add_text("identifier", identifier)
    for source in document.sources:
        add_text("source", source)
    add_text("order", order(document.published, document.key))
    if document.published:
        add_integer("first", document.published.toordinal())
        add_integer("last", (document.last or document.published).toordinal())
        add_integer("year", document.published.year)
    add_integer("votes", document.votes)
    add_integer("comments", document.comments)
    if document.has_code:
        made.add_boolean("has_code", True)
    return made


def state(said: State) -> tantivy.Document:
    """The one document that is no paper."""
    made = tantivy.Document()
    made.add_text("key", STATE_KEY)
    made.add_integer("upto", said.upto)
    made.add_integer("rows", said.rows)
    for name in ("mark", "embedder", "vectors"):
        made.add_text(name, getattr(said, name))
    return made


def state_of(searcher: tantivy.Searcher) -> State | None:
    """What the newest commit says of itself; None of an index that nothing was applied to."""
    hits = searcher.search(queries.named("key", STATE_KEY), limit=1).hits
    if not hits:
        return None
    held = searcher.doc(hits[0][1])
    mark, embedder, vectors = (
        str(held.get_first(name) or "") for name in ("mark", "embedder", "vectors")
    )
    upto, rows = (int(held.get_first(name) or 0) for name in ("upto", "rows"))
    return State(upto, mark, embedder, vectors, rows)


def _body(document: Document) -> str:
    """What is found beside the title."""
    if not document.keywords:
        return document.abstract
    return "\n".join((document.abstract, *document.keywords))


def _add_words(made: tantivy.Document, title: str, abstract: str) -> None:
    add_text = made.add_text
    exact_title, exact_abstract = analysis.folded(title), analysis.folded(abstract)
    of_title = analysis.stems(exact_title.split())
    of_abstract = analysis.stems(exact_abstract.split())
    stems = " ".join(of_title)
    add_text("exact_title", exact_title)
    add_text("title", stems)
    add_text("text", f"{stems} {' '.join(of_abstract)}")
    if abstract:
        add_text("exact_abstract", exact_abstract)
    if alone := set(of_title).difference(of_abstract):
        add_text("title_only", " ".join(alone))


def _add_organization(made: tantivy.Document, slug: str, name: str) -> None:
    made.add_text("organization", slug)
    made.add_text("affiliation", analysis.folded(slug))
    if name:
        made.add_text("affiliation", analysis.folded(name))
        made.add_text("organization_name", name)


def author_words(name: str) -> str:
    """A name's words, given name first: ``LeCun, Yann`` is written like ``Yann LeCun``."""
    family, comma, given = name.partition(",")
    return analysis.folded(f"{given} {family}" if comma else name)


def order(published: date | None, key: str) -> str:
    """Sorts as lists are sorted: newest first, unknown dates last, then by key."""
    day = published.toordinal() if published else 0
    return f"{_LATEST - day:0{_DAY_DIGITS}}{key}"


def key_of(order: str) -> str:
    """The key inside what ``order`` gave."""
    return order[_DAY_DIGITS:]
