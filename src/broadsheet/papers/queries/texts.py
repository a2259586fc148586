"""What papers say, for whoever reads all of them in order; titles of a few."""

from collections.abc import Collection
from dataclasses import dataclass

from broadsheet.papers.queries.sql import places, select


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """The words of a paper, without anything that is counted or dated."""

    number: int
    key: str
    title: str
    abstract: str
    authors: tuple[str, ...]
    categories: tuple[str, ...]


def texts_after(number: int, *, limit: int) -> tuple[Text, ...]:
    """The next ``limit`` papers after paper ``number``, in the order they were added."""
    rows = select(
        "SELECT id, key, title, abstract, authors, categories FROM papers_paper"
        " WHERE id > %s AND merged_into_id IS NULL ORDER BY id LIMIT %s",
        number,
        limit,
    )
    return tuple(
        Text(
            number=row[0],
            key=row[1],
            title=row[2],
            abstract=row[3],
            authors=tuple(row[4].split("\n")) if row[4] else (),
            categories=tuple(row[5].split("\n")) if row[5] else (),
        )
        for row in rows
    )


def titles(keys: Collection[str]) -> dict[str, str]:
    """The titles of papers by their keys; those that are gone are left out."""
    rows = select(
        f"SELECT key, title FROM papers_paper WHERE key IN {places(keys)}"
        " AND merged_into_id IS NULL",
        *keys,
    )
    return dict(rows)
