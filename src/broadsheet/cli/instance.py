"""``status``, ``config``, ``check``, ``backup``: the instance itself."""

import os
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from broadsheet.cli.indexing import DAMAGED
from broadsheet.cli.output import complain, give, say
from broadsheet.cli.ready import catalogue, is_current, ready, set_up
from broadsheet.kernel import options
from broadsheet.kernel.errors import BadOption, BroadsheetError, Unavailable
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
        give({**asdict(found), "catalogue": catalogue()})
        return
    say(f"{'catalogue':>14}  {catalogue()}")
    for name, number in asdict(found.sizes).items():
        say(f"{name:>14}  {number:,}")
    say(f"{'newest day':>14}  {found.newest_day or 'nothing announced yet'}")
    behind = f"{found.lag:,} changes behind" if found.lag else "current"
    say(f"{'index':>14}  {plural(found.index.documents, 'paper')}, {behind}")
    if not found.index.healthy:
        complain(DAMAGED)


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
    rows = [(option.env, _shown(option), option.help) for option in options.OPTIONS]
    if as_json:
        give({env: value for env, value, _ in rows})
    else:
        for env, value, text in rows:
            say(f"{env}={'(cannot be used)' if value is None else value}\n    {text}")
    _leave_if_wrong(options.mistakes(os.environ))


def _shown(option: options.Option[Any]) -> str | None:
    """The value as ``config`` shows it; None where it cannot be used."""
    try:
        return option.show(option.read(os.environ))
    except BadOption:
        return None


def _leave_if_wrong(mistakes: tuple[str, ...]) -> None:
    for line in mistakes:
        complain(f"{line}.")
    if mistakes:
        raise typer.Exit(BadOption.exit)


def check(
    what: Annotated[
        str, typer.Argument(metavar="[mail]", help="mail: how mail leaves; else all the rest.")
    ] = "",
    *,
    to: Annotated[str, typer.Option("--to", help="With mail: send a message there.")] = "",
    as_json: Annotated[bool, _JSON] = False,
) -> None:
    """Look at options, catalogue and index, or at how mail leaves."""
    if what not in ("", "mail") or (to and not what):
        raise typer.BadParameter("it is broadsheet check, or broadsheet check mail [--to ADDRESS]")
    mistakes = options.mistakes(os.environ)
    if what and not mistakes:
        _check_mail(to, as_json=as_json)
        return
    wrong = [f"{line}." for line in mistakes] or _wrong(options.read(os.environ))
    if as_json:
        give({"wrong": wrong})
    else:
        for line in wrong:
            complain(line)
    if wrong:
        raise typer.Exit(BadOption.exit if mistakes else Unavailable.exit)
    if not as_json:
        say(f"Options, data folder, catalogue and index are in order: {catalogue()}")


def _check_mail(to: str, *, as_json: bool) -> None:
    """Connection, signature, names and headers; each is said as soon as it is known."""
    set_up()
    from django.core.exceptions import ValidationError
    from django.core.validators import validate_email

    from broadsheet.mail import checking

    try:
        validate_email(to or "a@example.org")
    except ValidationError:
        raise typer.BadParameter("--to takes a mail address") from None
    found = []
    for finding in checking.look(to):
        found.append(finding)
        if not as_json:
            (complain if finding.is_wrong else say)(finding.said)
    if as_json:
        give({"findings": [asdict(finding) for finding in found]})
    if any(finding.is_wrong for finding in found):
        raise typer.Exit(Unavailable.exit)


def _wrong(settings: options.Settings) -> list[str]:
    """What is wrong with catalogue and index, without making what is not there."""
    data = settings.data
    if not (data.is_dir() if settings.database_url else (data / "catalogue.sqlite3").is_file()):
        begin = "Begin with broadsheet import, or let BROADSHEET_DATA name another folder."
        return [f"There is no catalogue in {data} yet. {begin}"]
    set_up()
    if not is_current():
        return ["The catalogue is of an older version. Start broadsheet serve to update it."]
    from broadsheet.editions import follow

    try:
        return list(follow.check())
    except BroadsheetError as error:
        return [error.user_message]


def backup(
    target: Annotated[Path, typer.Argument(help="The file to write; an older copy is replaced.")],
) -> None:
    """Copy the catalogue to one file while everything goes on running."""
    ready()
    from broadsheet.papers import actions

    size = actions.backup(target)
    say(f"{target} holds the whole catalogue ({size / 1e6:,.1f} MB). The index is made from it.")
