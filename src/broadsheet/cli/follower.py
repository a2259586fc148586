"""The follower as a process of its own, beside a server or an import."""

import contextlib
import subprocess
import sys
from collections.abc import Iterator

from broadsheet.cli.output import complain
from broadsheet.kernel.errors import Unavailable

_PATIENCE_S = 60.0


def start() -> "subprocess.Popen[bytes]":
    """Start a follower that ends when this process does, however it ends.

    It reads its standard input, which closes with us; and it is out of reach of Ctrl-C.
    """
    command = [sys.executable, "-m", "broadsheet", "index", "follow"]
    return subprocess.Popen(command, stdin=subprocess.PIPE, start_new_session=True)  # noqa: S603  # ours


@contextlib.contextmanager
def alongside() -> Iterator[None]:
    """Follow the change log while the block runs, and until the index has caught up.

    Where a server follows already, it does the work and we wait for it. Trouble with the index
    is told and not raised: the catalogue has everything, and the index is made from it.
    """
    from broadsheet.editions.follow import wait_until_current

    process = start()
    try:
        yield
        try:
            if not wait_until_current(patience_s=_PATIENCE_S):
                complain("The index is not current yet; it goes on when the server runs.")
        except Unavailable as error:
            complain(error.user_message)
    finally:
        if process.stdin:
            process.stdin.close()
        process.wait()
