"""``sources``, ``sync`` and ``ledger``: what comes by itself, and what is missing of it."""

import contextlib
import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Final

import typer

from broadsheet.cli.output import complain, errors, give, say
from broadsheet.cli.ready import catalogue, ready
from broadsheet.kernel import clock
from broadsheet.kernel.errors import BadOption, BroadsheetError, Busy
from broadsheet.kernel.text import plural

if TYPE_CHECKING:  # its room wants Django, which a command sets up when it runs
    from broadsheet.harvest.queries import DayState, SourceState
    from broadsheet.harvest.running import Run
    from broadsheet.sources.live import LiveSource, Wanted

app = typer.Typer(help="Live sources: list, switch on and off.", rich_markup_mode=None)

_JSON = typer.Option("--json", help="Print it as JSON.")
_NAME = typer.Argument(help="The name of a source, as broadsheet sources list tells it.")
_CATEGORY = typer.Option("--category", help="Only papers of this category; may be repeated.")
_NOBODY: Final = "asks nobody yet; name the addresses: --base-url 'https://… https://…'"
_DAYS: Final = 14
_TOLD: Final = 20
_LONGEST_D: Final = 36_500


@app.callback(invoke_without_command=True)
def listed_unless_told(context: typer.Context) -> None:
    """Live sources: list, switch on and off."""
    if context.invoked_subcommand is None:
        listed()


@app.command("list")
def listed(*, as_json: Annotated[bool, _JSON] = False) -> None:
    """Every live source: whether it is on, its last success, its next run, what it needs."""
    ready()
    from broadsheet.harvest import queries

    sources = queries.sources()
    if as_json:
        give([asdict(source) for source in sources])
        return
    for source in sources:
        say(f"{source.name}: {source.title}")
        for line in _facts(source):
            say(f"    {line}")


def _facts(source: "SourceState") -> Iterator[str]:
    yield "on" if source.on else f"off; switch it on with: broadsheet sources on {source.name}"
    if source.categories:
        yield f"only {', '.join(source.categories)}"
    yield f"asks {source.base_url}" if source.base_url else _NOBODY
    if source.succeeded_at:
        yield f"last success {_moment(source.succeeded_at)}"
    if source.error:
        yield f"last asked {_moment(source.asked_at)}: {source.error}"
    elif source.outcome:
        yield f"last asked {_moment(source.asked_at)}: {source.outcome.replace('-', ' ')}"
    if source.under_way:
        yield f"a harvest of what changed since {source.since} goes on with the next run"
    if source.covered:
        yield f"everything that changed up to {source.covered} is held"
    if source.on:
        yield f"next run {_moment(source.next_at)}" if source.next_at else "runs only on demand"
    for need in source.needs:
        yield _need(need)
    if source.has_key is not None:
        yield "has a key" if source.has_key else f"gets more with a key: set {_key(source.name)}"


def _key(source: str) -> str:
    return f"BROADSHEET_{source.upper()}_TOKEN"


def _need(need: str) -> str:
    if need == "contact":
        return "needs a contact: " + (_contact() or "set BROADSHEET_CONTACT")
    return "needs a key"


def _contact() -> str:
    from django.conf import settings

    contact: str = settings.CONTACT
    return contact


def _moment(at: datetime | None) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC" if at else "never"


@app.command()
def on(
    name: Annotated[str, _NAME],
    *,
    category: Annotated[list[str] | None, _CATEGORY] = None,
    every: Annotated[
        bool, typer.Option("--every-category", help="Papers of all categories again.")
    ] = False,
    base_url: Annotated[
        str | None, typer.Option("--base-url", help='Ask there; "" asks where the source does.')
    ] = None,
) -> None:
    """Switch a source on; a worker then asks it on its schedule."""
    if category and every:
        raise BadOption(option="--category", reason="it was given together with --every-category")
    ready()
    from broadsheet.harvest import actions, queries

    categories = () if every else tuple(category) if category else None
    actions.configure(name, on=True, categories=categories, base_url=base_url)
    (state,) = (one for one in queries.sources() if one.name == name)
    soon = "at once, and again" if _contact() else "next"
    when = f"a worker asks it {soon} {_moment(state.next_at)}" if state.next_at else "on demand"
    say(f"{name} is on, {when}. To ask it now: broadsheet sync {name}")
    if categories and not state.covered:
        first = f"on {state.since}" if state.since else "a week back"
        say(f"In these categories it begins {first}; for more: broadsheet sync {name} --since 90d")
    if not state.base_url:
        complain(f"{name} {_NOBODY}")
    if "contact" in state.needs and not _contact():
        complain("It is not asked before BROADSHEET_CONTACT is set: your mail or web address.")


