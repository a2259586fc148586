"""Machines that share a PostgreSQL and start at the same moment."""

import subprocess

import pytest
from tests.servers import COMMAND, environ


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
