"""The command ``broadsheet``: its list of commands, and how errors leave it."""

import sys
from typing import Annotated

import typer

import broadsheet
from broadsheet.cli import catalogue, finding, indexing, instance, serving
from broadsheet.cli.output import complain
from broadsheet.kernel.errors import BroadsheetError

app = typer.Typer(
    name="broadsheet",
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
app.command()(finding.search)
app.command()(finding.show)
app.command()(catalogue.split)
app.add_typer(indexing.app, name="index")
app.command()(instance.status)
app.command()(instance.config)
app.command()(instance.check)
app.command()(instance.backup)


def run() -> None:
    """Run the command; the program's own errors are one line and an exit code by cause."""
    try:
        app()
    except BroadsheetError as error:
        complain(error.user_message)
        sys.exit(error.exit)
    except KeyboardInterrupt:
        complain("Stopped. What was finished is kept; run the command again to go on.")
        sys.exit(130)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(141)
