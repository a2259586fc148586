"""The folder of a local index: opening it, noticing changes, and who may write."""

import fcntl
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final, Never

import orjson
import tantivy

from broadsheet.kernel.errors import Busy, Unavailable
from broadsheet.search.engines.local.schema import register, schema

_LOCK: Final = ".tantivy-writer.lock"
META: Final = "meta.json"
_DELETIONS: Final = re.compile(r"[0-9a-f]{32}\.(\d+)\.del")  # a segment, and when it lost papers
WHAT: Final = "The search index"

# What the system says, through tantivy or at once, that making the index again would not mend.
_REMEDIES: Final = (
    (
        ("no space left", "quota exceeded", "file too large"),
        "The disk is full. Make room on it: what the index held it still holds, and it goes on.",
    ),
    (
        ("writer was killed", "input/output error"),
        "Its disk refused to write. Look at its free space, quota and health.",
    ),
    (
        ("permission denied", "read-only file system"),
        "This user cannot use its folder. Give it to the user that runs Broadsheet.",
    ),
    (
        ("too many open files",),
        "Too many files are open. Allow this user more of them (ulimit -n), then start again.",
    ),
)

Signature = tuple[int, int, int]


def signature(folder: Path) -> Signature | None:
    """Changes with every commit; None where there is no index."""
    try:
        seen = (folder / META).stat()
    except OSError:
        return None
    return seen.st_ino, seen.st_mtime_ns, seen.st_size


def open_index(folder: Path, *, making: bool = False) -> tantivy.Index:
    """Open the index in ``folder``; where there is none, one that is empty.

    Only a writer asks for ``making``: then the empty one is made in the folder, else in memory,
    so that a reader never puts an empty index over what a writer is about to fill.

    Raises Unavailable where it is damaged or of another version.
    """
    with guarded(folder):
        if making:
            folder.mkdir(parents=True, exist_ok=True)
        if making or signature(folder):
            index = tantivy.Index(schema(), str(folder), reuse=True)
        else:
            index = tantivy.Index(schema())
        register(index)
        index.config_reader("manual")
    return index


def open_writer(index: tantivy.Index, folder: Path, heap_bytes: int) -> tantivy.IndexWriter:
    """Become the one process that writes. Raises Busy where another is."""
    with guarded(folder):
        try:
            writer = index.writer(heap_bytes, 1)
        except ValueError as error:
            if "lock" not in str(error).lower():
                raise
            busy(folder)
        tidy(writer)
        return writer


def tidy(writer: tantivy.IndexWriter) -> None:
    """Remove what a commit left that did not come to its end.

    The next one may give its files the same names, and fails over one that is there.
    """
    writer.garbage_collect_files()


def drop_deletions(folder: Path) -> None:
    """Remove lists of deletions that a commit left which did not come to its end.

    Only the one who writes may ask for it, between two commits. ``tidy`` leaves some of them: one
    that a full disk kept tantivy from noting, one whose segment a thread of its still holds. A
    list bears the number of the commit that wrote it, and numbers grow: one beyond the newest
    commit is of no commit that anybody reads, and the next commit fails over it.
    """
    meta = orjson.loads((folder / META).read_bytes())
    named = {
        f"{one['segment_id'].replace('-', '')}.{one['deletes']['opstamp']}.del"
        for one in meta["segments"]
        if one["deletes"]
    }
    for path in folder.glob("*.del"):
        found = _DELETIONS.fullmatch(path.name)
        if found and int(found[1]) > meta["opstamp"] and path.name not in named:
            path.unlink(missing_ok=True)


def wipe(folder: Path) -> None:
    """Remove everything an index left in ``folder``, unless somebody writes there (Busy)."""
    if not folder.is_dir():
        return
    with (folder / _LOCK).open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            busy(folder)
        (folder / META).unlink(missing_ok=True)  # first: what is left is then no index
        for entry in folder.iterdir():
            if entry.is_file() and entry.name != _LOCK:
                entry.unlink(missing_ok=True)


def busy(folder: Path) -> Never:
    raise Busy(
        what=WHAT,
        remedy="Only one process writes to it: let that one finish or stop it, then try again.",
        folder=str(folder),
    )


def size_bytes(folder: Path) -> int:
    total = 0
    with suppress(FileNotFoundError):
        for entry in os.scandir(folder):
            with suppress(FileNotFoundError):  # merged away meanwhile
                total += entry.stat().st_size
    return total


@contextmanager
def guarded(folder: Path) -> Iterator[None]:
    """Turn what tantivy says of a damaged or foreign index into Unavailable."""
    try:
        yield
    except (OSError, ValueError, IndexError, MemoryError) as error:
        unavailable(folder, error)  # a wrong number leads beyond the end, or asks for too much
    except BaseException as error:
        # A panic inside the engine reaches Python as pyo3's own BaseException, which no module
        # exports; damaged files cause it.
        if type(error).__name__ == "PanicException":
            unavailable(folder, error)
        raise


def unavailable(folder: Path, error: BaseException) -> Never:
    said = str(error).lower()
    remedies = (remedy for words, remedy in _REMEDIES if any(word in said for word in words))
    otherwise = "Make it again from the catalogue: broadsheet index rebuild"
    raise Unavailable(
        what=WHAT, remedy=next(remedies, otherwise), folder=str(folder), reason=str(error)
    ) from error
