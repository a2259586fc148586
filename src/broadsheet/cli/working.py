"""``worker`` and ``jobs``: work in the background, and a look at it."""

import os
import select
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Final

import typer

from broadsheet.cli.output import complain, give, say
from broadsheet.cli.ready import ready
from broadsheet.kernel import clock
from broadsheet.kernel.text import plural

if TYPE_CHECKING:  # its room wants Django, which a command sets up when it runs
    from broadsheet.jobs.queries import Line

app = typer.Typer(
    help="Background jobs: list, retry, cancel.", no_args_is_help=True, rich_markup_mode=None
)

_JSON = typer.Option("--json", help="Print it as JSON.")
_NUMBER = typer.Argument(help="The number of a job, as broadsheet jobs list tells it.")
_ENDS: Final = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
_LATE: Final = timedelta(minutes=5)


def worker(
    *,
    at_once: Annotated[
        int, typer.Option("--at-once", min=1, max=64, help="How many jobs run at the same time.")
    ] = 4,
    beside: Annotated[bool, typer.Option("--until-closed", hidden=True)] = False,
) -> None:
    """Run background jobs and the schedule until Ctrl-C or SIGTERM."""
    ready()
    from broadsheet.digest import tasks as digest
    from broadsheet.editions import tasks as editions
    from broadsheet.jobs.worker import Pace, Worker
    from broadsheet.mail import tasks as mail

    for tasks in (mail, editions, digest):
        tasks.declare()
    rest = resting(beside=beside)
    if not beside:
        say("The worker runs jobs and the schedule (Ctrl-C ends it)")
    if not Worker(Pace(at_once=at_once)).run(rest):
        os._exit(0)  # a job that does not end; another worker has it now


def start() -> "subprocess.Popen[bytes]":
    """Start a worker that ends when this process does, however it ends."""
    command = [sys.executable, "-m", "broadsheet", "worker", "--until-closed"]
    return subprocess.Popen(command, stdin=subprocess.PIPE, start_new_session=True)  # noqa: S603  # ours


def resting(*, beside: bool) -> Callable[[float], bool]:
    """Hear signals from now on; gives what waits so many seconds and says whether one came.

    With ``beside`` the end of standard input counts too: whoever started us is gone.
    """
    heard, told = os.pipe()
    os.set_blocking(told, False)
    signal.set_wakeup_fd(told)
    for number in _ENDS:
        if signal.getsignal(number) != signal.SIG_IGN:  # as nohup leaves it
            signal.signal(number, lambda *_: None)
    watched = [heard, sys.stdin.fileno()] if beside else [heard]
    return lambda seconds: bool(select.select(watched, [], [], seconds)[0])


@app.command("list")
def listed(
    *,
    ended: Annotated[bool, typer.Option("--all", help="Those done or cancelled too.")] = False,
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, help="How many to list.")] = 100,
    as_json: Annotated[bool, _JSON] = False,
) -> None:
    """Jobs that run, were set aside, or wait, each with its error; and the schedule."""
    ready()
    from broadsheet.jobs import queries

    states = () if ended else ("running", "failed", "waiting")
    queue = queries.queue()
    jobs, schedule = queries.jobs(*states, limit=limit), queries.schedule()
    if as_json:
        rows = {"jobs": [asdict(line) for line in jobs], "schedule": [asdict(e) for e in schedule]}
        give({"queue": asdict(queue), **rows})
        return
    say(f"{queue.running:,} running, {queue.waiting:,} waiting, {queue.failed:,} set aside")
    for line in jobs:
        say(f"{line.number:>6}  {line.state:<9}  {line.name} {line.subject}{_told(line)}")
    for entry in schedule:
        due = _moment(entry.next_due) if entry.next_due else "never"
        say(f"{due:>17}  {entry.name} ({entry.cron}, {entry.zone})")
    if queue.due_since and not queue.running and clock.now() - queue.due_since > _LATE:
        since = _moment(queue.due_since)
        complain(f"Jobs are due since {since}, and no worker takes them: run broadsheet worker.")


def _moment(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC"


def _told(line: "Line") -> str:
    """What there is to say of a job in its state."""
    from broadsheet.jobs.queries import ATTEMPTS

    if line.state == "running":
        parts = [f"since {_moment(line.started_at)}" if line.started_at else "", line.said]
        parts += ["to be cancelled"] if line.to_cancel else []
    elif line.state == "waiting":
        parts = [f"due {_moment(line.due_at)}"]
        if line.error:
            parts += [f"failed {line.attempts} of {plural(ATTEMPTS, 'time')}: {line.error}"]
    elif line.state == "failed":
        parts = [f"failed {plural(line.attempts, 'time')}: {line.error}"]
    else:
        parts = [_moment(line.ended_at) if line.ended_at else ""]
    return "".join(f", {part}" for part in parts if part)


@app.command()
def retry(number: Annotated[int, _NUMBER]) -> None:
    """Let a job run at once that was set aside, waits, or has ended."""
    ready()
    from broadsheet.jobs import actions

    actions.retry(number)
    say(f"Job {number} waits for a worker.")


@app.command()
def cancel(number: Annotated[int, _NUMBER]) -> None:
    """Cancel a job; one that runs is told to stop and does so by itself, soon."""
    ready()
    from broadsheet.jobs import actions

    done = actions.cancel(number)
    say(f"Job {number} is cancelled." if done else f"Job {number} is told to stop.")
