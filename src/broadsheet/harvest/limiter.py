"""The turns of every host, kept in the database: one row a host for the whole instance.

``net`` asks for a turn before each request. Whoever asks, from whatever process or machine,
takes the turn by one statement, so two can never hold it.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Final

from broadsheet.harvest import leases
from broadsheet.harvest.models import LONG_AGO, Host
from broadsheet.kernel import clock
from broadsheet.kernel.errors import NotAsked
from broadsheet.net.pace import bucket, pause

LONGEST_REST: Final = timedelta(hours=24)
_LOOK_AGAIN_S: Final = 0.25
_FORGOTTEN: Final = timedelta(days=30)


class Turns:
    """The Limiter of ``net.contract``. ``sleep`` is how it waits, in seconds."""

    def __init__(self, *, sleep: Callable[[float], None] = time.sleep) -> None:
        self._sleep = sleep

    @contextmanager
    def turn(self, host: str) -> Iterator[None]:
        """Wait for the one connection to this host and hold it. Raises NotAsked if it rests."""
        name = bucket(host)[:120]
        holder = leases.new_holder()
        moment = _Moment()
        while wait := _wait(name, host, holder, moment.now()):
            self._sleep(wait)
        try:
            yield
        finally:
            # The pause counts from the end of a request, so that a slow answer is no excuse.
            after = clock.now() + pause(host)
            Host.objects.filter(name=name, holder=holder).update(holder="", next_at=after)

    def rest(self, host: str, until: datetime, reason: str) -> None:
        """Nobody asks this host before ``until``, or for a day where that is later."""
        until = min(until, clock.now() + LONGEST_REST)
        row, _ = Host.objects.get_or_create(name=bucket(host)[:120])
        rows = Host.objects.filter(pk=row.pk, rests_until__lt=until)
        rows.update(rests_until=until, reason=reason)


class _Moment:
    """The present, which goes on while we wait even if the clock is held or set back."""

    def __init__(self) -> None:
        self._began, self._started = clock.now(), time.monotonic()

    def now(self) -> datetime:
        passed = timedelta(seconds=time.monotonic() - self._started)
        return max(clock.now(), self._began + passed)


def _wait(name: str, host: str, holder: str, now: datetime) -> float:
    """Take the turn if it is free now: 0; else the seconds after which to try again."""
    rest = pause(host)
    rows = Host.objects.filter(name=name)
    free = rows.filter(leases.free(now), next_at__lte=now, rests_until__lte=now)
    if free.update(holder=holder, held_until=now + leases.LEASE, next_at=now + rest):
        return 0
    row, made = Host.objects.get_or_create(name=name)
    if made:
        _forget(now)
        return 0.001
    if row.rests_until > now:
        _refuse(row, host, now)
    if row.next_at > now + rest:  # promised by a clock that was ahead
        rows.filter(next_at=row.next_at).update(next_at=now + rest)
        return max(rest.total_seconds(), 0.001)
    if leases.release_lost(row, now):  # in the middle of a request, perhaps a moment ago
        rows.update(next_at=now + rest)
        return max(rest.total_seconds(), 0.001)
    return _LOOK_AGAIN_S if row.holder else max((row.next_at - now).total_seconds(), 0.001)


def _forget(now: datetime) -> None:
    """Drop hosts that nobody has asked for long: redirects may lead to ever new ones."""
    idle = Host.objects.filter(leases.free(now), next_at__lt=now - _FORGOTTEN, rests_until__lt=now)
    idle.exclude(next_at=LONG_AGO).delete()


def _refuse(row: Host, host: str, now: datetime) -> None:
    until = min(row.rests_until, now + LONGEST_REST)
    if until < row.rests_until:  # promised by a clock that was ahead
        Host.objects.filter(pk=row.pk, rests_until=row.rests_until).update(rests_until=until)
    reason = f"it rests until {until:%Y-%m-%d %H:%M} UTC, {row.reason or 'as it asked for'}"
    raise NotAsked(host=host, reason=reason, again_at=until)