@app.command()
def off(name: Annotated[str, _NAME]) -> None:
    """Switch a source off; what it brought stays."""
    ready()
    from broadsheet.harvest import actions

    actions.configure(name, on=False)
    say(f"{name} is off.")


def sync(
    sources: Annotated[
        list[str] | None, typer.Argument(help="Names of sources; default: all that are on.")
    ] = None,
    *,
    since: Annotated[
        str,
        typer.Option(
            "--since", help="From this day on, as 2026-08-01 or 7d; default: the last run."
        ),
    ] = "",
    category: Annotated[list[str] | None, _CATEGORY] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Ask for one portion, tell of it, hold nothing.")
    ] = False,
) -> None:
    """Ask live sources now; can be stopped and run again."""
    begin = _day(since)
    ready()
    from broadsheet.cli.follower import alongside
    from broadsheet.harvest import actions, queries
    from broadsheet.sources.live import Wanted

    names = sources or [source.name for source in queries.sources() if source.on]
    lives = [actions.source(name) for name in names]
    if not lives:
        say("No source is on. To see them all: broadsheet sources list")
        return
    wanted, categories = Wanted(since=begin), tuple(category) if category else None
    if dry_run:
        for live in lives:
            _peek(live, wanted, categories)
        return
    with alongside():
        failed = [failure for live in lives if (failure := _sync(live, wanted, categories))]
    say(f"Catalogue: {catalogue()}")
    if failed:
        raise typer.Exit(failed[0].exit)


def _day(since: str) -> date | None:
    """The day that ``--since`` means. Raises BadOption."""
    if not since:
        return None
    if (match := re.fullmatch(r"(\d{1,5})d", since)) and int(match[1]) <= _LONGEST_D:
        return clock.now().date() - timedelta(days=int(match[1]))
    try:
        return date.fromisoformat(since)
    except ValueError:
        reason = f"write a day as 2026-08-01 or a number of days as 7d, not {since}"
        raise BadOption(option="--since", reason=reason) from None


def _peek(live: "LiveSource", wanted: "Wanted", categories: tuple[str, ...] | None) -> None:
    from broadsheet.harvest import actions
    from broadsheet.sources.contract import Record

    asked, portion = actions.peek(live, wanted, categories=categories)
    read = sum(isinstance(item, Record) for item in portion.items)
    broken = len(portion.items) - read
    more = "; more would follow" if portion.resume else "; nothing more"
    since = f" since {asked.since}" if asked.since else ""
    say(
        f"{live.name}{since}: {plural(read, 'record')}, {broken:,} that cannot be read{more}."
        " Nothing was held."
    )
    for listed in portion.listed:
        say(f"    {listed.feed} {listed.day}: {plural(len(listed.names), 'paper')} listed")


def _sync(
    live: "LiveSource", wanted: "Wanted", categories: tuple[str, ...] | None
) -> BroadsheetError | None:
    """Run one source and tell of it; what it failed with does not keep others from running."""
    from broadsheet.harvest import actions

    try:
        with _progress(live.name) as show:
            told = actions.run(live, wanted, categories=categories, progress=show)
        _tell(told)
        healed = actions.heal(live.feeds)
    except Busy as error:
        complain(f"{live.name}: {error.user_message}")
        return error
    if healed:
        say(f"{live.name}: {plural(healed, 'missing announcement')} found.")
    return told.failure


