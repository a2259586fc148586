"""Turns between the processes of a run: what is marked ``alone`` runs while no other test does."""

import fcntl
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_GATE, _ROOM = 0, 1  # bytes of a file, locked one by one


class Turns:
    """What the processes of one run share; each has one of its own."""

    def __init__(self, run: str) -> None:
        self._path = Path(tempfile.gettempdir()) / f"broadsheet-turns-{run}"
        self._file = self._path.open("w+b")

    @contextmanager
    def taken(self, *, alone: bool) -> Iterator[None]:
        """Wait until nobody is alone, or until nobody else is there."""
        self._lock(fcntl.LOCK_EX, _GATE)  # so that whoever waits to be alone is not overtaken
        self._lock(fcntl.LOCK_EX if alone else fcntl.LOCK_SH, _ROOM)
        self._lock(fcntl.LOCK_UN, _GATE)
        try:
            yield
        finally:
            self._lock(fcntl.LOCK_UN, _ROOM)

    def close(self) -> None:
        self._file.close()
        self._path.unlink(missing_ok=True)  # the others have it open

    def _lock(self, how: int, place: int) -> None:
        fcntl.lockf(self._file, how, 1, place)
