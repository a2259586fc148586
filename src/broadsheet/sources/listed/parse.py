"""One announcement as a Record: the paper's name and title, and where it stood."""

from datetime import date
from typing import Final, get_args

import orjson

from broadsheet.kernel import identifiers
from broadsheet.sources import values
from broadsheet.sources.contract import Announced, AnnouncementKind, Record
from broadsheet.sources.values import Broken

SOURCE: Final = "listed"
_LONGEST_FEED: Final = 60


def line(name: str, title: str, said: Announced) -> bytes:
    """An announcement written down; ``name`` is an identifier as text: ``arxiv:2608.01234``."""
    told = {
        "listed": name,
        "title": title,
        "feed": said.feed,
        "day": said.day,
        "rank": said.rank,
        "kind": said.kind,
        "seen_at": said.seen_at,
    }
    return orjson.dumps({key: value for key, value in told.items() if value is not None})


def parse(raw: bytes) -> Record:
    """Read one line. Raises Broken for one that breaks the rules of its format."""
    entry = values.decoded_object(raw)
    name = values.needed(entry, "listed")
    named = identifiers.parse(name)
    if named is None or str(named) != name:
        raise Broken(f"its listed is “{name[:60]}”; names are like arxiv:2608.01234")
    day = _needed_day(entry)
    feed = values.needed(entry, "feed", _LONGEST_FEED)
    seen_at = values.moment(entry, "seen_at") or values.usual_moment(day)
    said = Announced(
        feed=feed,
        day=day,
        rank=values.count(entry, "rank"),
        kind=_kind(values.text(entry, "kind") or "new"),
        seen_at=seen_at,
    )
    return Record(
        source=SOURCE,
        origin="broadsheet",
        source_id=f"{feed} {day} {name}"[:300],
        seen_at=seen_at,
        raw=raw,
        title=values.needed(entry, "title", values.LONGEST_TITLE),
        identifiers=(named,),
        announcements=(said,),
    )


def _needed_day(entry: values.Entry) -> date:
    day = values.day(entry, "day")
    if day is None:
        raise Broken("it has no day")
    return day


def _kind(text: str) -> AnnouncementKind:
    if text not in get_args(AnnouncementKind):
        raise Broken(f"its kind is “{text[:60]}”")
    return text  # type: ignore[return-value]  # it is one


def record(name: str, title: str, said: Announced) -> Record:
    """The Record of an announcement, as reading its line gives it."""
    return parse(line(name, title, said))
