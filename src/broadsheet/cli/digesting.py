"""Commands about the mailed edition."""

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from broadsheet.cli.output import complain, say
from broadsheet.cli.ready import ready

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

    from broadsheet.digest.samples import message, sample

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
