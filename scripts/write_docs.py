"""Write the pages of docs/ that are made from tables of the program.

python scripts/write_docs.py           writes them
python scripts/write_docs.py --check   says which are old, and exits 1 if any is
"""

import inspect
import runpy
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

import typer
from typer.main import get_command

from broadsheet.cli.main import app
from broadsheet.kernel import errors
from broadsheet.kernel.errors import BroadsheetError
from broadsheet.kernel.options import OPTIONS, Option

DOCS: Final = Path(__file__).parents[1] / "docs"

CONFIGURATION: Final = """\
# Configuration

<!-- Made by `make docs` from the options table in `src/broadsheet/kernel/options.py`. -->

Every option is an environment variable.
None has to be set: Broadsheet starts with the defaults below.
A variable that is set to nothing counts as not set.

| Variable | Default | What it does |
| --- | --- | --- |
{rows}

Options marked *secret* are never printed.
Each may instead be kept in a file whose path stands in a variable of the same name with `_FILE`
added, as container and service managers hand secrets over: {files}.

`broadsheet config` prints every option with its present value.
`broadsheet check` reports everything that is wrong at once, misspelt names too; with a mistake in
any option no command starts (exit code 78).
"""


def _row(option: Option[Any]) -> str:
    default = f"`{option.default}`" if option.default else f"*{option.blank}*"
    unit = f" {option.unit}" if option.unit else ""
    secret = " *Secret.*" if option.secret else ""
    return f"| `{option.env}` | {default}{unit} | {option.help}{secret} |"


def configuration() -> str:
    """The page of all options, one row each."""
    files = ", ".join(f"`{option.env}_FILE`" for option in OPTIONS if option.secret)
    return CONFIGURATION.format(rows="\n".join(map(_row, OPTIONS)), files=files)


COMMAND_LINE: Final = """\
# Command line

<!-- Made by `make docs` from `src/broadsheet/cli` and `src/broadsheet/kernel/errors.py`. -->

After `make setup` the command is `.venv/bin/broadsheet` inside the checkout.
What it works on is said by environment variables: [Configuration](configuration.md).
Above all, `BROADSHEET_DATA` names the folder of the catalogue; `make demo` keeps its own in `data`.

Results go to standard output; complaints, and the line that counts, to standard error.
A complaint is one line that says what happened and what to do.

{commands}

## Exit codes

| code | what it means |
| --- | --- |
{codes}
"""

# What leaves the program without an error of its own.
CODES: Final = {
    0: "Done.",
    2: "The command was not understood: a word, an option or its value.",
    130: "Stopped with Ctrl-C. What was finished is kept.",
}


def _commands(group: Any, name: str) -> Iterator[str]:
    """A section for every command that is shown in the help, those of groups behind them."""
    context = typer.Context(group)
    for sub in group.list_commands(context):
        command, called = group.commands[sub], f"{name} {sub}"
        if hasattr(command, "commands"):
            yield from _commands(command, called)
        elif not command.hidden:
            yield _section(command, called)


def _section(command: Any, name: str) -> str:
    arguments = [one for one in command.params if one.param_type_name == "argument"]
    options = [one for one in command.params if one.param_type_name == "option" and one.help]
    title = " ".join([name, *map(_placeholder, arguments)])
    rows = [f"- `{_placeholder(one)}`: {one.help}" for one in arguments]
    rows += [f"- `{', '.join(one.opts)}`: {one.help}{_default(one)}" for one in options]
    return "\n".join([f"## {title}", "", " ".join(command.help.split()), "", *rows]).strip()


def _placeholder(argument: Any) -> str:
    name: str = argument.name.upper()
    return f"{name}..." if argument.nargs == -1 else name


def _default(option: Any) -> str:
    if isinstance(option.default, bool) or option.default in (None, ""):
        return ""
    return f" Default: `{option.default}`."


def command_line() -> str:
    """The page of all commands and of the codes they leave with."""
    causes = {error.exit: error for error in _errors() if "exit" in vars(error)}
    codes = CODES | {code: str(inspect.getdoc(error)) for code, error in causes.items()}
    rows = [
        f"| {code} | {text.partition(chr(10) * 2)[0]} |" for code, text in sorted(codes.items())
    ]
    commands = "\n\n".join(_commands(get_command(app), "broadsheet"))
    return COMMAND_LINE.format(commands=commands, codes="\n".join(rows))


def _errors() -> list[type[BroadsheetError]]:
    found = inspect.getmembers(errors, inspect.isclass)
    return [error for _, error in found if issubclass(error, BroadsheetError)]


def quality() -> str:
    """The page of the evaluations, with the scores that are expected of them."""
    return str(runpy.run_path(str(DOCS.parent / "evals" / "run.py"))["page"]())


PAGES: Final[dict[str, Callable[[], str]]] = {
    "configuration.md": configuration,
    "command-line.md": command_line,
    "quality.md": quality,
}


def main() -> None:
    """Write the pages, or with ``--check`` compare them."""
    old = []
    for name, page in PAGES.items():
        path, text = DOCS / name, page()
        if path.exists() and path.read_text(encoding="utf-8") == text:
            continue
        old.append(name)
        if "--check" not in sys.argv:
            path.write_text(text, encoding="utf-8")
    if old and "--check" in sys.argv:
        sys.exit(f"docs/{', docs/'.join(old)} no longer says what the program does: run make docs")


if __name__ == "__main__":
    main()
