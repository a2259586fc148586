"""Making Django and the catalogue ready for a command."""

import contextlib
import fcntl
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Final

# A number of our own for PostgreSQL's locks: machines that start at once take turns by it.
_MIGRATING: Final = 0x62726F61


def ready() -> None:
    """Set up Django and bring the catalogue's tables up to date; one process at a time.

    Raises BadOption for a mistake in the options, Unavailable where the data folder cannot be
    used, and what the database raises where it cannot.
    """
    set_up()
    if not is_current():
        with _alone():
            _migrate()


def set_up() -> None:
    """Set up Django without a look at the catalogue. Raises as ``ready`` does."""
    import django
    from django.conf import settings

    if not settings.configured:  # whatever another project has left in this environment
        os.environ["DJANGO_SETTINGS_MODULE"] = "broadsheet.project.settings"
    django.setup()


def is_current() -> bool:
    """Whether the catalogue's tables are those of this version."""
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    return not executor.migration_plan(executor.loader.graph.leaf_nodes())


def _migrate() -> None:
    from django.core.management import call_command

    if not is_current():
        call_command("migrate", verbosity=0, interactive=False)


@contextlib.contextmanager
def _alone() -> Iterator[None]:
    """Wait for whoever else brings these tables up to date, on this machine or another."""
    from django.conf import settings
    from django.db import connection

    with (Path(settings.DATA) / "migrate.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if connection.vendor != "postgresql":
            yield
            return
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [_MIGRATING])
            yield
            cursor.execute("SELECT pg_advisory_unlock(%s)", [_MIGRATING])


def catalogue() -> str:
    """Where the catalogue is, in words that name no secret."""
    from django.db import connection

    at = connection.settings_dict
    if connection.vendor == "sqlite":
        return str(at["NAME"])
    return f"database {at['NAME']} on {at['HOST'] or 'this machine'} (PostgreSQL)"
