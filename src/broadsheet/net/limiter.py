"""Turns within one process: for a command that runs alone, and for tests."""

import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from threading import Lock

from broadsheet.kernel import clock
from broadsheet.kernel.errors import NotAsked
from broadsheet.net.pace import bucket, pause


class ProcessLimiter:
    """The Limiter of the contract, in memory: nobody outside of this process knows of it."""

    def __init__(self, *, sleep: Callable[[float], None] = time.sleep) -> None:
        self._sleep = sleep
        self._turns: defaultdict[str, Lock] = defaultdict(Lock)
        self._free_at: dict[str, float] = {}
        self._rests: dict[str, tuple[datetime, str]] = {}

    @contextmanager
    def turn(self, host: str) -> Iterator[None]:
        """Wait for the one connection to this host and hold it. Raises NotAsked if it rests."""
        name = bucket(host)
        self._refuse_if_resting(name, host)
        with self._turns[name]:
            self._refuse_if_resting(name, host)
            wait = self._free_at.get(name, 0.0) - time.monotonic()
            if wait > 0:
                self._sleep(wait)
            try:
                yield
            finally:
                self._free_at[name] = time.monotonic() + pause(host).total_seconds()

    def rest(self, host: str, until: datetime, reason: str) -> None:
        """Nobody asks this host before ``until``; a longer rest stays."""
        name = bucket(host)
        if name not in self._rests or self._rests[name][0] < until:
            self._rests[name] = until, reason

    def _refuse_if_resting(self, name: str, host: str) -> None:
        until, reason = self._rests.get(name, (None, ""))
        if until and until > clock.now():
            told = f"it rests until {until:%Y-%m-%d %H:%M} UTC, {reason}"
            raise NotAsked(host=host, reason=told, again_at=until)
