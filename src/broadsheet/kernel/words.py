"""Dates, numbers and names as readers read them."""

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Final

from broadsheet.kernel.dates import Period, first_day
from broadsheet.kernel.text import plural

_SMALL: Final = ("zeroth", "first", "second", "third", "fourth", "fifth", "sixth", "seventh",
                 "eighth", "ninth", "tenth", "eleventh", "twelfth")  # fmt: skip
_UNITS: Final = ((2, "MB"), (3, "GB"), (4, "TB"))
_ISO: Final = re.compile(r"\b(\d{4}-\d{2}-\d{2})(?: (\d{2}:\d{2} UTC))?", re.ASCII)
_CODE: Final = re.compile(r"`([^`]+)`")


def day(of: date, *, weekday: bool = False, year: bool = True) -> str:
    """``14 August 2026``, ``Friday 14 August``."""
    name = f"{of:%A} " if weekday else ""
    return f"{name}{of.day} {of:%B}{f' {of.year}' if year else ''}"


@lru_cache(maxsize=4_096)
def partial(text: str) -> str:
    """A partial ISO date in words, as far as it is known: ``May 2024``, ``2024``."""
    first = first_day(text)
    if first is None:
        return text
    if len(text) == len("2024"):
        return text
    return f"{first:%B} {first.year}" if len(text) == len("2024-05") else day(first)


def moment(of: datetime) -> str:
    """``14 August 2026, 16:00 UTC``."""
    of = of.astimezone(UTC)
    return f"{day(of.date())}, {of:%H:%M} UTC"


def period(of: Period) -> str:
    """``Friday 14 August 2026``, ``Week 33, 10 to 16 August 2026``, ``August 2026``."""
    if of.kind == "day":
        return day(of.first, weekday=True)
    if of.kind == "month":
        return f"{of.first:%B} {of.first.year}"
    week = of.first.isocalendar().week
    first = of.first
    start = str(first.day)
    if first.year != of.last.year:
        start = day(first)
    elif first.month != of.last.month:
        start = day(first, year=False)
    return f"Week {week}, {start} to {day(of.last)}"


def spelled(text: str) -> str:
    """A sentence with its ISO dates in words: machines are given the same sentence as it is."""
    return _ISO.sub(_spelled, text)


def _spelled(match: re.Match[str]) -> str:
    first = first_day(match[1])
    if first is None:
        return match[0]
    return ", ".join(filter(None, (day(first), match[2])))


def coded(text: str) -> tuple[tuple[str, str], ...]:
    """A sentence in pairs of what is said and what is to be typed, which it puts in backticks."""
    parts = [*_CODE.split(text), ""]
    return tuple((said, code) for said, code in zip(parts[::2], parts[1::2], strict=True))


def count(number: int, one: str, many: str = "") -> str:
    """``no papers``, ``1 paper``, ``2,304 papers``."""
    return plural(number, one, many) if number else f"no {many or one + 's'}"


def number(value: float) -> str:
    """A value, digits grouped, with no more decimals than it needs: ``7.758761``, ``−0.25``."""
    if value == int(value):
        return f"{int(value):,}".replace("-", "−")
    return f"{value:,.6f}".rstrip("0").replace("-", "−")


def ordinal(place: int) -> str:
    """``third``, ``23rd``."""
    if 0 <= place < len(_SMALL):
        return _SMALL[place]
    tail = "th" if place // 10 % 10 == 1 else {1: "st", 2: "nd", 3: "rd"}.get(place % 10, "th")
    return f"{place:,}{tail}"


def listed(names: Sequence[str]) -> str:
    """``a, b and c``."""
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1] if names else "")))


def size(in_bytes: int) -> str:
    """``48 kB``, ``1.2 MB``, ``56.1 GB``, ``2.0 TB``."""
    if in_bytes < 1_000_000:
        return f"{in_bytes / 1_000:,.0f} kB"
    power, unit = next((p, u) for p, u in _UNITS if in_bytes < 999.95 * 1_000**p or u == "TB")
    return f"{in_bytes / 1_000**power:,.1f} {unit}"
