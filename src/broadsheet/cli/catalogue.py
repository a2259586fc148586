"""``import`` and ``split``: what goes into the catalogue, and what is taken apart again."""

import contextlib
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from broadsheet.cli.output import complain, errors, give, say
from broadsheet.cli.ready import ready
from broadsheet.kernel.text import plural

if TYPE_CHECKING:
    from broadsheet.papers.actions import Report
    from broadsheet.sources.contract import Record, Trouble

_BAD_DATA = 65
_TOLD = 20


def take(
    paths: Annotated[list[Path], typer.Argument(help="Files, or folders of files.")],
    source: Annotated[
        str, typer.Option("--source", help="Read every file as this source; default: look at it.")
    ] = "",
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print the report as JSON.")] = False,
) -> None:
    """Import papers from files; can be stopped and run again."""
    ready()
    from broadsheet.cli.follower import alongside
    from broadsheet.papers import actions

    with alongside(), _progress() as show:
        report = actions.ingest(_records(paths, source), progress=show)
    if as_json:
        give({**asdict(report), "troubles": [_told(trouble) for trouble in report.troubles]})
    else:
        _tell(report)
    if report.rejected:
        raise typer.Exit(_BAD_DATA)


def _records(paths: list[Path], source: str) -> "Iterator[Record | Trouble]":
    from broadsheet.kernel.errors import NotFound
    from broadsheet.sources.contract import Trouble
    from broadsheet.sources.registry import SOURCES, recognise
    from broadsheet.sources.registry import paths as files

    if source and source not in SOURCES:
        raise NotFound(kind="source", name=f"{source}; there are {', '.join(sorted(SOURCES))}")
    for path in paths:
        if not path.exists():
            raise NotFound(kind="file or folder", name=path)
    for path in files(paths):
        found = SOURCES[source] if source else recognise(path)
        if isinstance(found, Trouble):
            yield found
        else:
            yield from found.read(path)


@contextlib.contextmanager
def _progress() -> "Iterator[Callable[[Report], None] | None]":
    """A line that counts on a terminal; nothing elsewhere."""
    if not sys.stderr.isatty():
        yield None
        return
    with errors.status("Reading…") as line:

        def show(report: "Report") -> None:
            rate = report.read / max(report.seconds, 0.001)
            line.update(
                f"{plural(report.read, 'record')}: {report.new:,} new, {report.merged:,} merged, "
                f"{report.rejected:,} rejected; {rate:,.0f} a second"
            )

        yield show


def _tell(report: "Report") -> None:
    say(
        f"{plural(report.read, 'record')} in {report.seconds:.1f} s: {report.new:,} new, "
        f"{report.updated:,} updated, {report.merged:,} merged, {report.unchanged:,} unchanged, "
        f"{report.rejected:,} rejected."
    )
    for trouble in report.troubles[:_TOLD]:
        complain(_told(trouble))
    if report.rejected > _TOLD:
        complain(f"… and {report.rejected - _TOLD:,} more; list them: broadsheet status --rejected")


def _told(trouble: "Trouble") -> str:
    line = f":{trouble.line}" if trouble.line else ""
    return f"{trouble.path}{line}: {trouble.reason}"


def split(
    merge: Annotated[int, typer.Argument(help="The number of a merge: broadsheet show KEY")],
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print the two keys as JSON.")] = False,
) -> None:
    """Undo a merge: what was taken for one paper becomes two."""
    ready()
    from broadsheet.cli.follower import alongside
    from broadsheet.papers import actions

    with alongside():
        kept, new = actions.split(merge=merge)
    if as_json:
        give({"kept": kept, "new": new})
    else:
        say(f"{kept} keeps its key; what merge {merge} had joined to it is now {new}.")
