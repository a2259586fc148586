"""What the database or the disk says when it fails, as an error of ours: what to do about it."""

from typing import Final

from broadsheet.kernel.errors import BroadsheetError, Busy, Unavailable

_KEPT: Final = "What was finished is kept: run the command again."
_SAID: Final = (
    (("database or disk is full", "no space left"), "The disk is full. Make room on it. " + _KEPT),
    (
        ("disk i/o error", "file too large", "quota exceeded"),
        "The disk refused to write. Look for its free space, quotas and health. " + _KEPT,
    ),
    (
        ("malformed", "not a database"),
        "Its file is damaged. Stop the server, and put a copy that broadsheet backup made in its"
        " place.",
    ),
    (
        ("readonly database", "read-only", "permission denied", "unable to open database"),
        "Its folder cannot be written by this user. Set BROADSHEET_DATA to one that can.",
    ),
)


def failure(error: Exception) -> BroadsheetError | None:
    """The error of ours for what the database or the system raised; None for any other."""
    from django.conf import settings
    from django.db import DatabaseError

    if not isinstance(error, (DatabaseError, OSError)):
        return None
    line = str(error).strip().partition("\n")[0].rstrip(".")
    told = line.lower()
    if "database is locked" in told:
        return Busy(what="The catalogue", remedy="Let that one finish, then try again.")
    for words, remedy in _SAID:
        if any(word in told for word in words):
            what = f"The catalogue in {settings.DATA}"
            return Unavailable(what=what, remedy=remedy, reason=line)
    return Unavailable(what="The catalogue", remedy=f"{line}. Try: broadsheet check", reason=line)
