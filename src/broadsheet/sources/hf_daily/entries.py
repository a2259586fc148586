"""The entries of one day, in their order, as Records with their places."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from broadsheet.sources import daily
from broadsheet.sources.contract import Record
from broadsheet.sources.hf_daily.parse import Foreign, envelope, opened, parse, refuse_foreign
from broadsheet.sources.values import Broken


@dataclass(frozen=True, slots=True)
class Spoilt:
    """An entry that could not become a Record."""

    reason: str
    raw: bytes


def records(entries: Iterable[Any], *, day: date, captured: datetime) -> Iterator[Record | Spoilt]:
    """The Records of a day's list; a paper that is listed twice stood where it stood first.

    Another instance of this program lists what other feeds announced too, and says in
    ``announced`` where each paper stood: those of other feeds are left out.
    """
    rank = 0
    seen: set[str] = set()
    for place, entry in enumerate(entries, start=1):
        if is_elsewhere(entry):
            continue
        rank = _stated(_stood(entry)) or rank + 1
        raw = envelope(entry, day=day, rank=rank, captured=captured)
        try:
            refuse_foreign(opened(entry))
            record = parse(raw)
        except Broken as error:
            rank -= isinstance(error, Foreign)
            yield Spoilt(f"entry {place}: {error}", raw)
            continue
        if record.source_id not in seen:
            seen.add(record.source_id)
            yield record


def is_elsewhere(entry: Any) -> bool:
    """Whether an entry says that it stood in another feed than the curated list."""
    feed = _stood(entry).get("feed")
    return isinstance(feed, str) and feed != daily.FEED


def _stood(entry: Any) -> dict[str, Any]:
    stood = entry.get("announced") if isinstance(entry, dict) else None
    return stood if isinstance(stood, dict) else {}


def _stated(stood: dict[str, Any]) -> int:
    """The place that an instance of this program states; 0 where none is stated."""
    rank = stood.get("rank")
    return rank if isinstance(rank, int) and not isinstance(rank, bool) and rank > 0 else 0
