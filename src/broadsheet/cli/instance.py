"""``status``, ``config``, ``check``, ``backup``: the instance itself."""

import os
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from broadsheet.cli.output import complain, give, say
from broadsheet.cli.ready import ready
from broadsheet.kernel import options
from broadsheet.kernel.text import plural

_JSON = typer.Option("--json", help="Print it as JSON.")


def status(
    *,
    rejected: Annotated[
        bool, typer.Option("--rejected", help="List what was refused, newest first.")
    ] = False,
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, help="How many to list.")] = 100,
    as_json: Annotated[bool, _JSON] = False,
) -> None:
    """What is held, and how current the index is."""
    ready()
    if rejected:
        _rejected(limit, as_json=as_json)
        return
    from broadsheet.editions.status import status as count

    found = count()
    if as_json:
        give(asdict(found))
        return
    for name, number in asdict(found.sizes).items():
        say(f"{name:>14}  {number:,}")
    say(f"{'newest day':>14}  {found.newest_day or 'nothing announced yet'}")
    behind = f"{found.lag:,} changes behind" if found.lag else "current"
    trouble = f"; {found.index.trouble}" if found.index.trouble else ""
    say(f"{'index':>14}  {plural(found.index.documents, 'paper')}, {behind}{trouble}")


def _rejected(limit: int, *, as_json: bool) -> None:
    from broadsheet.papers import queries

    rows = queries.rejections(limit=limit)
    if as_json:
        give([asdict(row) for row in rows])
        return
    for row in rows:
        line = f":{row.line}" if row.line else ""
        say(f"{row.path}{line}: {row.reason}")
    if not rows:
        say("Nothing was refused.")


def config(*, as_json: Annotated[bool, _JSON] = False) -> None:
    """Every option: its variable, its value here, and what it does."""
    settings = options.read(os.environ)
    rows = [
        (option.env, option.show(getattr(settings, option.name)), option.help)
        for option in options.OPTIONS
    ]
    if as_json:
        give({env: value for env, value, _ in rows})
        return
    for env, value, text in rows:
        say(f"{env}={value}\n    {text}")


def check() -> None:
    """Look at options, catalogue and index; says all that is wrong."""
    wrong = list(options.mistakes(os.environ))
    if wrong:
        for line in wrong:
            complain(line)
        raise typer.Exit(78)
    ready()
    from broadsheet.editions import follow

    wrong += follow.check()
    for line in wrong:
        complain(line)
    if wrong:
        raise typer.Exit(69)
    say("Options, data folder, catalogue and index are in order.")


def backup(
    target: Annotated[Path, typer.Argument(help="The file to write, as catalogue.sqlite3.")],
) -> None:
    """Copy the catalogue to one file while everything goes on running."""
    ready()
    from broadsheet.papers import actions

    size = actions.backup(target)
    say(f"{target} holds the whole catalogue ({size / 1e6:,.1f} MB). The index is made from it.")
