"""How long to wait before asking again: what an answer says of it, and what we say ourselves.

Plain arithmetic. Sources: RFC 9110 §10.2.3 (Retry-After), the drafts of the RateLimit fields
(draft-ietf-httpapi-ratelimit-headers-09), GitHub's x-ratelimit fields.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final

SHORTEST_S: Final = 1.0
LONGEST_S: Final = 24 * 3600.0

_DIGITS: Final = r"[0-9]{1,12}"
_RATE: Final = re.compile(rf";\s*([rt])\s*=\s*({_DIGITS})")


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How often one thing is asked for, and how long we wait in between, in seconds.

    ``longest_wait_s``: who must wait longer than this gives up for now, and is told until when.
    """

    tries: int = 5
    base_s: float = 5.0
    cap_s: float = 600.0
    longest_wait_s: float = 120.0

    def pause(self, tried: int, uniform: Callable[[float, float], float]) -> float:
        """Seconds to wait after the ``tried``-th try (from 1): exponential, with full jitter.

        Source: Brooker, "Exponential Backoff and Jitter", AWS Architecture Blog, 2015.
        """
        return uniform(0.0, min(self.cap_s, self.base_s * 2 ** min(tried - 1, 64)))


def asked_wait(headers: Mapping[str, str], now: datetime) -> float | None:
    """Seconds that an answer asks us to wait, from 1 s to 24 h; None where it does not say.

    Retry-After comes first, then an allowance of requests that is used up. Times of day are
    read by the clock of whoever wrote them (its Date), so a clock that is wrong does no harm.
    """
    wait = _retry_after(headers.get("retry-after", ""), _theirs(headers, now))
    return used_up(headers, now) if wait is None else _bounded(wait)


def counts_requests(headers: Mapping[str, str]) -> bool:
    """Whether an answer tells how many requests are left."""
    return "x-ratelimit-remaining" in headers or "ratelimit" in headers


def used_up(headers: Mapping[str, str], now: datetime) -> float | None:
    """Seconds until there is a new allowance, if the answer says that this one is used up."""
    theirs = _theirs(headers, now)
    waits = []
    reset = headers.get("x-ratelimit-reset", "")
    if headers.get("x-ratelimit-remaining") == "0" and re.fullmatch(_DIGITS, reset):
        waits.append(int(reset) - theirs.timestamp())
    for allowance in headers.get("ratelimit", "").split(","):
        said = {name: int(value) for name, value in _RATE.findall(allowance)}
        if said.get("r") == 0 and "t" in said:
            waits.append(said["t"])
    return _bounded(max(waits)) if waits else None


def _bounded(wait: float) -> float:
    return min(max(wait, SHORTEST_S), LONGEST_S)


def _theirs(headers: Mapping[str, str], now: datetime) -> datetime:
    return _moment(headers.get("date", "")) or now


def _retry_after(value: str, now: datetime) -> float | None:
    if re.fullmatch(_DIGITS, value):
        return int(value)
    then = _moment(value)
    return None if then is None else (then - now).total_seconds()


def _moment(value: str) -> datetime | None:
    """A date of HTTP, in any of its three forms; None for anything else."""
    try:
        moment = parsedate_to_datetime(value)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment
