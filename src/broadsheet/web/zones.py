"""The time zones that forms offer."""

from functools import cache
from html import escape
from typing import Final

from django.utils.safestring import SafeString

from broadsheet.digest import wishes

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
    "UTC",
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


@cache
def _every() -> tuple[str, ...]:
    """Every zone that has the name of a part of the world."""
    return tuple(sorted(n for n in wishes.zones() if n.partition("/")[0] in _REGIONS))


def options(chosen: str, *, every: bool) -> SafeString:
    """The options of a list of zones: all of them, or of each part of the world the busiest."""
    shown = _every() if every else _SHORT[1:]
    made = _option("UTC", chosen)
    groups: dict[str, str] = {}
    for name in shown:
        region = name.partition("/")[0]
        groups[region] = groups.get(region, "") + _option(name, chosen)
    for region, held in groups.items():
        made += f'<optgroup label="{region}">{held}</optgroup>'
    if chosen in shown or chosen == "UTC":
        return SafeString(made)
    return SafeString(_option(chosen, chosen) + made)


def _option(name: str, chosen: str) -> str:
    told = escape(name.replace("_", " "))
    return f'<option value="{escape(name)}"{" selected" if name == chosen else ""}>{told}</option>'
