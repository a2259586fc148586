"""Which day a file is the list of, and at what moment it was captured."""

import csv
import re
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Final

from broadsheet.sources import values
from broadsheet.sources.values import Broken, Entry

COMPANION: Final = "days.csv"

_NAME = re.compile(r"(\d{4}-\d{2}-\d{2})(?:__(\d{4}-\d{2}-\d{2}T\d{6}))?", re.ASCII)
_DAY = re.compile(r"(?<!\d)\d{4}-\d{2}-\d{2}(?!\d)", re.ASCII)


def day_of(stem: str, stated: str, entries: Iterable[Entry]) -> date:
    """The day a list belongs to. Raises Broken where that cannot be known.

    The file's name says it first (``2026-08-14``, ``2026-08-14__2026-08-14T160020``), then
    the archive's own envelope (``stated``), then the day on which all papers were submitted
    to the list, then a single day anywhere in the name.
    """
    if match := _NAME.fullmatch(stem):
        return _date(match[1])
    if stated:
        return _date(stated)
    submitted = {
        values.text(paper, "submittedOnDailyAt")[: len("2026-08-14")]
        for entry in entries
        if isinstance(paper := entry.get("paper"), dict)
    } - {""}
    if len(submitted) > 1:
        raise Broken("its name is no day, and its papers were submitted on different days")
    named = submitted or set(_DAY.findall(stem))
    if len(named) != 1:
        raise Broken("no day is to be found in its name or its papers; name it 2026-08-14.json")
    return _date(named.pop())


def captured_at(stem: str, day: date, stored: Mapping[date, datetime]) -> datetime:
    """The moment of capture: from the file's name, else from ``stored``, else 16:00 UTC."""
    match = _NAME.fullmatch(stem)
    if match and match[2]:
        try:
            return datetime.strptime(match[2], "%Y-%m-%dT%H%M%S").replace(tzinfo=UTC)
        except ValueError:
            raise Broken(f"its name holds “{match[2]}”, which is no moment") from None
    return stored.get(day) or values.usual_moment(day)


def stored(path: Path) -> Mapping[date, datetime]:
    """When an archive stored each day: ``days.csv`` beside the file or one folder up.

    A row that cannot be read is passed over: its day is then treated as one without a row.
    """
    for folder in (path.parent, path.parent.parent):
        try:
            with (folder / COMPANION).open(encoding="utf-8", errors="replace", newline="") as file:
                return dict(_rows(csv.DictReader(file)))
        except (OSError, csv.Error):
            continue
    return {}


def _rows(rows: Iterable[Mapping[str, str | None]]) -> Iterable[tuple[date, datetime]]:
    for row in rows:
        try:
            yield date.fromisoformat(row["date"] or ""), values.in_utc(row["stored_at"] or "")
        except (KeyError, ValueError):
            continue


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Broken(f"“{text[:40]}” is no day") from None
