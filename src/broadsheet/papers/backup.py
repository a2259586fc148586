"""One file that holds the whole catalogue, made while everything goes on."""

import sqlite3
import time
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path
from typing import Final

from django.db import connection

from broadsheet.kernel.errors import Busy, Refused, Unavailable

_PATIENCE: Final = 30.0
_SQLITE: Final = b"SQLite format 3\0"


def backup(target: Path) -> int:
    """Copy the whole catalogue into one SQLite file, without stopping anybody; gives bytes.

    Written aside, checked, then put in place: the file is whole or not there, and nothing is
    left beside it. A copy that stands there already is replaced; a file of any other kind is
    not, nor the catalogue itself.

    Raises Unavailable where it cannot be written, Busy where the catalogue could not be read
    for 30 seconds, Refused where it is on PostgreSQL.
    """
    if connection.vendor != "sqlite":
        reason = "the catalogue is on PostgreSQL; use pg_dump"
        raise Refused(what="A backup", done="made", reason=reason)
    fresh = target.with_name(f".{target.name}.part")
    try:
        if mistake := _mistake(target):
            raise Unavailable(what=f"The file {target}", remedy=mistake)
        fresh.unlink(missing_ok=True)
        _copy(fresh)
        fresh.replace(target)
        return target.stat().st_size
    except (OSError, sqlite3.Error) as error:
        raise Unavailable(what=f"The file {target}", remedy=f"{error}.") from error
    finally:
        with suppress(OSError):
            fresh.unlink(missing_ok=True)


def _mistake(target: Path) -> str:
    """Why a backup must not be written there, as a sentence; "" where it may."""
    if target.is_dir():
        return "It is a folder; name a file."
    if not target.parent.is_dir():
        return f"There is no folder {target.parent}; make it first."
    if _is_catalogue(target):
        return "It is the catalogue itself; name another file."
    if target.exists() and not _may_be_replaced(target):
        return "It is there and is no SQLite file; name another."
    return ""


def _is_catalogue(target: Path) -> bool:
    """Say whether this is the catalogue's own file, or one that SQLite keeps beside it."""
    catalogue = str(connection.settings_dict["NAME"])
    own = [Path(catalogue + end) for end in ("", "-wal", "-shm", "-journal")]
    return target.resolve() in [path.resolve() for path in own] or any(
        target.samefile(path) for path in own if path.exists() and target.exists()
    )


def _may_be_replaced(target: Path) -> bool:
    if not target.is_file():
        return False
    with target.open("rb") as file:
        return file.read(len(_SQLITE)) in (b"", _SQLITE)


def _copy(fresh: Path) -> None:
    """Copy by a connection of its own, which no transaction of this one keeps waiting."""
    params = connection.get_connection_params()
    with (
        closing(sqlite3.connect(params["database"], uri=params["uri"])) as reader,
        closing(sqlite3.connect(fresh)) as copy,
    ):
        reader.backup(copy, progress=_until(time.monotonic() + _PATIENCE))
        copy.execute("PRAGMA journal_mode=DELETE")
        verdict = copy.execute("PRAGMA integrity_check").fetchone()[0]
    if verdict != "ok":
        raise Unavailable(what=f"The copy {fresh}", remedy=f"It is damaged: {verdict}.")


def _until(deadline: float) -> Callable[[int, int, int], None]:
    """Called after each attempt to copy: SQLite by itself would try for ever."""

    def attempted(status: int, _remaining: int, _total: int) -> None:
        if status != sqlite3.SQLITE_DONE and time.monotonic() > deadline:
            raise Busy(what="The catalogue", remedy="Try again when that has ended.")

    return attempted
