"""Machines that share a PostgreSQL and start at the same moment."""

import subprocess
from urllib.parse import quote

import pytest
from django.db import connection
from tests.servers import COMMAND, environ

NAME = "broadsheet_turns"


@pytest.fixture
def empty_database(db):
    """The address of an empty database beside the one under test."""
    with connection._nodb_cursor() as cursor:
        cursor.execute(f"DROP DATABASE IF EXISTS {NAME}")
        cursor.execute(f"CREATE DATABASE {NAME}")
    at = connection.settings_dict
    who = quote(at["USER"]) + (f":{quote(at['PASSWORD'])}" if at["PASSWORD"] else "")
    yield f"postgres://{who}@{at['HOST']}:{at['PORT']}/{NAME}"
    with connection._nodb_cursor() as cursor:
        cursor.execute(f"DROP DATABASE {NAME}")


@pytest.mark.on("postgresql")
def test_machines_that_start_at_once_on_an_empty_database_all_start(empty_database, tmp_path):
    starting = [
        subprocess.Popen(
            [str(COMMAND), "status"],
            env=environ(tmp_path / str(machine), DATABASE_URL=empty_database),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for machine in range(3)
    ]
    said = [(one.communicate(timeout=60)[1], one.returncode) for one in starting]

    assert said == [("", 0)] * 3
