"""Asking the Daily Papers API, or another instance of this program that answers it, day by day."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from broadsheet.kernel import clock, identifiers
from broadsheet.kernel.errors import Expired, NotAsked, Unreadable
from broadsheet.net.contract import Response
from broadsheet.sources import daily, values
from broadsheet.sources.contract import AnnouncementKind, Record, Trouble
from broadsheet.sources.hf_daily.entries import Spoilt, is_elsewhere, records
from broadsheet.sources.hf_daily.parse import opened
from broadsheet.sources.live import Listed, Need, Portion, Upstream, Wanted
from broadsheet.sources.troubles import received
from broadsheet.sources.values import Broken, Entry

BASE: Final = "https://huggingface.co"

_DAY: Final = timedelta(days=1)
_AT_FIRST: Final = timedelta(days=7)
# Votes and comments grow for days: so long a day is asked for again, unless an end is named.
_GROWING: Final = timedelta(days=3)
_LIMIT: Final = 100
_MOST_PAGES: Final = 100
_MOST_BYTES: Final = 8_000_000  # the longest known day has 1 MB
_NEXT: Final = re.compile(r'rel="?next\b')


@dataclass(frozen=True, slots=True)
class _Answer:
    """All pages of a day, seen when the last of them was."""

    url: str
    asked_at: datetime
    entries: tuple[Any, ...]


class DailyPapers:
    """A LiveSource: a portion is a day of the curated list. ``resume`` is the day that follows."""

    name = "hf_daily"
    title = "Daily Papers"
    base_url = BASE
    needs: tuple[Need, ...] = ("contact",)
    schedule = "25 1,5,9,13,17,21 * * *"
    zone = "UTC"
    feeds: tuple[str, ...] = (daily.FEED,)
    heals: tuple[str, ...] = ()
    repositories: tuple[int, int] = (0, 0)

    def ask(self, upstream: Upstream, wanted: Wanted, resume: str = "") -> Portion:
        """One day, with all its pages. Raises as the contract says."""
        if wanted.names:
            raise NotAsked(host=upstream.base_url, reason="it is asked for days, not for papers")
        today = clock.now().date()
        until = min(wanted.until or today, today)
        day = _resumed(upstream, resume) if resume else _first(wanted, today)
        if day > until:
            return Portion(reached=today, outcome="not-announced")
        found = _day(upstream, day)
        following = (day + _DAY).isoformat() if day < until else ""
        return Portion(
            items=tuple(_items(found, day)),
            listed=_listed(found, day, today),
            resume=following,
            reached=day,
            outcome=(
                "found" if found.entries else "nothing-new" if day < today else "not-announced"
            ),
        )


def _resumed(upstream: Upstream, resume: str) -> date:
    try:
        return date.fromisoformat(resume)
    except ValueError:
        reason = f"“{resume[:40]}” is no day"
        raise Expired(host=upstream.base_url, reason=reason) from None


def _first(wanted: Wanted, today: date) -> date:
    since = wanted.since or today - _AT_FIRST
    return since if wanted.until else min(since, today - _GROWING)


def _day(upstream: Upstream, day: date) -> _Answer:
    """Every page of a day's list. Entries of other days and other feeds are left out."""
    url = f"{upstream.base_url.rstrip('/')}/api/daily_papers"
    entries: list[Any] = []
    for page in range(_MOST_PAGES):
        asked = {"date": day.isoformat(), "limit": str(_LIMIT)} | ({"p": str(page)} if page else {})
        response = upstream.client.get(url, asked, most_bytes=_MOST_BYTES)
        told = _list(response)
        known = {_name(entry) for entry in entries}
        entries += told if not page else [one for one in told if _name(one) not in known]
        if not _goes_on(response, told) or known.issuperset(map(_name, told)):
            break
    of_day = tuple(entry for entry in entries if _is_of(entry, day))
    return _Answer(response.url, response.asked_at, of_day)


def _list(response: Response) -> list[Any]:
    """The entries of one answer. Raises Unreadable for anything but a list."""
    try:
        found = values.decoded(response.body)
    except Broken as error:
        raise Unreadable(where=response.url, reason=str(error)) from None
    if not isinstance(found, list):
        said = values.text(found, "error")[:200] if isinstance(found, dict) else ""
        about = f": it says “{said}”" if said else ""
        raise Unreadable(where=response.url, reason=f"it is JSON, but no list of papers{about}")
    return found


def _goes_on(response: Response, told: list[Any]) -> bool:
    """Whether there is another page: as the answer says, else where this one is full."""
    if link := response.headers.get("link", ""):
        return bool(_NEXT.search(link))
    return len(told) >= _LIMIT


def _paper(entry: Any) -> Entry:
    try:
        paper: Entry = opened(entry)["paper"]
    except Broken:
        return {}
    return paper


def _name(entry: Any) -> str:
    return str(_paper(entry).get("id"))


def _is_of(entry: Any, day: date) -> bool:
    """Whether an entry may be of that day's list; most say of which day they are."""
    if is_elsewhere(entry):
        return False
    said = str(_paper(entry).get("submittedOnDailyAt") or "")[: len("2026-08-14")]
    return not said or said == day.isoformat()


def _items(found: _Answer, day: date) -> Iterator[Record | Trouble]:
    for item in records(found.entries, day=day, captured=found.asked_at):
        if isinstance(item, Spoilt):
            yield received(DailyPapers.name, found.url, item.reason, raw=item.raw)
        else:
            yield item


def _listed(found: _Answer, day: date, today: date) -> tuple[Listed, ...]:
    """What stood there, readable or not; while a day goes on more may come."""
    if day >= today and not found.entries:
        return ()
    numbers = [identifiers.arxiv(_name(entry)) for entry in found.entries]
    names: dict[str, AnnouncementKind] = {f"arxiv:{n[0]}": "picked" for n in numbers if n}
    return (Listed(feed=daily.FEED, day=day, names=names, whole=day < today),)
