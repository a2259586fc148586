"""Making Django and the catalogue ready for a command."""

import fcntl
import os
from pathlib import Path


def ready() -> None:
    """Set up Django and bring the catalogue's tables up to date; one process at a time.

    Raises BadOption for a mistake in the options, Unavailable where the data folder cannot be
    used, and what the database raises where it cannot.
    """
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "broadsheet.project.settings")
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    with (Path(settings.DATA) / "migrate.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            call_command("migrate", verbosity=0, interactive=False)
