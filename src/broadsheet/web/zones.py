"""The time zones that forms offer, and times by their clocks."""

from datetime import datetime
from functools import cache
from html import escape
from itertools import groupby
from typing import Final
from zoneinfo import ZoneInfo

from django.utils.safestring import SafeString

from broadsheet.digest.subscriptions import wishes
from broadsheet.kernel import words

_REGIONS: Final = (
    "Africa",
    "America",
    "Antarctica",
    "Asia",
    "Atlantic",
    "Australia",
    "Europe",
    "Indian",
    "Pacific",
)
_SHORT: Final = (
    "America/Anchorage",
    "America/Argentina/Buenos_Aires",
    "America/Chicago",
    "America/Denver",
    "America/Los_Angeles",
    "America/Mexico_City",
    "America/New_York",
    "America/Sao_Paulo",
    "Africa/Cairo",
    "Africa/Lagos",
    "Africa/Nairobi",
    "Asia/Bangkok",
    "Asia/Dubai",
    "Asia/Jakarta",
    "Asia/Karachi",
    "Asia/Kolkata",
    "Asia/Seoul",
    "Asia/Shanghai",
    "Asia/Singapore",
    "Asia/Tehran",
    "Asia/Tokyo",
    "Australia/Sydney",
    "Europe/Athens",
    "Europe/Berlin",
    "Europe/Istanbul",
    "Europe/London",
    "Europe/Moscow",
    "Europe/Paris",
    "Pacific/Auckland",
    "Pacific/Honolulu",
)


def options(chosen: str, *, every: bool) -> SafeString:
    """The options of a list of zones: all of them, or of each part of the world the busiest."""
    made, value = _options(every=every), f'value="{escape(chosen)}"'
    if value in made:
        return SafeString(made.replace(value, f"{value} selected"))
    return SafeString(f"<option {value} selected>{_shown(chosen)}</option>{made}")


@cache
def _options(*, every: bool) -> str:
    """All options of a list, none of them chosen, in groups."""
    named = sorted(name for name in wishes.zones() if name.partition("/")[0] in _REGIONS)
    made = _option("UTC")
    for region, zones in groupby(named if every else _SHORT, lambda name: name.partition("/")[0]):
        made += f'<optgroup label="{region}">{"".join(map(_option, zones))}</optgroup>'
    return made


def _option(name: str) -> str:
    return f'<option value="{escape(name)}">{_shown(name)}</option>'


def _shown(name: str) -> str:
    return escape(_spaced(name))


def _spaced(name: str) -> str:
    return name.replace("_", " ")


def label(zone: str) -> str:
    """What the zone is called whose clocks ``local`` goes by."""
    return _spaced(_known(zone))


def local(moment: datetime, zone: str) -> str:
    """``14 August 2026, 07:00`` by the clocks of a time zone."""
    there = moment.astimezone(ZoneInfo(_known(zone)))
    return f"{words.day(there.date())}, {there:%H:%M}"


def _known(zone: str) -> str:
    """The zone; UTC for one that another machine knew and this one does not, as mail has it."""
    return zone if zone in wishes.zones() else "UTC"
