"""The dates of feeds, which are written in every way there is."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime
from email.utils import parsedate_to_datetime
from typing import Final

from broadsheet.kernel.dates import first_day, start_of
from broadsheet.sources.references import dated

_LONGEST: Final = 80
_FRACTION: Final = re.compile(r"(\d{2}:\d{2}:\d{2})[.,:]\d+")
_OFFSET: Final = re.compile(r"\s+([+-]\d{2}):?(\d{2})$")
_WHOLE: Final = len("2024-05-17")


@dataclass(frozen=True, slots=True)
class Dated:
    """``day`` as it was written, in the feed's own zone, and its ``moment`` in UTC."""

    day: date
    moment: datetime


def read(text: str) -> Dated | None:
    """Read a date as RSS, Atom or nobody's standard writes it; None for what is no day.

    Without a time it is midnight UTC, without an offset UTC.
    """
    text = " ".join(text[:_LONGEST].split())
    if not text:
        return None
    moment = _iso(text) or _mail(text)
    if moment is None:
        said = dated(_FRACTION.sub("", text))
        day = first_day(said) if len(said) == _WHOLE else None
        return Dated(day, start_of(day)) if day else None
    try:
        aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        return Dated(moment.date(), aware.astimezone(UTC))
    except OverflowError:  # the first and the last day of the calendar
        return None


def _iso(text: str) -> datetime | None:
    if not text[:4].isdecimal():
        return None
    try:
        return datetime.fromisoformat(_OFFSET.sub(r"\1:\2", _FRACTION.sub(r"\1", text)))
    except ValueError:
        return None


def _mail(text: str) -> datetime | None:
    try:
        return parsedate_to_datetime(text) if "," in text or ":" in text else None
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
