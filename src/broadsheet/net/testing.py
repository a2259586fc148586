"""Shipped with the package: a limiter that never makes anybody wait, and a client that has it."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from broadsheet.net.addresses import Checks
from broadsheet.net.client import HttpClient
from broadsheet.net.connection import Network, Timeouts
from broadsheet.net.exchange import Means

AGENT = "Broadsheet/test (mailto:ada@example.org)"


class Unhurried:
    """A Limiter that gives every turn at once and remembers all that it was told."""

    def __init__(self) -> None:
        self.turns: list[str] = []
        self.rests: list[tuple[str, datetime, str]] = []
        self.held: list[str] = []

    @contextmanager
    def turn(self, host: str) -> Iterator[None]:
        """Take a turn; one at a time, or the test fails."""
        assert host not in self.held, f"two connections to {host} at once"
        self.turns.append(host)
        self.held.append(host)
        try:
            yield
        finally:
            self.held.remove(host)

    def rest(self, host: str, until: datetime, reason: str) -> None:
        """Remember it."""
        self.rests.append((host, until, reason))


class QuickClient(HttpClient):
    """The real client for a server on this machine: its waits take no time and are kept.

    ``waits`` are the seconds it would have waited; chance gives the most it may give.
    """

    def __init__(
        self,
        *allowed: str,
        network: Network | None = None,
        timeouts: Timeouts | None = None,
    ) -> None:
        self.waits: list[float] = []
        self.limiter = Unhurried()
        means = Means(
            checks=Checks(allowed=allowed or ("127.0.0.1",)),
            timeouts=timeouts or Timeouts(),
            network=network or Network(),
        )
        super().__init__(
            AGENT, self.limiter, means, sleep=self.waits.append, uniform=lambda _, most: most
        )
