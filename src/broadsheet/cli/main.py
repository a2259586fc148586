"""The command ``broadsheet``: its list of commands, and how errors leave it."""

import sys
from typing import Annotated, Any, Final

import typer
from typer.core import TyperGroup

import broadsheet
from broadsheet.cli import (
    catalogue,
    digesting,
    evaluating,
    finding,
    harvesting,
    hooking,
    indexing,
    instance,
    mailing,
    merging,
    operating,
    sealing,
    serving,
    working,
)
from broadsheet.cli.failures import failure
from broadsheet.cli.output import complain
from broadsheet.kernel.errors import BroadsheetError

_ORDER: Final = [
    "demo",
    "serve",
    "import",
    "search",
    "explain",
    "show",
    "merge",
    "split",
    "index",
    "sources",
    "sync",
    "ledger",
    "worker",
    "jobs",
    "mail",
    "digest",
    "webhook",
    "operator",
    "eval",
    "status",
    "config",
    "check",
    "backup",
    "verify",
]
_INTERRUPTED: Final = 130


class _InOrder(TyperGroup):
    """Lists commands in the order of use; Typer puts groups behind all others."""

    def list_commands(self, ctx: Any) -> list[str]:
        return sorted(super().list_commands(ctx), key=_ORDER.index)


app = typer.Typer(
    name="broadsheet",
    cls=_InOrder,
    help="The daily paper of research. Start with: broadsheet demo",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


@app.callback(invoke_without_command=True)
def version(
    *,
    show: Annotated[bool, typer.Option("--version", help="Print the version and leave.")] = False,
) -> None:
    """The daily paper of research. Start with: broadsheet demo."""
    if show:
        typer.echo(f"broadsheet {broadsheet.__version__}")
        raise typer.Exit


app.command()(serving.demo)
app.command()(serving.serve)
app.command("import")(catalogue.take)
# "-word" leaves a word out, so a search has no short options.
app.command(context_settings={"ignore_unknown_options": True, "help_option_names": ["--help"]})(
    finding.search
)
app.command()(finding.explain)
app.command()(finding.show)
app.command()(merging.merge)
app.command()(merging.split)
app.add_typer(indexing.app, name="index")
app.add_typer(harvesting.app, name="sources")
app.command()(harvesting.sync)
app.command()(harvesting.ledger)
app.command()(working.worker)
app.add_typer(working.app, name="jobs")
app.add_typer(mailing.app, name="mail")
app.add_typer(digesting.app, name="digest")
app.add_typer(hooking.app, name="webhook")
app.add_typer(operating.app, name="operator")
app.command("eval")(evaluating.evaluate)
app.command()(instance.status)
app.command()(instance.config)
app.command()(instance.check)
app.command()(instance.backup)
app.command()(sealing.verify)


def run() -> None:
    """Run the command; every failure with a known cause is one line and an exit code by cause."""
    try:
        app()
    except SystemExit as left:
        if left.code == _INTERRUPTED:  # how Typer answers Ctrl-C, without a word
            complain("Stopped. What was finished is kept; run the command again to go on.")
        raise
    except Exception as error:
        known = error if isinstance(error, BroadsheetError) else failure(error)
        if known is None:
            raise
        complain(known.user_message)
        sys.exit(known.exit)
