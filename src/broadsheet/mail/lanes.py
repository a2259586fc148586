"""Whose turn it is: messages by receiving domain, each at its pace. Plain Python."""

from collections import deque
from collections.abc import Iterable
from heapq import heapify, heappop, heappush, heapreplace


class Lanes:
    """One lane a domain; a domain that has to wait never holds up another.

    Times are seconds of a clock that nobody sets. ``rate`` and ``domain_rate`` are messages in a
    second: in all, and to one domain.
    """

    def __init__(self, *, rate: float, domain_rate: float) -> None:
        self._gap_s, self._domain_gap_s = 1 / rate, 1 / domain_rate
        self._free_s = 0.0
        self._ready_s: dict[str, float] = {}
        self._lanes: dict[str, deque[int]] = {}
        self._heads: list[tuple[float, int, str]] = []  # when, place of its lane, domain

    def load(self, due: Iterable[tuple[int, str]], now_s: float) -> None:
        """Take these (number, domain), in this order, in place of whatever was held.

        The paces stay.
        """
        self._ready_s = {name: at for name, at in self._ready_s.items() if at > now_s}
        self._lanes = {}
        for number, domain in due:
            self._lanes.setdefault(domain, deque()).append(number)
        self._heads = [
            (self._ready_s.get(domain, 0.0), place, domain)
            for place, domain in enumerate(self._lanes)
        ]
        heapify(self._heads)

    def wait_s(self, now_s: float) -> float | None:
        """Seconds until the next may go; None where none is held."""
        while self._heads:
            at, place, domain = self._heads[0]
            ready = self._ready_s.get(domain, 0.0)
            if ready <= at:
                return max(0.0, max(at, self._free_s) - now_s)
            heapreplace(self._heads, (ready, place, domain))
        return None

    def take(self, now_s: float) -> tuple[int, str]:
        """The next, as (number, domain), once ``wait_s`` is over."""
        _, place, domain = heappop(self._heads)
        number = self._lanes[domain].popleft()
        self._free_s = now_s + self._gap_s
        self._ready_s[domain] = ready = now_s + self._domain_gap_s
        if self._lanes[domain]:
            heappush(self._heads, (ready, place, domain))
        return number, domain

    def shut(self, domain: str, until_s: float) -> None:
        """Let nothing go to a domain until then."""
        self._ready_s[domain] = until_s
