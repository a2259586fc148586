"""``mail``: what leaves, what waits, what came back."""

from collections.abc import Iterator
from dataclasses import asdict
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated, Final

import typer

from broadsheet.cli import reporting
from broadsheet.cli.output import complain, give, say
from broadsheet.cli.ready import ready
from broadsheet.kernel import clock
from broadsheet.kernel.errors import BroadsheetError
from broadsheet.kernel.text import plural

if TYPE_CHECKING:  # their room wants Django, which a command sets up when it runs
    from datetime import datetime

    from broadsheet.mail.queries import Line, Outbox
    from broadsheet.mail.returns import Returns

app = typer.Typer(
    help="Mail: status, list, retry, read.", no_args_is_help=True, rich_markup_mode=None
)

_JSON = typer.Option("--json", help="Print it as JSON.")
_LATE: Final = timedelta(minutes=10)


@app.command()
def status(*, as_json: Annotated[bool, _JSON] = False) -> None:
    """The outbox: what waits and went, what failed and came back and why, and what is lacking."""
    ready()
    from broadsheet.mail import queries, sender
    from broadsheet.mail.returns import returns

    found, told = queries.standing(), returns()
    by, lacks = _way(), sender.remedy()
    if as_json:
        give({"by": by, "lacking": sender.lacking(), **asdict(found), "returns": asdict(told)})
        return
    say(f"{'mail leaves':>14}  {by}")
    say(f"{'at most':>14}  {sender.pace()}")
    for name, text in (*_lines(found), *_came_back(told)):
        say(f"{name:>14}  {text}")
    if lacks:
        complain(f"Nothing is sent. {lacks}")
    if found.messages["doubtful"]:
        complain(
            "Nobody knows whether the doubtful ones went; they are not sent again by themselves."
            " See broadsheet mail list doubtful, then broadsheet mail retry NUMBER."
        )
    if found.due_since and clock.now() - found.due_since > _LATE and not found.sent_in_minute:
        since = _moment(found.due_since)
        complain(f"Messages are due since {since}, and nothing goes: see broadsheet jobs list.")


def _way() -> str:
    """How mail leaves, in words without secrets."""
    from broadsheet.mail import sender
    from broadsheet.mail.transports.choosing import chosen

    if not sender.is_on():
        return "not at all: BROADSHEET_MAIL is off"
    try:
        return f"by {chosen().where}"
    except BroadsheetError as error:
        return f"not at all: {error.user_message}"


def _lines(found: "Outbox") -> Iterator[tuple[str, str]]:
    count = found.messages
    since = f", {found.due:,} due since {_moment(found.due_since)}" if found.due_since else ""
    yield "waiting", f"{count['waiting']:,}{since}"
    yield from _reasons("put off", found.put_off)
    yield "handing over", f"{count['sending']:,}"
    rates = (found.sent_in_minute, found.sent_in_hour, found.sent_in_day)
    yield (
        "sent",
        "{:,}; {:,} in a minute, {:,} in an hour, {:,} in a day".format(count["sent"], *rates),
    )
    yield "failed", f"{count['failed']:,}"
    yield from _reasons("in seven days", found.failures)
    for name in ("doubtful", "cancelled"):
        yield name, f"{count[name]:,}"
    yield "passed over", f"{count['suppressed']:,}, their addresses are on the list below"
    yield "suppressed", plural(sum(found.suppressions.values()), "address", "addresses")
    yield from _reasons("of them", found.suppressions)


def _came_back(told: "Returns") -> Iterator[tuple[str, str]]:
    """What hosts, providers and readers said of letters that left, and where most came back."""
    from broadsheet.mail.returns import WORDS

    words = {WORDS[word]: count for word, count in told.words.items() if count}
    yield "in 14 days", f"{told.sent:,} sent" + ("" if words else ", and nothing told of them")
    yield from _reasons("of them", words)
    bad = {
        one.name: one.returned + one.rejected + one.bounced + one.complained for one in told.domains
    }
    yield from _reasons("trouble at", bad)


def _reasons(name: str, reasons: dict[str, int]) -> Iterator[tuple[str, str]]:
    for reason, count in reasons.items():
        yield name, f"{count:,} {reason}"
        name = ""


def _moment(at: "datetime") -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC"


@app.command("list")
def listed(
    standing: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[STANDING]...",
            help="Only these: waiting, sending, sent, failed, doubtful, suppressed, cancelled.",
        ),
    ] = None,
    *,
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, help="How many to list.")] = 100,
    as_json: Annotated[bool, _JSON] = False,
) -> None:
    """Messages, the newest first; where each goes only by its domain."""
    ready()
    from broadsheet.mail import queries
    from broadsheet.mail.models import Standing

    for one in standing or ():
        if one not in Standing.values:
            raise typer.BadParameter(f"{one} is none of {', '.join(Standing.values)}")
    lines = queries.outbox(*(standing or ()), limit=limit)
    if as_json:
        give([asdict(line) for line in lines])
        return
    for line in lines:
        to = line.domain or "an address that was forgotten"
        say(f"{line.number:>6}  {line.standing:<10}  {line.kind} to {to}{_told(line)}")
    if not lines:
        say("There are none.")


def _told(line: "Line") -> str:
    at = _moment(line.ended_at) if line.ended_at else f"due {_moment(line.due_at)}"
    tried = f"tried {plural(line.attempts, 'time')}" if line.attempts > 1 else ""
    return "".join(f", {part}" for part in (at, f"“{line.subject}”", tried, line.error) if part)


@app.command()
def retry(
    numbers: Annotated[
        list[int] | None,
        typer.Argument(metavar="[NUMBER]...", help="As broadsheet mail list tells them."),
    ] = None,
    *,
    failed: Annotated[
        bool, typer.Option("--failed", help="All that failed within the last day.")
    ] = False,
) -> None:
    """Send failed or doubtful messages once more. A doubtful one may arrive twice then.

    One that its reader took back, by leaving say, is not sent again.
    """
    if bool(numbers) == failed:
        raise typer.BadParameter("give the numbers of messages, or --failed")
    ready()
    from broadsheet.mail import actions

    for number in numbers or ():
        actions.retry(number)
        say(f"Message {number} waits to be sent.")
    if failed:
        say(f"{plural(actions.retry_failed(), 'message')} of the last day to be sent once more.")


app.command()(reporting.read)
