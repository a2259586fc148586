"""What a status means: to be read, to be followed, to be asked again, or never."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Final, Literal

from broadsheet.net.waiting import LONGEST_S, asked_wait, counts_requests, used_up

_MOVED: Final = (301, 302, 303, 307, 308)
_GONE: Final = (404, 410, 451)
_SLOWER: Final = (429, 503)
_MAY_PASS: Final = (408, 425)
_MINUTE_S: Final = 60.0

What = Literal["answer", "moved", "gone", "again", "refused"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """``wait_s``: how long it asks us to wait, None if it does not; ``rests``: all of us."""

    what: What
    wait_s: float | None = None
    rests: bool = False


def verdict(status: int, headers: Mapping[str, str], now: datetime) -> Verdict:
    """Judge an answer by its status and what its headers say of waiting."""
    wait = asked_wait(headers, now)
    if status in (200, 304):
        wait = used_up(headers, now)
        return Verdict(what="answer", wait_s=wait, rests=wait is not None)
    if status in _MOVED and headers.get("location"):
        return Verdict(what="moved", wait_s=wait if "retry-after" in headers else None)
    if status == 403:
        return _forbidden(headers, wait)
    if status in _SLOWER or status in _MAY_PASS or status >= 500:
        return Verdict(what="again", wait_s=wait, rests=status in _SLOWER or wait is not None)
    return Verdict(what="gone" if status in _GONE else "refused")


def _forbidden(headers: Mapping[str, str], wait: float | None) -> Verdict:
    """Access denied: asking on would look like an attack, so nobody asks for a day.

    Where the answer says how long, as an allowance used up does, that is enough; where it
    counts requests and has some left, it is this one thing that is closed, or a burst.
    """
    if wait is not None:
        return Verdict(what="again", wait_s=wait, rests=True)
    wait = _MINUTE_S if counts_requests(headers) else LONGEST_S
    return Verdict(what="refused", wait_s=wait, rests=True)


def phrase(status: int) -> str:
    """What a status is called, in brackets behind a space; "" for one that nobody knows."""
    try:
        return f" ({HTTPStatus(status).phrase})"
    except ValueError:
        return ""
