"""The records of files; those of large files are read by a process of its own.

Reading is a quarter of the work of an import, and Python does one thing at a time: read beside
it, a million papers are taken in a quarter less time. That process knows no catalogue. It is
given the names of the files, gives lists of records, an empty one last, and ends with whoever
asked it: by then its pipe is broken.
"""

import itertools
import pickle
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from broadsheet.kernel.errors import Unavailable
from broadsheet.sources.contract import Record, Trouble
from broadsheet.sources.registry import recognise

_LARGE: Final = 2_000_000  # bytes: reading less takes no longer than such a process to begin
_AT_ONCE: Final = 500  # records

Items = Iterator[Record | Trouble]


def read(files: Sequence[Path], source: str = "") -> Items:
    """The records of these files, and what could not be read of them, in order.

    Each is read as what it looks like, or as ``source``. Raises NotFound for a name no source
    has, Unavailable where the process that reads was ended by somebody else.
    """
    return (_beside if sum(map(_size, files)) > _LARGE else _here)(files, source)


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:  # whoever reads it says what is wrong
        return 0


def _here(files: Sequence[Path], source: str) -> Items:
    for path in files:
        found = recognise(path, name=source)
        if isinstance(found, Trouble):
            yield found
        else:
            yield from found.read(path)


def _beside(files: Sequence[Path], source: str) -> Items:
    command = [sys.executable, "-m", "broadsheet.sources.beside"]
    # Ctrl-C is for whoever writes the records: it stops between two batches.
    with subprocess.Popen(  # noqa: S603  # ours
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True
    ) as process:
        asked, told = process.stdin, process.stdout
        if asked is None or told is None:
            return
        try:
            with asked:
                pickle.dump((list(files), source), asked)
            while batch := pickle.load(told):  # noqa: S301  # from ourselves
                yield from batch
        except (EOFError, BrokenPipeError, pickle.UnpicklingError):
            remedy = "What was taken is kept: run the same command again."
            what = f"The process that reads the files (it ended with {process.wait()})"
            raise Unavailable(what=what, remedy=remedy) from None
        finally:
            process.kill()


def _serve() -> None:
    """Read what standard input names, and give it to standard output."""
    files, source = pickle.load(sys.stdin.buffer)  # noqa: S301  # from ourselves
    told, items = sys.stdout.buffer, _here(files, source)
    while batch := list(itertools.islice(items, _AT_ONCE)):
        told.write(pickle.dumps(batch, pickle.HIGHEST_PROTOCOL))
        told.flush()
    pickle.dump([], told)


if __name__ == "__main__":
    try:
        _serve()
    except BrokenPipeError:
        sys.stderr.close()  # nobody wants the rest: no word about it at the end
