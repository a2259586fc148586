"""``serve`` and ``demo``: the site on this machine."""

import contextlib
import errno
import multiprocessing
import os
import shlex
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer

from broadsheet.cli import follower
from broadsheet.cli.output import say
from broadsheet.cli.ready import ready
from broadsheet.kernel.errors import AddressInUse, BadOption
from broadsheet.kernel.text import plural

_HOST = typer.Option("--host", help="Address to listen on; 0.0.0.0 for every one.")
_PORT = typer.Option("--port", help="Port to listen on.", min=1, max=65_535)
_EVERYWHERE = ("0.0.0.0", "::")  # noqa: S104  # what an operator may ask for
_THREADS = 2
_REST_S = 1.0
_PATIENCE_S = 5  # with a worker that is to end
# A process forked while another one is begun would keep that one's pipes open for ever.
_beginning = threading.Lock()
os.register_at_fork(
    before=_beginning.acquire,
    after_in_parent=_beginning.release,
    after_in_child=_beginning.release,
)


def serve(host: Annotated[str, _HOST] = "127.0.0.1", port: Annotated[int, _PORT] = 8000) -> None:
    """Serve the site, and keep the index current beside it."""
    _refuse_taken(host, port)
    ready()
    _serve(host, port, f"Broadsheet is at {_address(host, port)} (Ctrl-C ends it)")


def demo(host: Annotated[str, _HOST] = "127.0.0.1", port: Annotated[int, _PORT] = 8000) -> None:
    """Load the starter edition and serve it. Running it again loses nothing."""
    _refuse_taken(host, port)
    ready()
    from broadsheet.papers import actions
    from broadsheet.sources.registry import SOURCES
    from broadsheet.sources.starter import starter_path

    with follower.alongside():
        report = actions.ingest(SOURCES["starter"].read(starter_path()))
    address = _address(host, port)
    held = (
        plural(report.new, "paper") + " loaded" if report.new else "The starter edition is loaded"
    )
    _serve(
        host,
        port,
        f"""{held}. Broadsheet is at {address} (Ctrl-C ends it)

  {address}/                       the latest front page
  {address}/weekly/2026-W33        the papers of a week
  {address}/search?q=world+models  search; then “why here?” on any paper

Your own papers, from another terminal (docs/import.md says which files):

  {_command()} import FILE""",
    )


def _command() -> str:
    """What to type, in any folder, for this program with this data folder."""
    program = shlex.quote(str(Path(sys.executable).with_name("broadsheet")))
    if not os.environ.get("BROADSHEET_DATA"):
        return program
    from django.conf import settings

    return f"BROADSHEET_DATA={shlex.quote(str(settings.DATA))} {program}"


def _names(host: str) -> str:
    """Which names are answered, where more than this machine is listened to; else ""."""
    from django.conf import settings

    if host not in _EVERYWHERE:
        return ""
    if "*" in settings.ALLOWED_HOSTS:
        return "\nIt answers to every host name."
    names = ", ".join(dict.fromkeys(settings.ALLOWED_HOSTS))
    return (
        f"\nIt answers to {names}. Any other name or address of this machine is refused until"
        "\nBROADSHEET_ALLOWED_HOSTS names it."
    )


def _address(host: str, port: int) -> str:
    shown = "127.0.0.1" if host in _EVERYWHERE else host
    return f"http://[{shown}]:{port}" if ":" in shown else f"http://{shown}:{port}"


def _refuse_taken(host: str, port: int) -> None:
    """Raise AddressInUse, or BadOption for a host or port we cannot have, before all else."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except PermissionError as error:
            reason = f"port {port} is not open to this user; choose one from 1024"
            raise BadOption(option="--port", reason=reason) from error
        except (OSError, UnicodeError) as error:
            if getattr(error, "errno", 0) == errno.EADDRINUSE:
                raise AddressInUse(host=host, port=port) from error
            reason = f"{host} is no address of this machine; 127.0.0.1 and 0.0.0.0 always are"
            raise BadOption(option="--host", reason=reason) from error


def _serve(host: str, port: int, greeting: str) -> None:
    from django.conf import settings
    from django.db import connections
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    from broadsheet.cli.static import collect

    if host not in _EVERYWHERE:  # who listens there means to answer there
        settings.ALLOWED_HOSTS.append(f"[{host}]" if ":" in host else host)
    collect()
    server = Granian(
        "broadsheet.project.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=settings.WORKERS,
        blocking_threads=_THREADS,
        respawn_failed_workers=True,
        workers_kill_timeout=_PATIENCE_S,
        log_level=LogLevels.warning,
        log_access=False,
    )
    stopped = threading.Event()
    keeper = threading.Thread(target=_keep_following, args=(stopped,), daemon=True)
    server.on_startup(keeper.start)
    if signal.getsignal(signal.SIGHUP) != signal.SIG_IGN:  # as nohup leaves it
        server.on_startup(lambda: _end_with_the_terminal(server))
    # Workers are forks of this process, and no connection survives a fork.
    connections.close_all()
    say(greeting + _names(host))
    try:
        server.serve(target_loader=_application, wrap_loader=False)
    finally:
        stopped.set()
        keeper.join(timeout=10)


def _end_with_the_terminal(server: Any) -> None:
    """End when the terminal is closed: Granian would begin its workers anew and go on."""
    signal.signal(signal.SIGHUP, server.signal_handler_interrupt)


def _application() -> Callable[..., Any]:
    """The site, loaded in a web worker that ends when the server does, however that ends."""
    from django.conf import settings
    from django.utils.module_loading import import_string

    # What a terminal sends to all of us is the server's business: told twice to end, Granian's
    # worker waits for itself. And until it listens, SIGTERM would be swallowed by the handler
    # that it has from the server.
    signal.pthread_sigmask(signal.SIG_BLOCK, (signal.SIGINT, signal.SIGHUP))
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    threading.Thread(target=_end_with_the_server, daemon=True).start()
    application: Callable[..., Any] = import_string(settings.WSGI_APPLICATION)
    return application


def _end_with_the_server() -> None:
    if server := multiprocessing.parent_process():
        server.join()
        os._exit(1)  # a worker left alone would hold the port; it writes nothing


def _keep_following(stopped: threading.Event) -> None:
    """Run the follower; start it again whenever it ends, until the server stops."""
    process: subprocess.Popen[bytes] | None = None
    while not stopped.is_set():
        if process is None or process.poll() is not None:
            # No room for a process now: the next time.
            with contextlib.suppress(OSError), _beginning:
                process = follower.start()
        stopped.wait(_REST_S)
    if process and process.stdin:
        process.stdin.close()
        end = time.monotonic() + 5
        while process.poll() is None and time.monotonic() < end:
            time.sleep(0.05)
