"""What was announced when."""

import re
from collections.abc import Sequence
from datetime import date, datetime

from django.db.models import Max

from broadsheet.kernel.dates import Period
from broadsheet.papers.facts import Entry
from broadsheet.papers.models import Paper
from broadsheet.papers.queries.sql import LISTED, places, select


def _seen(feeds: Sequence[str], until: datetime) -> tuple[str, tuple[object, ...]]:
    """Of announcements: those of these feeds (none named: of all), seen by then, still listed."""
    if feeds:
        return f"a.feed IN {places(feeds)} AND a.seen_at <= %s AND {LISTED}", (*feeds, until)
    return f"a.seen_at <= %s AND {LISTED}", (until,)


def announcements_between(
    feeds: Sequence[str], first: date, last: date, *, until: datetime
) -> list[Entry]:
    """Every paper each feed announced on these days; of several captures the newest counts."""
    of = f"a.feed IN {places(feeds)} AND" if feeds else ""
    rows = select(
        "SELECT a.paper_id, a.feed, a.day, a.rank, a.kind, p.key, p.published_on,"
        " p.categories, p.organization, p.organization_name, p.code_url"
        " FROM papers_announcement a JOIN papers_paper p ON p.id = a.paper_id"
        f" WHERE {of} a.seen_at <= %s AND p.merged_into_id IS NULL AND NOT p.withdrawn"
        " AND a.day BETWEEN %s AND %s ORDER BY a.seen_at, a.id",
        *feeds,
        until,
        first,
        last,
    )
    newest: dict[tuple[int, str, date], Entry] = {}
    for paper, feed, day, rank, kind, key, on, cats, slug, name, code in rows:
        categories = tuple(cats.split("\n")) if cats else ()
        newest[paper, feed, day] = Entry(
            paper, feed, day, rank, kind, key, on, categories, slug, name, bool(code)
        )
    return list(newest.values())


def count_between(feeds: Sequence[str], first: date, last: date, *, until: datetime) -> int:
    """How many papers these feeds announced on these days."""
    seen, values = _seen(feeds, until)
    rows = select(
        "SELECT COUNT(DISTINCT a.paper_id) FROM papers_announcement a"
        f" WHERE {seen} AND a.day BETWEEN %s AND %s",
        *values,
        first,
        last,
    )
    return int(rows[0][0])


def _day(feeds: Sequence[str], until: datetime, which: str, *bound: date | str) -> date | None:
    seen, values = _seen(feeds, until)
    rows = select(
        f"SELECT a.day FROM papers_announcement a WHERE {seen} {which} LIMIT 1", *values, *bound
    )
    found: date | None = rows[0][0] if rows else None
    return found


def latest_day(feeds: Sequence[str], *, until: datetime) -> date | None:
    """The newest day these feeds announced anything; None where they never did."""
    return _day(feeds, until, "ORDER BY a.day DESC")


def day_before(
    feeds: Sequence[str], categories: Sequence[str], period: Period, *, until: datetime
) -> date | None:
    """The last day before the period with announcements, of papers in one of the categories."""
    of, values = _of(categories)
    return _day(feeds, until, f"{of} AND a.day < %s ORDER BY a.day DESC", *values, period.first)


def day_after(
    feeds: Sequence[str], categories: Sequence[str], period: Period, *, until: datetime
) -> date | None:
    """The first day after the period with announcements, of papers in one of the categories."""
    of, values = _of(categories)
    return _day(feeds, until, f"{of} AND a.day > %s ORDER BY a.day", *values, period.last)


def _of(categories: Sequence[str]) -> tuple[str, tuple[str, ...]]:
    """Of announcements: those of papers in one of these categories or below it; none: of all."""
    if not categories:
        return "", ()
    held = " OR ".join(["%s || p.categories || %s LIKE %s ESCAPE '!'"] * 2 * len(categories))
    values: list[str] = []
    for name in categories:
        escaped = re.sub("([!%_])", r"!\1", name)
        for end in ("\n", "."):
            values += ["\n", "\n", f"%\n{escaped}{end}%"]
    of = f"AND EXISTS (SELECT 1 FROM papers_paper p WHERE p.id = a.paper_id AND ({held}))"
    return of, tuple(values)


def newest_day(*, until: datetime) -> date | None:
    """The newest day anything held speaks of: an announcement's, else a paper's own."""
    announced = latest_day((), until=until)
    if announced:
        return announced
    rows = Paper.objects.filter(published_on__lte=until.date(), merged_into=None)
    found: date | None = rows.aggregate(day=Max("published_on"))["day"]
    return found


def days_of(paper: int) -> tuple[date, ...]:
    """The days a paper was announced, newest first."""
    rows = select(
        "SELECT DISTINCT a.day FROM papers_announcement a WHERE a.paper_id = %s"
        " ORDER BY a.day DESC",
        paper,
    )
    return tuple(day for (day,) in rows)
