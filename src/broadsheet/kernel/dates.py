"""Partial dates and the periods that editions cover."""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import MAXYEAR, MINYEAR, UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Literal

from broadsheet.kernel.errors import BadQuestion

Kind = Literal["day", "week", "month"]

_PARTIAL = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?", re.ASCII)
_WEEK = re.compile(r"(\d{4})-W(\d{2})", re.ASCII)
_MONTH = re.compile(r"(\d{4})-(\d{2})", re.ASCII)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


def is_partial(text: str) -> bool:
    """Say whether ``text`` is YYYY, YYYY-MM or YYYY-MM-DD and names a real date."""
    return first_day(text) is not None


@lru_cache(maxsize=4_096)
def first_day(text: str) -> date | None:
    """The first day a partial date can mean; None where it is empty or no date."""
    match = _PARTIAL.fullmatch(text)
    if not match:
        return None
    year, month, day = match.groups()
    try:
        return date(int(year), int(month or 1), int(day or 1))
    except ValueError:
        return None


def last_day(text: str) -> date | None:
    """The last day a partial date can mean; None where it is empty or no date."""
    first = first_day(text)
    if first is None or len(text) == len("2024-01-01"):
        return first
    if len(text) == len("2024-01"):
        return _month_end(first)
    return date(first.year, 12, 31)


def _month_end(day: date) -> date:
    return day.replace(day=monthrange(day.year, day.month)[1])


def start_of(day: date) -> datetime:
    """Midnight UTC at the beginning of ``day``."""
    return datetime.combine(day, time(), UTC)


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """A day, an ISO week or a month: ``first`` and ``last`` day, both inside."""

    first: date
    last: date
    kind: Kind

    @classmethod
    def day(cls, day: date) -> "Period":
        return cls(day, day, "day")

    @classmethod
    def week(cls, day: date) -> "Period":
        """The ISO week that holds ``day``."""
        monday = day - timedelta(days=day.weekday())
        return cls(monday, monday + timedelta(days=6), "week")

    @classmethod
    def month(cls, day: date) -> "Period":
        """The calendar month that holds ``day``."""
        return cls(day.replace(day=1), _month_end(day), "month")

    @classmethod
    def around(cls, day: date, kind: Kind) -> "Period":
        """The period of that kind that holds ``day``."""
        return {"day": cls.day, "week": cls.week, "month": cls.month}[kind](day)

    @classmethod
    def parse(cls, text: str) -> "Period":
        """Read 2026-08-14, 2026-W33 or 2026-08. Raises BadQuestion for anything else.

        The first and the last year of the calendar are refused: the period before or after
        would fall out of it.
        """
        try:
            period = cls._read(text)
        except (ValueError, OverflowError):
            period = None
        if period and period.first.year > MINYEAR and period.last.year < MAXYEAR:
            return period
        reason = "write a day as 2026-08-14, a week as 2026-W33, a month as 2026-08"
        raise BadQuestion(what=f"“{text[:40]}”", reason=reason)

    @classmethod
    def _read(cls, text: str) -> "Period | None":
        if _DAY.fullmatch(text):
            return cls.day(date.fromisoformat(text))
        if match := _WEEK.fullmatch(text):
            return cls.week(date.fromisocalendar(int(match[1]), int(match[2]), 1))
        if match := _MONTH.fullmatch(text):
            return cls.month(date(int(match[1]), int(match[2]), 1))
        return None

    def __str__(self) -> str:
        if self.kind == "day":
            return self.first.isoformat()
        if self.kind == "week":
            year, week, _ = self.first.isocalendar()
            return f"{year:04}-W{week:02}"
        return self.first.isoformat()[: len("2024-01")]

    @property
    def start(self) -> datetime:
        return start_of(self.first)

    @property
    def end(self) -> datetime:
        """The first moment after the period."""
        return start_of(self.last + timedelta(days=1))

    def after(self) -> "Period":
        return Period.around(self.last + timedelta(days=1), self.kind)
