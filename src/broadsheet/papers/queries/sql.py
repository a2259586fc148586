"""Reads that every page makes, written as SQL: Django compiles a query anew each time it is
asked, which cost several times what the answer did.

SQLite and PostgreSQL take the same statements. Only names of ours stand in them; every value
travels beside.
"""

from collections.abc import Collection
from datetime import UTC, datetime
from typing import Any

from django.db import connection

STANDS = "a.paper_id NOT IN (SELECT id FROM papers_paper WHERE merged_into_id IS NOT NULL)"
"""Of an announcement ``a``: its paper was not merged into another."""

LISTED = (
    f"{STANDS} AND NOT EXISTS"
    " (SELECT 1 FROM papers_paper w WHERE w.id = a.paper_id AND w.withdrawn)"
)
"""Of an announcement ``a``: its paper stands, and its authors have not withdrawn it."""


def select(statement: str, *values: Any) -> list[tuple[Any, ...]]:
    """The rows of a statement, ``values`` in its places."""
    with connection.cursor() as cursor:
        cursor.execute(statement, [_given(value) for value in values])
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows


def places(values: Collection[Any]) -> str:
    """The places of a list in a statement, ``(%s, %s)``; nothing is in an empty one."""
    return f"({', '.join(['%s'] * len(values)) or 'NULL'})"


def among(values: Collection[Any]) -> tuple[str, list[Any]]:
    """The condition that a column is one of some hundred values, and what travels beside it.

    PostgreSQL's driver takes its time over each place of a statement: there all are one value.
    """
    if connection.vendor == "postgresql":
        return "= ANY(%s)", [list(values)]
    return f"IN {places(values)}", list(values)


def moment(value: datetime) -> datetime:
    """A moment as a database gave it, in UTC: SQLite leaves that unsaid."""
    return value if value.tzinfo else value.replace(tzinfo=UTC)


def _given(value: Any) -> Any:
    return connection.ops.adapt_datetimefield_value(value) if isinstance(value, datetime) else value
