"""How commands speak: tables for people, JSON for programs, complaints on stderr."""

from typing import Any

import orjson
import typer
from rich.console import Console

console = Console(highlight=False, soft_wrap=True)
errors = Console(stderr=True, highlight=False, soft_wrap=True)


def complain(message: str) -> None:
    """One line on stderr, whatever the terminal."""
    errors.print(message, markup=False)


def say(message: str) -> None:
    """One line on stdout."""
    console.print(message, markup=False)


def give(data: Any) -> None:
    """Data as JSON on stdout."""
    options = orjson.OPT_INDENT_2 | orjson.OPT_UTC_Z | orjson.OPT_NON_STR_KEYS
    typer.echo(orjson.dumps(data, option=options, default=str).decode())
