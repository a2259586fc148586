"""Whose turn it is: messages by receiving domain, each at its pace. Plain Python."""

from collections import deque
from collections.abc import Iterable
from heapq import heappop, heappush


class Lanes:
    """One lane a domain. Whatever was first goes first, unless its domain has to wait: then the
    others pass it.

    Times are seconds of a clock that nobody sets. ``rate`` and ``domain_rate`` are messages in a
    second: in all, and to one domain.
    """

    def __init__(self, *, rate: float, domain_rate: float) -> None:
        self._gap_s, self._domain_gap_s = 1 / rate, 1 / domain_rate
        self._free_s = 0.0
        self._ready_s: dict[str, float] = {}
        self._lanes: dict[str, deque[tuple[int, int]]] = {}  # place among all, number
        self._waiting: list[tuple[float, str]] = []  # until when, domain
        self._ready: list[tuple[int, str]] = []  # place of its first, domain

    def load(self, due: Iterable[tuple[int, str]], now_s: float) -> None:
        """Take these (number, domain), in this order, in place of whatever was held.

        The paces stay.
        """
        self._ready_s = {name: at for name, at in self._ready_s.items() if at > now_s}
        self._lanes, self._waiting, self._ready = {}, [], []
        for place, (number, domain) in enumerate(due):
            self._lanes.setdefault(domain, deque()).append((place, number))
        for domain in self._lanes:
            heappush(self._waiting, (self._ready_s.get(domain, 0.0), domain))

    def wait_s(self, now_s: float) -> float | None:
        """Seconds until the next may go; None where none is held."""
        while self._waiting and self._waiting[0][0] <= now_s:
            domain = heappop(self._waiting)[1]
            heappush(self._ready, (self._lanes[domain][0][0], domain))
        if self._ready:
            return max(0.0, self._free_s - now_s)
        if self._waiting:
            return max(self._waiting[0][0], self._free_s) - now_s
        return None

    def take(self, now_s: float) -> tuple[int, str]:
        """The next, as (number, domain), once ``wait_s`` gave 0."""
        _, domain = heappop(self._ready)
        _, number = self._lanes[domain].popleft()
        self._free_s = now_s + self._gap_s
        self._rest(domain, now_s + self._domain_gap_s)
        return number, domain

    def shut(self, domain: str, until_s: float) -> None:
        """Let nothing go to a domain until then. It was the last that was taken."""
        self._waiting = sorted(entry for entry in self._waiting if entry[1] != domain)
        self._rest(domain, until_s)

    def _rest(self, domain: str, until_s: float) -> None:
        self._ready_s[domain] = until_s
        if self._lanes[domain]:
            heappush(self._waiting, (until_s, domain))
