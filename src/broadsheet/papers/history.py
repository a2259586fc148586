"""What a record says of days, counts and versions, as rows to insert."""

from collections.abc import Sequence
from datetime import date, datetime

from broadsheet.papers.models import Announcement
from broadsheet.sources.contract import Record as Said

ANNOUNCEMENT = ("paper_id", "feed", "day", "rank", "kind", "seen_at", "record_id")
SIGNAL = ("paper_id", "kind", "origin", "total", "true_at", "record_id")
VERSION = (
    "paper_id",
    "number",
    "title",
    "abstract",
    "authors",
    "published",
    "seen_at",
    "record_id",
)

Place = tuple[int, str, date]
Seen = tuple[datetime, int | None, str]
Row = tuple[object, ...]


def known_places(papers: Sequence[int]) -> dict[Place, list[Seen]]:
    """What these papers' announcements say, oldest first, by paper, feed and day."""
    places: dict[Place, list[Seen]] = {}
    rows = Announcement.objects.filter(paper__in=papers).order_by("seen_at", "pk")
    for paper, feed, day, seen_at, rank, kind in rows.values_list(
        "paper_id", "feed", "day", "seen_at", "rank", "kind"
    ):
        places.setdefault((paper, feed, day), []).append((seen_at, rank, kind))
    return places


def announced(
    said: Said, paper: int, record: int, places: dict[Place, list[Seen]], *, now: datetime
) -> list[Row]:
    """The announcements that say something new: another place than the last one known.

    Nothing is seen later than ``now``: a day file may be read before the hour it stands for.
    """
    rows: list[Row] = []
    for a in said.announcements:
        seen_at = min(a.seen_at, now)
        known = places.setdefault((paper, a.feed, a.day), [])
        earlier = [place for place in known if place[0] <= seen_at]
        if earlier and earlier[-1][1:] == (a.rank, a.kind):
            continue
        known.append((seen_at, a.rank, a.kind))
        known.sort(key=lambda place: place[0])
        rows.append((paper, a.feed, a.day, a.rank, a.kind, seen_at, record))
    return rows


def measured(said: Said, paper: int, record: int, now: datetime) -> list[Row]:
    """The record's measurements, none true later than ``now``."""
    return [(paper, s.kind, s.origin, s.total, min(s.true_at, now), record) for s in said.signals]


def versions(said: Said, paper: int, record: int) -> list[Row]:
    """The version a record speaks of, as it then was; none where it names no number."""
    if said.version is None:
        return []
    return [
        (
            paper,
            said.version,
            said.title,
            said.abstract,
            "\n".join(said.authors),
            said.updated or said.published,
            said.seen_at,
            record,
        )
    ]
