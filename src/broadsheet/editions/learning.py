"""Learning what suggestions are made of, in the idle moments of whoever follows the changes.

It happens in a process of its own: what it takes, some hundred megabytes, is given back when that
ends, and the follower goes on meanwhile.
"""

import logging
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Final

from broadsheet.editions import index
from broadsheet.papers import queries
from broadsheet.search.contract import Backend, Document

log = logging.getLogger(__name__)

COMMAND: Final = (sys.executable, "-m", "broadsheet", "index", "learn")
"""Learns for the index in use; ends early when its standard input closes."""

_CHUNK: Final = 200  # papers read at once
_REST: Final = 50  # times as long as it took: learning costs at most a fiftieth of one core
_LEAST_REST_S: Final = 2.0
_PATIENCE_S: Final = 10.0


class Learner:
    """Has learning begin when the index has moved on and enough time has gone by."""

    def __init__(self, backend: Backend, command: Sequence[str] = COMMAND) -> None:
        self._backend = backend
        self._command = command
        self._process: subprocess.Popen[bytes] | None = None
        self._began = self._again = 0.0

    def look(self) -> bool:
        """Begin if it is time, or see how it ended; never waits. Says whether it is under way.

        Where it fails, as on a full disk, searching goes on without; the process has said why.
        """
        if self._process is None:
            now, upto = time.monotonic(), self._backend.upto()
            if now >= self._again and upto and self._backend.learned() != upto:
                self._began = now
                self._process = subprocess.Popen(self._command, stdin=subprocess.PIPE)  # noqa: S603  # ours
        elif (code := self._process.poll()) is not None:
            self.close()
            ended = time.monotonic()
            self._again = ended + max(_LEAST_REST_S, _REST * (ended - self._began))
            if code:
                log.warning("suggestions.failed", extra={"facts": {"exit": code}})
        return self._process is not None

    def close(self) -> None:
        """End it, and wait until it is gone."""
        if self._process is None:
            return
        with self._process as process:
            if process.poll() is None:
                process.terminate()
                try:
                    process.wait(_PATIENCE_S)
                except subprocess.TimeoutExpired:
                    process.kill()
        self._process = None


class Ended(Exception):
    """Nobody waits for it any more: what was learned so far is given up."""


def learn(backend: Backend, stop: Callable[[], bool] = lambda: False) -> None:
    """Learn now from everything the catalogue holds.

    Raises Ended as soon as ``stop`` says so, Unavailable where the disk takes no more.
    """
    backend.learn(_papers(stop), backend.upto())


def learn_in_use(stop: Callable[[], bool]) -> None:
    """Learn for the index in use; raises as ``learn`` does."""
    backend = index.opened(index.folder())
    try:
        learn(backend, stop)
    finally:
        backend.close()


def _papers(stop: Callable[[], bool]) -> Iterator[Document]:
    number = 0
    while chunk := queries.texts_after(number, limit=_CHUNK):
        if stop():
            raise Ended
        for text in chunk:
            yield Document(
                key=text.key,
                title=text.title,
                abstract=text.abstract,
                authors=text.authors,
                categories=text.categories,
            )
        number = chunk[-1].number
