"""When a subscription is due, and what it is in words."""

from datetime import datetime
from typing import Final

from broadsheet.jobs import rules as times

DAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

_WHEN: Final = {
    "announced": "every announcement day",
    "weekdays": "Monday to Friday",
    "weekly": "every {day}",
    "monthly": "on the first of every month",
    "at_once": "as soon as something new matches",
}
_NEW: Final = "on days with new matches"
_GATHERED: Final = "*/15 * * * *"  # what comes within a quarter of an hour comes in one letter


def next_due(cadence: str, *, weekday: int, hour: int, zone: str, after: datetime) -> datetime:
    """When a subscription is to be looked at next: the first time after ``after``, in UTC.

    On a day whose clocks leave the hour out it is the first minute that there is; where the hour
    comes twice, its first. ``at_once`` is due every quarter of an hour.

    Args:
        cadence: one of ``Cadence``.
        weekday: from Monday, 0; counts for ``weekly`` alone.
        hour: 0 to 23 by the clocks of ``zone``.
        zone: an IANA name.
        after: aware.

    Raises:
        BadOption: this machine knows no such zone.
    """
    due = times.next_due(_cron(cadence, weekday, hour), zone, after)
    if due is None:  # no expression of ours is like that
        raise ValueError(f"{cadence} is never due")
    return due


def _cron(cadence: str, weekday: int, hour: int) -> str:
    days = {
        "announced": "* * *",
        "weekdays": "* * 1-5",
        "weekly": f"* * {(weekday + 1) % 7}",  # there Sunday is 0
        "monthly": "1 * *",
    }
    return _GATHERED if cadence == "at_once" else f"0 {hour} {days[cadence]}"


def said(
    title: str, cadence: str, *, weekday: int, hour: int, zone: str, is_search: bool = False
) -> str:
    """A subscription in words, as part of a sentence. A search is no day's edition.

    >>> said("the front page of Robotics", "weekly", weekday=0, hour=7, zone="Europe/Berlin")
    'the front page of Robotics, every Monday at 7:00, Europe/Berlin'
    """
    when = _WHEN[cadence].format(day=DAYS[weekday])
    if is_search and cadence == "announced":
        when = _NEW
    if cadence == "at_once":
        return f"{title}, {when}"
    return f"{title}, {when} at {hour}:00, {zone.replace('_', ' ')}"
