"""Papers as citations, with every author."""

from collections.abc import Sequence

from broadsheet.kernel.identifiers import Identifier as Named
from broadsheet.papers.citations import Citation
from broadsheet.papers.models import Paper
from broadsheet.papers.queries.cards import identifiers
from broadsheet.papers.queries.sql import places, select


def citations(keys: Sequence[str]) -> tuple[Citation, ...]:
    """The papers of these keys, in their order; keys that are not held are left out."""
    rows = {row.key: row for row in Paper.objects.filter(key__in=keys)}
    named = identifiers([row.pk for row in rows.values()])
    return tuple(citation(rows[key], named.get(rows[key].pk, ())) for key in keys if key in rows)


def authors(keys: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """Every author of the papers of these keys that are held."""
    rows = select(f"SELECT key, authors FROM papers_paper WHERE key IN {places(keys)}", *keys)
    return {key: tuple(names.split("\n")) if names else () for key, names in rows}


def citation(row: Paper, named: tuple[Named, ...]) -> Citation:
    """A stored paper as a citation."""
    return Citation(
        key=row.key,
        title=row.title,
        abstract=row.abstract,
        authors=tuple(row.authors.split("\n")) if row.authors else (),
        n_authors=row.n_authors,
        organization=row.organization_name,
        published=row.published,
        identifiers=named,
        categories=tuple(row.categories.split("\n")) if row.categories else (),
        venue=row.venue,
        url=row.url,
    )