def _tell(told: "Run") -> None:
    report = told.report
    since = f" since {told.since}" if told.since else ""
    again = ", went on where it was" if told.resumed else ""
    say(
        f"{told.source}{since}{again}: {plural(report.read, 'record')} in {told.seconds:.1f} s, "
        f"{report.new:,} new, {report.updated:,} updated, {report.merged:,} merged, "
        f"{report.unchanged:,} unchanged, {report.rejected:,} rejected:"
        f" {told.outcome.replace('-', ' ')}."
    )
    for alarm in told.alarms:
        complain(f"{told.source}: {alarm}. Nothing of it was taken.")
    for trouble in report.troubles[:_TOLD]:
        complain(f"{trouble.path}: {trouble.reason}")
    if (more := len(report.troubles) - _TOLD) > 0:
        complain(f"… and {more:,} more; list them: broadsheet status --rejected")
    if told.failure:
        complain(f"{told.source}: {told.error}")


@contextlib.contextmanager
def _progress(name: str) -> "Iterator[Callable[[Run], None] | None]":
    """A line that counts on a terminal; nothing elsewhere."""
    if not sys.stderr.isatty():
        yield None
        return
    with errors.status(f"{name}: asking…") as line:

        def show(told: "Run") -> None:
            rate = told.records / max(told.seconds, 0.001)
            line.update(
                f"{name}: {plural(told.records, 'record')}, {rate:,.0f} a second{_left(told)}"
            )

        yield show


def _left(told: "Run") -> str:
    if told.left_s < 1:
        return ""
    return f", about {timedelta(seconds=round(told.left_s))} left"


def ledger(
    day: Annotated[
        str, typer.Argument(help="A day, as 2026-08-14; default: the last two weeks.")
    ] = "",
    *,
    feed: Annotated[str, typer.Option("--feed", help="Only this feed.")] = "",
    as_json: Annotated[bool, _JSON] = False,
) -> None:
    """What each day announced, what of it is held, what is missing."""
    ready()
    from broadsheet.harvest import queries
    from broadsheet.kernel.dates import Period

    last = Period.parse(day).last if day else clock.now().date() + timedelta(days=1)
    first = Period.parse(day).first if day else last - timedelta(days=_DAYS)
    states = queries.ledger(first, last, feed=feed)
    if as_json:
        give([_data(state) for state in states])
        return
    if not states:
        say("No feed was watched then. To watch one: broadsheet sources list")
    for state in states:
        say(f"{state.day}  {state.feed:<20} {_standing(state)}")
        if day:
            _details(state)


def _data(state: "DayState") -> dict[str, object]:
    from broadsheet.harvest import queries

    told = asdict(state)
    told["listings"] = [asdict(one) for one in queries.listings(state.feed, state.day)]
    told["missing"] = [asdict(one) for one in queries.missing(state.feed, state.day)]
    return told


def _standing(state: "DayState") -> str:
    if state.outcome != "found":
        return state.why
    parts = [state.count, "complete" if state.complete_at else "open"]
    parts += [f"{state.late:,} late"] if state.late else []
    parts += [f"healed {_moment(state.healed_at)}"] if state.healed_at else []
    parts += [f"not listed by {', '.join(state.silent)}"] if state.silent else []
    parts += ["alarm"] if state.alarm else []
    return ", ".join(parts)


def _details(state: "DayState") -> None:
    from broadsheet.harvest import queries

    if state.alarm:
        complain(f"    {state.alarm}")
    for listing in queries.listings(state.feed, state.day):
        whole = "" if listing.whole else ", not all of it"
        say(
            f"    {listing.source} listed {plural(listing.count, 'paper')}{whole},"
            f" last {_moment(listing.said_at)}"
        )
    missing = queries.missing(state.feed, state.day)
    for one in missing[:_TOLD]:
        say(f"    missing: {one.name}{': ' + one.reason if one.reason else ''}")
    if (more := len(missing) - _TOLD) > 0:
        say(f"    … and {more:,} more")
    if state.next_due:
        say(f"    the next edition is due {_moment(state.next_due)}")
