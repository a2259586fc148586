"""Writing many rows at once, by one prepared statement.

Django's bulk_create compiles every row anew, which was half the cost of an import; columns
and values still come from the models, and both databases take the same statement.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from django.db import connection
from django.db.models import Model


def insert(
    table: type[Model],
    columns: Sequence[str],
    rows: Iterable[Sequence[Any]],
    *,
    ignore_conflicts: bool = False,
) -> None:
    """Insert rows given as values of ``columns`` (attribute names, as ``paper_id``).

    With ``ignore_conflicts`` a row that breaks a unique constraint is left out.
    """
    quote = connection.ops.quote_name
    meta = table._meta  # noqa: SLF001  # Django's documented name
    names = ", ".join(_columns(table, columns))
    places = ", ".join(["%s"] * len(columns))
    tail = " ON CONFLICT DO NOTHING" if ignore_conflicts else ""
    statement = f"INSERT INTO {quote(meta.db_table)} ({names}) VALUES ({places}){tail}"  # noqa: S608  # names of ours
    _run(statement, rows, _dated(table, columns))


def update(table: type[Model], columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Set ``columns`` of the rows whose number stands last in each of ``rows``."""
    quote = connection.ops.quote_name
    meta = table._meta  # noqa: SLF001  # Django's documented name
    sets = ", ".join(f"{column} = %s" for column in _columns(table, columns))
    statement = f"UPDATE {quote(meta.db_table)} SET {sets} WHERE id = %s"  # noqa: S608  # names of ours
    _run(statement, rows, _dated(table, columns))


def _columns(table: type[Model], names: Sequence[str]) -> list[str]:
    """The quoted columns of attributes."""
    columns = {f.attname: str(f.column) for f in table._meta.concrete_fields}  # noqa: SLF001  # as above
    return [connection.ops.quote_name(columns[name]) for name in names]


def _dated(table: type[Model], names: Sequence[str]) -> list[int]:
    """The places of those columns whose values each database writes its own way."""
    kinds = {f.attname: f.get_internal_type() for f in table._meta.concrete_fields}  # noqa: SLF001  # as above
    return [at for at, name in enumerate(names) if kinds[name] in ("DateTimeField", "DateField")]


def _run(statement: str, rows: Iterable[Sequence[Any]], dated: Sequence[int]) -> None:
    values = [list(row) for row in rows]
    for row in values:
        for at in dated:
            row[at] = _adapted(row[at])
    if values:
        with connection.cursor() as cursor:
            cursor.executemany(statement, values)


@lru_cache(maxsize=4_096)
def _adapted(value: datetime | date | None) -> Any:
    if isinstance(value, datetime):
        return connection.ops.adapt_datetimefield_value(value)
    return connection.ops.adapt_datefield_value(value) if value else None


def numbers(table: type[Model], count: int) -> list[int]:
    """Take the next ``count`` primary keys of a table, inside a transaction that will use them."""
    if not count:
        return []
    name = table._meta.db_table  # noqa: SLF001  # as above
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
                [name, count],
            )
            return [row[0] for row in cursor.fetchall()]
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [name])
        row = cursor.fetchone()
        last = row[0] if row else 0
    return list(range(last + 1, last + 1 + count))
