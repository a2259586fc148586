"""``operator``: who may sign in under ``/admin/``."""

import sys
from dataclasses import asdict
from typing import Annotated

import typer

from broadsheet.cli.output import give, say
from broadsheet.cli.ready import ready
from broadsheet.kernel.errors import BadOption

app = typer.Typer(help="Operators: add, list, remove.", no_args_is_help=True, rich_markup_mode=None)

_NAME = typer.Argument(help="The name to sign in with.")
_JSON = typer.Option("--json", help="Print it as JSON.")


@app.command()
def add(
    name: Annotated[str, _NAME],
    *,
    from_stdin: Annotated[
        bool,
        typer.Option("--password-stdin", help="Read the password from the first line of stdin."),
    ] = False,
) -> None:
    """Let somebody sign in under /admin/. The password is asked for twice."""
    ready()
    from broadsheet.people import actions

    actions.add_operator(name, _password(from_stdin=from_stdin))
    say(f"{name} may sign in at /admin/.")


def _password(*, from_stdin: bool) -> str:
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    if not sys.stdin.isatty():
        reason = "it is asked for on a terminal; give it on stdin with --password-stdin"
        raise BadOption(option="The password", reason=reason)
    typed: str = typer.prompt("Password", hide_input=True, confirmation_prompt="Once more")
    return typed


@app.command("list")
def listed(*, as_json: Annotated[bool, _JSON] = False) -> None:
    """Everybody who may sign in under /admin/."""
    ready()
    from broadsheet.people import queries

    operators = queries.operators()
    if as_json:
        give([asdict(operator) for operator in operators])
        return
    for operator in operators:
        seen = operator.seen_at
        said = f"signed in {seen:%Y-%m-%d %H:%M} UTC" if seen else "never signed in"
        say(f"{operator.name}, {said}")
    if not operators:
        say("There is no operator yet. Add one: broadsheet operator add NAME")


@app.command()
def remove(name: Annotated[str, _NAME]) -> None:
    """Let an operator sign in no more, at once."""
    ready()
    from broadsheet.people import actions

    actions.remove_operator(name)
    say(f"{name} may no longer sign in.")
