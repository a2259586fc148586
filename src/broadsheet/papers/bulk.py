"""Writing many rows at once.

Django's bulk_create compiles every row anew, which was half the cost of an import; columns and
values still come from the models. SQLite takes one prepared statement for all rows. PostgreSQL
plans every statement anew: it takes new rows as a COPY, and as one JSON text where it has to look
at each, a third of the cost.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from functools import lru_cache
from typing import Any, Final

import orjson
from django.db import connection
from django.db.models import Model

# 64 MiB of pages in memory (less than nothing says: in KiB), and as much in the log.
_ROOM: Final = {"cache_size": -65_536, "wal_autocheckpoint": 16_384}


def insert(
    table: type[Model],
    columns: Sequence[str],
    rows: Iterable[Sequence[Any]],
    *,
    ignore_conflicts: bool = False,
) -> None:
    """Insert rows given as values of ``columns`` (attribute names, as ``paper_id``).

    With ``ignore_conflicts`` a row that breaks a unique constraint is left out; none of the
    columns may hold bytes then.
    """
    names = _columns(table, columns)
    into = f"{_quoted(table)} ({', '.join(names)})"
    if connection.vendor != "postgresql":
        tail = " ON CONFLICT DO NOTHING" if ignore_conflicts else ""
        places = ", ".join(["%s"] * len(columns))
        statement = f"INSERT INTO {into} VALUES ({places}){tail}"  # noqa: S608  # names of ours
        _run(statement, rows, _dated(table, columns))
    elif ignore_conflicts:
        given = f"SELECT {', '.join(names)} FROM {_given(table)}"  # noqa: S608  # as above
        _tell(f"INSERT INTO {into} {given} ON CONFLICT DO NOTHING", table, columns, rows)
    else:
        _copy(f"COPY {into} FROM STDIN", rows)


def update(table: type[Model], columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Set ``columns``, none of bytes, of the rows whose number stands last in each of ``rows``."""
    names = _columns(table, columns)
    if connection.vendor != "postgresql":
        sets = ", ".join(f"{name} = %s" for name in names)
        statement = f"UPDATE {_quoted(table)} SET {sets} WHERE id = %s"  # noqa: S608  # names of ours
        _run(statement, rows, _dated(table, columns))
        return
    sets = ", ".join(f"{name} = given.{name}" for name in names)
    statement = f"UPDATE {_quoted(table)} held SET {sets} FROM {_given(table)}"  # noqa: S608  # as above
    _tell(f"{statement} WHERE held.id = given.id", table, (*columns, "id"), rows)


def _quoted(table: type[Model]) -> str:
    return connection.ops.quote_name(table._meta.db_table)  # noqa: SLF001  # Django's documented name


def _columns(table: type[Model], names: Sequence[str]) -> list[str]:
    """The quoted columns of attributes."""
    columns = {f.attname: str(f.column) for f in table._meta.concrete_fields}  # noqa: SLF001  # as above
    return [connection.ops.quote_name(columns[name]) for name in names]


# PostgreSQL


def look_up_by_index() -> None:
    """Have this transaction find rows by index, however many are asked for at once.

    For some hundred values PostgreSQL would rather read a table from end to end, as long as it
    thinks the table small: that made each batch of an import slower than the one before.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off")


def analyze(table: type[Model], *columns: str) -> None:
    """Have PostgreSQL see how large a table has become; by itself it looks once a minute."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"ANALYZE {_quoted(table)} ({', '.join(_columns(table, columns))})")


def _copy(statement: str, rows: Iterable[Sequence[Any]]) -> None:
    if values := list(rows):
        with (
            connection.cursor() as cursor,
            connection.wrap_database_errors,
            cursor.copy(statement) as copy,
        ):
            for row in values:
                copy.write_row(row)


def _given(table: type[Model]) -> str:
    """Rows of this table, read out of one JSON text by the names of their columns."""
    return f"json_populate_recordset(NULL::{_quoted(table)}, %s) given"


def _tell(
    statement: str, table: type[Model], columns: Sequence[str], rows: Iterable[Sequence[Any]]
) -> None:
    """Run a statement that reads these rows as ``_given``."""
    named = {f.attname: str(f.column) for f in table._meta.concrete_fields}  # noqa: SLF001  # as above
    names = [named[name] for name in columns]
    if given := [dict(zip(names, row, strict=True)) for row in rows]:
        with connection.cursor() as cursor:
            cursor.execute(statement, [orjson.dumps(given).decode()])


# SQLite


@contextmanager
def at_length() -> Iterator[None]:
    """Give many transactions in a row more room than the writes of a reader need.

    Digests are written all over their indexes. More of these pages stay in memory, and a page
    is copied from the log into the file once where it was copied ten times. At the end the
    log is brought to the disk.
    """
    if connection.vendor != "sqlite" or connection.in_atomic_block:
        yield
        return
    with connection.cursor() as cursor:
        usual = {name: cursor.execute(f"PRAGMA {name}").fetchone()[0] for name in _ROOM}
        try:
            for name, pages in _ROOM.items():
                cursor.execute(f"PRAGMA {name} = {pages}")
            yield
            cursor.execute("PRAGMA wal_checkpoint")
        finally:
            for name, pages in usual.items():
                cursor.execute(f"PRAGMA {name} = {pages}")


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
    """Take the next ``count`` primary keys of a table, inside a transaction that will use them.

    The transaction must write alone: nobody else takes any meanwhile.
    """
    if not count:
        return []
    name = table._meta.db_table  # noqa: SLF001  # as above
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT setval(seq, nextval(seq) + %s) FROM pg_get_serial_sequence(%s, 'id') seq",
                [count - 1, name],
            )
            first = cursor.fetchone()[0] - count + 1
        else:
            cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [name])
            row = cursor.fetchone()
            first = row[0] + 1 if row else 1
    return list(range(first, first + count))
