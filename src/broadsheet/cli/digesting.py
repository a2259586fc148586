"""Commands about the mailed edition."""

import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from broadsheet.cli.output import complain, say
from broadsheet.cli.ready import ready
from broadsheet.kernel import clock
from broadsheet.kernel.text import plural

if TYPE_CHECKING:  # its room wants Django, which a command sets up when it runs
    from broadsheet.digest.issues.plans import Outlook

app = typer.Typer(help="The edition by mail.", no_args_is_help=True)


class Format(StrEnum):
    """How a letter is shown."""

    TEXT = "text"
    HTML = "html"
    EML = "eml"


class Rhythm(StrEnum):
    """How often it comes, as a subscription says it."""

    ANNOUNCED = "announced"
    WEEKDAYS = "weekdays"
    WEEKLY = "weekly"
    MONTHLY = "monthly"
    AT_ONCE = "at_once"


@app.callback()
def main() -> None:
    """The edition by mail."""


@app.command()
def preview(
    *,
    edition: Annotated[
        str, typer.Option("--edition", help="The address of a list, as /search?q=gripper.")
    ] = "/latest",
    form: Annotated[Format, typer.Option("--format", help="How to show it.")] = Format.TEXT,
    cadence: Annotated[Rhythm, typer.Option("--cadence", help="How often it comes.")] = (
        Rhythm.ANNOUNCED
    ),
    size: Annotated[int, typer.Option("--size", min=1, max=50, help="Most papers.")] = 10,
    output: Annotated[
        Path | None, typer.Option("--output", help="The file to write, instead of the terminal.")
    ] = None,
) -> None:
    """The newest letter of an edition, as a new subscriber would get it now."""
    ready()
    from django.conf import settings

    from broadsheet.digest.letter.samples import message, sample

    if not settings.PUBLIC_URL:
        complain("BROADSHEET_PUBLIC_URL is not set: the links of this letter lead nowhere.")
    if form == Format.EML:
        written = message(edition, cadence=cadence, size=size)
    else:
        body = sample(edition, cadence=cadence, size=size)
        written = (body.text if form == Format.TEXT else body.html).encode()
    if output is None:
        sys.stdout.buffer.write(written)
    else:
        output.write_bytes(written)
        say(f"Written to {output}.")


@app.command()
def send(
    *,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would be composed, and write nothing.")
    ] = False,
    edition: Annotated[
        str, typer.Option("--edition", help="Only this list, as /search?q=gripper.")
    ] = "",
) -> None:
    """Compose what is due now, as the worker does every five minutes; it hands over the letters."""
    ready()
    from broadsheet.digest.issues import plans, sending
    from broadsheet.digest.subscriptions import wishes
    from broadsheet.mail import sender

    only = wishes.edition(edition) if edition else ""
    if not sender.is_on():
        complain("BROADSHEET_MAIL is not set: no mail leaves this site.")
    if dry_run:
        outlooks = list(plans.outlooks(clock.now(), only=only))
        for one in outlooks:
            _foretell(one)
        letters = sum(count for one in outlooks for _, count in one.letters)
        due = plural(sum(one.due for one in outlooks), "subscription")
        say(f"{due} of {plural(len(outlooks), 'edition')} due, {plural(letters, 'letter')} to post")
        return
    sender.check()
    done = sending.send(lambda _: None, only=only)
    composed = plural(done.composed, "letter")
    say(f"{plural(done.editions, 'edition')} due: {composed} composed, {done.posted:,} posted")
    if done.failed:
        complain(f"{plural(done.failed, 'edition')} could not be composed; the log says why.")


def _foretell(one: "Outlook") -> None:
    """What a run would do about one edition, without a word of whom."""
    distinct, letters = len(one.letters), sum(count for _, count in one.letters)
    rest = [
        f"{one.nothing:,} without anything new" if one.nothing else "",
        f"{one.waiting:,} still waiting for it" if one.waiting else "",
        one.problem,
    ]
    posted = f"{plural(letters, 'letter')}, {distinct:,} different" if letters else "no letters"
    say("; ".join(filter(None, (f"{one.edition}: {one.due:,} due", posted, *rest))))
    for choice, count in one.letters:
        say(f"  {choice.label} to {count:,}: {plural(len(choice.picks), 'paper')}")
        for pick in choice.picks:
            say(f"    {pick.hit.card.key}  {pick.hit.card.title}")
