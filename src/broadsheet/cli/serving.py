"""``serve`` and ``demo``: the site on this machine."""

import contextlib
import multiprocessing
import os
import shlex
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any

import typer

from broadsheet.cli import follower, working
from broadsheet.cli.output import say
from broadsheet.cli.place import Place, place
from broadsheet.cli.ready import ready
from broadsheet.kernel.text import plural

_HOST = typer.Option("--host", help="Address to listen on; 0.0.0.0 for every one.")
_PORT = typer.Option("--port", help="Port to listen on.", min=1, max=65_535)
_WITH_WORKER = typer.Option("--with-worker", help="Run background jobs and the schedule as well.")
_THREADS = 2
_REST_S = 1.0
_Start = Callable[[], "subprocess.Popen[bytes]"]
_PATIENCE_S = 5  # with a web worker that is to end
_PARTING_S = 8  # with what runs beside the server; a background job has 5 of them to stop
# A process forked while another one is begun would keep that one's pipes open for ever.
_beginning = threading.Lock()
os.register_at_fork(
    before=_beginning.acquire,
    after_in_parent=_beginning.release,
    after_in_child=_beginning.release,
)


def serve(
    host: Annotated[str, _HOST] = "127.0.0.1",
    port: Annotated[int, _PORT] = 8000,
    *,
    with_worker: Annotated[bool, _WITH_WORKER] = False,
) -> None:
    """Serve the site, and keep the index current beside it."""
    there = place(host, port)
    ready()
    there.claim()
    beside = (follower.start, working.start) if with_worker else (follower.start,)
    _serve(there, f"Broadsheet is at {there.url} (Ctrl-C ends it)", beside)


def demo(host: Annotated[str, _HOST] = "127.0.0.1", port: Annotated[int, _PORT] = 8000) -> None:
    """Load the starter edition and serve it. Running it again loses nothing."""
    there = place(host, port)
    _set(BROADSHEET_MAIL="folder", BROADSHEET_PUBLIC_URL=there.url)
    ready()
    there.claim()
    from broadsheet.papers import actions
    from broadsheet.sources.registry import SOURCES
    from broadsheet.sources.starter import starter_path

    with follower.alongside():
        report = actions.ingest(SOURCES["starter"].read(starter_path()))
    held = (
        plural(report.new, "paper") + " loaded" if report.new else "The starter edition is loaded"
    )
    _serve(
        there,
        f"""{held}. Broadsheet is at {there.url} (Ctrl-C ends it)

  {there.url}/                       the latest front page
  {there.url}/weekly/2026-W33        the papers of a week
  {there.url}/search?q=world+models  search; then “why here?” on any paper
{_mail(there)}
Your own papers, from another terminal (docs/import.md says which files):

  {_command()} import FILE""",
        (follower.start, working.start),
    )


def _set(**options: str) -> None:
    """Set options for us and for the worker, where the operator set nothing."""
    for name, value in options.items():
        if not any(os.environ.get(variable, "").strip() for variable in (name, f"{name}_FILE")):
            os.environ[name] = value


def _mail(there: Place) -> str:
    """Where to see mail, where the site has any to show."""
    from broadsheet.web.present.letters import has_outbox

    if not has_outbox():
        return ""
    return f"""  {there.url}/subscribe              have it by mail
  {there.url}/outbox                 the mail, which no demonstration sends
"""


def _command() -> str:
    """What to type, in any folder, for this program with this data folder."""
    program = shlex.quote(str(Path(sys.executable).with_name("broadsheet")))
    if not os.environ.get("BROADSHEET_DATA"):
        return program
    from django.conf import settings

    return f"BROADSHEET_DATA={shlex.quote(str(settings.DATA))} {program}"


def _serve(there: Place, greeting: str, beside: Sequence[_Start]) -> None:
    from django.conf import settings
    from django.db import connections
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    from broadsheet.cli.static import collect

    names = there.admit()
    collect()
    _load()
    server = Granian(
        "broadsheet.project.wsgi:application",
        address=there.number,
        port=there.port,
        interface=Interfaces.WSGI,
        workers=settings.WORKERS,
        blocking_threads=_THREADS,
        respawn_failed_workers=True,
        workers_kill_timeout=_PATIENCE_S,
        log_level=LogLevels.warning,
        log_dictconfig=_logging(),
        log_access=False,
    )
    stopped = threading.Event()
    keepers = [
        threading.Thread(target=_keep, args=(start, stopped), daemon=True) for start in beside
    ]
    for keeper in keepers:
        server.on_startup(keeper.start)
    # A closed terminal ends us, but for nohup: Granian would begin its workers anew and go on.
    ignored = signal.getsignal(signal.SIGHUP) == signal.SIG_IGN
    closed = signal.SIG_IGN if ignored else server.signal_handler_interrupt
    server.on_startup(lambda: signal.signal(signal.SIGHUP, closed))
    # Workers are forks of this process, and no connection survives a fork.
    connections.close_all()
    say(greeting + names)
    try:
        server.serve(target_loader=_application, wrap_loader=False)
    finally:
        stopped.set()
        for keeper in keepers:
            if keeper.ident:  # else the server did not come to begin it
                keeper.join(timeout=_PARTING_S + 2)


def _load() -> None:
    """Load the site before its workers, forks of this process, begin: they share what it takes."""
    from django.conf import settings
    from django.utils.module_loading import import_string

    import_module(settings.ROOT_URLCONF)
    import_string(settings.WSGI_APPLICATION)


def _logging() -> dict[str, Any]:
    """Have Granian log where and how everything else does."""
    from django.conf import settings

    ours = {name: settings.LOGGING[name] for name in ("formatters", "handlers")}
    return ours | {"loggers": {"_granian": {"handlers": ["stderr"], "propagate": False}}}


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


def _keep(start: _Start, stopped: threading.Event) -> None:
    """Run a process beside the server; start it again whenever it ends, until the server stops."""
    process: subprocess.Popen[bytes] | None = None
    while not stopped.is_set():
        if process is None or process.poll() is not None:
            # No room for a process now: the next time.
            with contextlib.suppress(OSError), _beginning:
                process = start()
        stopped.wait(_REST_S)
    if process and process.stdin:
        process.stdin.close()
        end = time.monotonic() + _PARTING_S
        while process.poll() is None and time.monotonic() < end:
            time.sleep(0.05)
