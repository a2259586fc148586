"""Cards of papers, for every list."""

from collections.abc import Sequence
from datetime import datetime

from broadsheet.kernel.identifiers import Identifier as Named
from broadsheet.kernel.identifiers import stored
from broadsheet.papers.cards import Card
from broadsheet.papers.queries.signals import latest, totals
from broadsheet.papers.queries.sql import moment, places, select
from broadsheet.papers.rules import IDENTIFIER_ORDER

_COLUMNS = (
    "id, key, title, abstract, authors, n_authors, organization, organization_name, published,"
    " published_on, categories, url, code_url, project_url, withdrawn, changed_at"
)


def cards(papers: Sequence[int], *, until: datetime) -> dict[int, Card]:
    """The cards of these papers, by number; counts as known at ``until``. Three queries."""
    named = identifiers(papers)
    counts = totals(papers, ("votes", "comments", "stars"), until=until)
    rows = select(f"SELECT {_COLUMNS} FROM papers_paper WHERE id IN {places(papers)}", *papers)
    return {
        row[0]: Card(
            key=row[1],
            title=row[2],
            abstract=row[3],
            authors=shown_authors(row[4]),
            n_authors=row[5],
            organization=row[6],
            organization_name=row[7],
            published=row[8],
            published_on=row[9],
            categories=tuple(row[10].split("\n")) if row[10] else (),
            identifiers=named.get(row[0], ()) or _address(row[11]),
            votes=latest(counts.get((row[0], "votes"), ())),
            comments=latest(counts.get((row[0], "comments"), ())),
            stars=latest(counts.get((row[0], "stars"), ())),
            code_url=row[12],
            project_url=row[13],
            withdrawn=row[14],
            changed_at=moment(row[15]),
        )
        for row in rows
    }


def shown_authors(authors: str) -> tuple[str, ...]:
    """All names up to four, else the first three and the last."""
    if not authors:
        return ()
    names = authors.split("\n")
    return tuple(names) if len(names) <= 4 else (*names[:3], names[-1])


def _address(url: str) -> tuple[Named, ...]:
    return (Named("url", url),) if url else ()


def identifiers(papers: Sequence[int]) -> dict[int, tuple[Named, ...]]:
    """The identifiers of these papers, the one that leads furthest first."""
    found: dict[int, list[Named]] = {}
    for paper, scheme, value in select(
        f"SELECT paper_id, scheme, value FROM papers_identifier WHERE paper_id IN {places(papers)}",
        *papers,
    ):
        found.setdefault(paper, []).append(stored(scheme, value))
    return {
        paper: tuple(sorted(named, key=lambda n: (IDENTIFIER_ORDER.index(n.scheme), n.value)))
        for paper, named in found.items()
    }
