"""When things are due: cron expressions in a time zone, waits after a failure, silence."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from cronsim import CronSim, CronSimError

from broadsheet.kernel.errors import BadOption

LONGEST_WAIT_S: Final = 3_600
_FIELDS: Final = 5
_ANY_DAY: Final = datetime(2000, 1, 1, tzinfo=UTC)
# More than any change of clocks but a move across the date line.
_FOLD: Final = timedelta(hours=3)


def check(cron: str, zone: str) -> None:
    """Raises BadOption where a schedule has no such zone or will never be due."""
    _zone(zone)
    reason = ""
    try:
        if next(CronSim(cron, _ANY_DAY), None) is None:
            reason = "no day is ever like that"
    except CronSimError as error:
        reason = str(error).lower()
    if len(cron.split()) != _FIELDS:
        reason = "minute, hour, day, month and weekday are five words"
    if reason:
        raise BadOption(option=f"The schedule “{cron}”", reason=reason)


@lru_cache(maxsize=64)
def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (LookupError, ValueError, OSError):
        reason = "this machine knows no such zone; they are written as Europe/Paris or UTC"
        raise BadOption(option=f"The time zone “{name}”", reason=reason) from None


def latest_due(cron: str, zone: str, now: datetime) -> datetime | None:
    """The newest time at or before ``now``, in UTC; None where there never was one.

    Where clocks change: a time of day that is left out comes at the first minute that exists
    (02:30 at 03:00), one that comes twice counts the first time. Expressions with ``*`` for the
    hour, or for the minute, tell a pace and go by real time, as in Debian's cron.
    """
    local = now.astimezone(_zone(zone))
    # In the hour that comes a second time wall clocks stand before what was due the first time.
    start = now + (_FOLD if local.fold else timedelta(seconds=1))
    dues = CronSim(cron, start.astimezone(_zone(zone)), reverse=True)
    return next((due.astimezone(UTC) for due in dues if due.astimezone(UTC) <= now), None)


def next_due(cron: str, zone: str, now: datetime) -> datetime | None:
    """The first time after ``now``, in UTC, by the same rules; None where none is to come."""
    dues = CronSim(cron, now.astimezone(_zone(zone)))
    return next((due.astimezone(UTC) for due in dues if due.astimezone(UTC) > now), None)


def wait_s(attempt: int, *, first_s: float, draw: float) -> float:
    """Seconds to wait after a failed attempt (1, 2, …): three times as long each time.

    ``draw`` in [0, 1) takes off up to half, so that what failed together does not return
    together. Never more than an hour.
    """
    whole = min(first_s * 3.0 ** (attempt - 1), LONGEST_WAIT_S)
    return whole * (1 - draw / 2)


class Silence:
    """Tells which runs have not been heard of for ``limit_s``.

    By a clock that nobody sets: time between looks, not the time of day that workers wrote.
    """

    def __init__(self, limit_s: float) -> None:
        self._limit_s = limit_s
        self._heard: dict[str, tuple[int, float]] = {}

    def silent(self, beats: Mapping[str, int], now_s: float) -> list[str]:
        """The runs whose beats have stood still, as seen from look to look."""
        old = self._heard
        self._heard = {
            run: old[run] if run in old and old[run][0] == count else (count, now_s)
            for run, count in beats.items()
        }
        return [run for run, (_, at) in self._heard.items() if now_s - at >= self._limit_s]
