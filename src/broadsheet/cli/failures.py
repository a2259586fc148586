"""What the database or the disk says when it fails, as an error of ours: what to do about it."""

import os
from pathlib import Path
from typing import Final

from broadsheet.kernel.errors import BroadsheetError, Busy, Unavailable

_KEPT: Final = "What was finished is kept: run the command again."
_SAID: Final = (
    (("disk is full", "no space left"), f"The disk is full. Make room on it. {_KEPT}"),
    (
        ("disk i/o error", "file too large", "quota exceeded"),
        f"The disk refused to write. Look at its free space, quota and health. {_KEPT}",
    ),
    (
        ("malformed", "not a database"),
        "Its file is damaged. Stop the server and put a copy made by broadsheet backup there.",
    ),
    (
        (
            "readonly database",
            "read-only file system",
            "permission denied",
            "unable to open database",
        ),
        "This user cannot write there. Set BROADSHEET_DATA to a folder that can be written.",
    ),
)


def failure(error: Exception) -> BroadsheetError | None:
    """The error of ours for what the database or the system raised; None for any other."""
    from django.conf import settings
    from django.db import DatabaseError

    if not settings.configured or not isinstance(error, (DatabaseError, OSError)):
        return None
    if isinstance(error, OSError) and (path := _elsewhere(error, settings.DATA)):
        return Unavailable(what=f"The file {path}", remedy=f"{error.strerror}.")
    line = str(error).strip().partition("\n")[0].rstrip(".")
    told = line.lower()
    if "database is locked" in told:
        return Busy(what="The catalogue", remedy="Let that one finish, then try again.")
    part = "catalogue in" if isinstance(error, DatabaseError) else "data folder"
    for words, remedy in _SAID:
        if any(word in told for word in words):
            return Unavailable(what=f"The {part} {settings.DATA}", remedy=remedy, reason=line)
    what = "The catalogue" if isinstance(error, DatabaseError) else f"The {part} {settings.DATA}"
    return Unavailable(what=what, remedy=f"{line}. Try: broadsheet check", reason=line)


def _elsewhere(error: OSError, data: Path) -> str:
    """The file the system names where that is none of the data folder's, else ""."""
    if error.filename is None or error.strerror is None:
        return ""
    path = os.path.abspath(os.fsdecode(error.filename))  # noqa: PTH100  # takes any name
    return "" if Path(path).is_relative_to(data) else path
