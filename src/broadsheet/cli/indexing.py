"""``index``: the search index, which can always be thrown away and made again."""

import os
import select
import sys
from contextlib import suppress
from dataclasses import asdict
from typing import Annotated, Final

import typer

from broadsheet.cli.output import complain, give, say
from broadsheet.cli.ready import ready
from broadsheet.kernel.text import plural

app = typer.Typer(
    help="The search index: status, rebuild, check.", no_args_is_help=True, rich_markup_mode=None
)

_JSON = typer.Option("--json", help="Print it as JSON.")
_PATIENT: Final = 10  # niceness: whoever waits for a page comes first
DAMAGED: Final = (
    "The search index cannot be read. Make it again from the catalogue: broadsheet index rebuild"
)


@app.command()
def status(*, as_json: Annotated[bool, _JSON] = False) -> None:
    """How many papers the index holds and how far it has come."""
    ready()
    from broadsheet.editions.status import status as count

    found = count()
    if as_json:
        give({**asdict(found.index), "lag": found.lag})
    if not found.index.healthy:
        complain(DAMAGED)
        raise typer.Exit(69)
    if as_json:
        return
    size = found.index.size_bytes
    held = max(found.index.documents, 1)
    each = f"{size / held:,.0f} bytes each"
    say(f"{plural(found.index.documents, 'paper')}, {size / 1e6:,.1f} MB ({each})")
    say(f"change {found.index.upto:,} applied, {found.lag:,} to come")


@app.command()
def rebuild() -> None:
    """Make the index anew beside the old one, then switch; the server may go on running."""
    ready()
    from broadsheet.editions import follow

    documents = follow.rebuild()
    say(f"The new index holds {plural(documents, 'paper')} and is in use.")


@app.command()
def check(*, as_json: Annotated[bool, _JSON] = False) -> None:
    """Compare the index with the catalogue; says what is wrong and leaves with 69."""
    ready()
    from broadsheet.editions import follow

    wrong = follow.check()
    if as_json:
        give({"wrong": wrong})
    else:
        for line in wrong:
            complain(line)
    if wrong:
        raise typer.Exit(69)
    if not as_json:
        say("The index holds what the catalogue holds.")


@app.command(hidden=True)
def follow() -> None:
    """Keep the index current until standard input closes; the server starts this itself."""
    ready()
    from broadsheet.editions.follow import follow as keep_current

    keep_current(_closed)


@app.command(hidden=True)
def learn() -> None:
    """Learn suggestions anew, until standard input closes; the follower starts this itself."""
    ready()
    from broadsheet.editions import learning

    os.nice(_PATIENT)
    with suppress(learning.Ended):
        learning.learn_in_use(_closed)


def _closed() -> bool:
    """Say whether whoever started us is gone: nothing is ever written to us, only closed."""
    readable, _, _ = select.select([sys.stdin], [], [], 0)
    return bool(readable) and not os.read(sys.stdin.fileno(), 1)
