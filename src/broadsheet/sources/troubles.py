"""Making Troubles: one clear sentence with file and line for what could not be read."""

import os
from pathlib import Path
from typing import Final

from broadsheet.kernel.errors import Unreadable
from broadsheet.sources.contract import Trouble
from broadsheet.sources.values import Broken, Garbled

_KEPT: Final = 64 * 1024


def shown(path: Path) -> str:
    """A path as text, whatever bytes its name is made of; PostgreSQL takes no NUL."""
    return os.fsencode(path).decode("utf-8", "replace").replace("\0", "\ufffd")


def broken(
    source: str, path: Path, reason: str, *, line: int = 0, raw: bytes = b"", source_id: str = ""
) -> Trouble:
    """A Trouble that leaves the rest of the file to be read."""
    return Trouble(
        path=shown(path),
        line=line,
        reason=reason,
        source=source,
        source_id=source_id,
        raw=raw[:_KEPT],
    )


def received(
    source: str, url: str, reason: str | Broken, *, raw: bytes = b"", source_id: str = ""
) -> Trouble:
    """A Trouble with one record of what an upstream answered."""
    return Trouble(
        path=url,
        line=0,
        reason=str(reason),
        source=source,
        source_id=source_id,
        raw=raw[:_KEPT],
        garbled=isinstance(reason, Garbled),
    )


def fatal(source: str, path: Path, reason: str) -> Trouble:
    """A Trouble after which nothing of the file can be read."""
    return Trouble(path=shown(path), line=0, reason=reason, source=source, fatal=True)


def unreadable(source: str, path: Path, error: Unreadable) -> Trouble:
    """What a broken stream becomes."""
    return fatal(source, path, str(error.facts["reason"]))
