"""What is held of papers that a list names: identifiers as text, ``arxiv:2608.01234``."""

from collections.abc import Collection, Iterator
from datetime import date, datetime, timedelta
from itertools import islice

from broadsheet.papers.models import Rejection
from broadsheet.papers.queries.sql import STANDS, moment, places, select

_AT_ONCE = 500


def announced_names(feed: str, day: date) -> dict[str, datetime]:
    """Every name of every paper a feed announced on a day, and when that was first seen."""
    rows = select(
        "SELECT i.scheme, i.value, MIN(a.seen_at) FROM papers_announcement a"
        " JOIN papers_identifier i ON i.paper_id = a.paper_id"
        f" WHERE a.feed = %s AND a.day = %s AND {STANDS} GROUP BY i.scheme, i.value",
        feed,
        day,
    )
    return {f"{scheme}:{value}": _aware(seen) for scheme, value, seen in rows}


def _aware(seen: datetime | str) -> datetime:
    """A moment in UTC; SQLite gives the least or the greatest of several as text."""
    return moment(datetime.fromisoformat(seen) if isinstance(seen, str) else seen)


def titles_of(names: Collection[str]) -> dict[str, str]:
    """The title of the paper that bears each name, for those names that some paper bears."""
    found: dict[str, str] = {}
    for some in _portions(names):
        values = [name.partition(":")[2] for name in some]
        rows = select(
            "SELECT i.scheme, i.value, p.title FROM papers_identifier i"
            f" JOIN papers_paper p ON p.id = i.paper_id WHERE i.value IN {places(values)}",
            *values,
        )
        wanted = set(some)
        found |= {n: title for scheme, v, title in rows if (n := f"{scheme}:{v}") in wanted}
    return found


def refused_names(names: Collection[str]) -> dict[str, str]:
    """Why records of these names were refused, as far as they were."""
    found: dict[str, str] = {}
    for some in _portions(names):
        spelt = {name.partition(":")[2]: name for name in some} | {name: name for name in some}
        rows = Rejection.objects.filter(source_id__in=spelt).order_by("pk")
        for source_id, reason in rows.values_list("source_id", "reason"):
            found[spelt[source_id]] = reason
    return found


def _portions(names: Collection[str]) -> Iterator[list[str]]:
    rest = iter(names)
    while some := list(islice(rest, _AT_ONCE)):
        yield some


def feeds_between(first: date, last: date) -> tuple[str, ...]:
    """The feeds that announced anything on these days."""
    rows = select(
        "SELECT DISTINCT a.feed FROM papers_announcement a"
        " WHERE a.day BETWEEN %s AND %s ORDER BY a.feed",
        first,
        last,
    )
    return tuple(feed for (feed,) in rows)


def announced_days(feed: str, until: date, weeks: int = 9) -> tuple[date, ...]:
    """The days of the last weeks before a day on which a feed announced anything."""
    rows = select(
        "SELECT DISTINCT a.day FROM papers_announcement a"
        " WHERE a.day BETWEEN %s AND %s AND a.feed = %s ORDER BY a.day",
        until - timedelta(weeks=weeks),
        until,
        feed,
    )
    return tuple(day for (day,) in rows)
