"""``mail read``: bounces and complaints that come back to a mailbox."""

import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Final

import typer

from broadsheet.cli.output import say
from broadsheet.cli.ready import ready
from broadsheet.kernel.errors import NotFound
from broadsheet.kernel.text import plural

_STDIN: Final = "-"
_READ_AT_MOST: Final = 64 * 1024 * 1024  # a mailbox; of each mail its beginning is enough


def read(
    paths: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[FILE|FOLDER|-]...",
            help="Mails, mailboxes, Maildirs or folders of mails; - or nothing is standard input.",
        ),
    ] = None,
) -> None:
    """Take in bounces and complaints that came back by mail; everything else is left alone.

    Of a Maildir, new mail is read and marked as seen. Reading the same mail twice changes nothing.
    """
    ready()
    from broadsheet.mail import outcomes, reports

    told: Counter[str] = Counter()
    for raw in (raw for path in paths or [_STDIN] for raw in _files(path)):
        for mail in reports.mails(raw):
            found = reports.read(mail)
            told["mails"] += 1
            told["no report"] += not found
            told.update(outcomes.take(report) for report in found)
    say(
        f"{plural(told['mails'], 'mail')} read:"
        f" {told['taken']:,} told something new of a letter,"
        f" {told['known']:,} something known, {told['strange']:,} were about no letter of ours,"
        f" {told['no report']:,} were no reports."
    )


def _files(path: str) -> Iterator[bytes]:
    if path == _STDIN:
        yield sys.stdin.buffer.read(_READ_AT_MOST)
        return
    place = Path(path)
    if (place / "new").is_dir() and (place / "cur").is_dir():
        yield from _new(place)
    elif place.is_dir():
        for file in sorted(place.iterdir()):
            if file.is_file() and not file.name.startswith("."):
                yield _content(file)
    elif place.is_file():
        yield _content(place)
    else:
        raise NotFound(kind="file or folder", name=path)


def _content(file: Path) -> bytes:
    with file.open("rb") as opened:
        return opened.read(_READ_AT_MOST)


def _new(place: Path) -> Iterator[bytes]:
    """The new mails of a Maildir, each moved to those that were seen once it is taken in."""
    for file in sorted((place / "new").iterdir()):
        if not file.name.startswith("."):
            yield _content(file)
            file.rename(place / "cur" / f"{file.name}:2,S")
