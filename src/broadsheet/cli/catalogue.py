"""``import``: what goes into the catalogue."""

import contextlib
import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from broadsheet.cli.output import complain, errors, give, say
from broadsheet.cli.ready import catalogue, ready
from broadsheet.kernel.errors import NotFound, Unreadable
from broadsheet.kernel.text import plural

if TYPE_CHECKING:
    from broadsheet.papers.actions import Report
    from broadsheet.sources.contract import Trouble

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
    files = _files(paths, source)
    ready()
    from broadsheet.cli.follower import alongside
    from broadsheet.papers import actions
    from broadsheet.sources import beside

    with alongside(), _progress() as show:
        report = actions.ingest(beside.read(files, source), progress=show)
    if as_json:
        told = [_told(trouble) for trouble in report.troubles]
        give({**asdict(report), "troubles": told, "catalogue": catalogue()})
    else:
        _tell(report)
    if report.rejected or report.unread:
        raise typer.Exit(Unreadable.exit)
    if not report.read:
        complain(f"{plural(len(files), 'file')} held no paper.")


def _files(paths: list[Path], source: str) -> list[Path]:
    """Every file to read. Raises NotFound or Unreadable where there is none."""
    from broadsheet.sources.registry import SOURCES
    from broadsheet.sources.registry import paths as files

    if source and source not in SOURCES:
        raise NotFound(kind="source", name=f"{source}; there are {', '.join(sorted(SOURCES))}")
    for path in paths:
        if not os.path.exists(path):  # noqa: PTH110  # unlike Path.exists it never raises
            raise NotFound(kind="file or folder", name=path)
    found = list(files(paths))
    if not found:
        where = ", ".join(map(str, paths))
        raise Unreadable(where=where, reason="there is no file in it that could hold papers")
    return found


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
    unread = f"; {plural(report.unread, 'file')} could not be read" if report.unread else ""
    say(
        f"{plural(report.read, 'record')} in {report.seconds:.1f} s: {report.new:,} new, "
        f"{report.updated:,} updated, {report.merged:,} merged, {report.unchanged:,} unchanged, "
        f"{report.rejected:,} rejected{unread}."
    )
    say(f"Catalogue: {catalogue()}")
    for trouble in report.troubles[:_TOLD]:
        complain(_told(trouble))
    if (more := report.rejected + report.unread - _TOLD) > 0:
        complain(f"… and {more:,} more; list them: broadsheet status --rejected")


def _told(trouble: "Trouble") -> str:
    line = f":{trouble.line}" if trouble.line else ""
    return f"{trouble.path}{line}: {trouble.reason}"
