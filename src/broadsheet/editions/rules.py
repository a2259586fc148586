"""Arithmetic of editions: counts in a period, places among announcements, filters, facets."""

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime

from broadsheet.fields import within
from broadsheet.papers.facts import Entry, Total
from broadsheet.search.contract import Facet, FacetName, Filters
from broadsheet.search.ranking.features import Count

KIND_ORDER = {"picked": 0, "new": 0, "cross": 1, "replace": 2}
_FACET_LENGTH = 12
_NOTHING = Count()


def count(totals: Sequence[Total], start: datetime | None, end: datetime) -> Count:
    """What running totals grew by from ``start`` (None: from nothing) to ``end``.

    Per origin: the newest total before ``end`` less the newest at ``start``, unknown being 0.
    Where an origin first counted after ``end`` that first total stands in, and ``seen`` tells
    when it was true: late knowledge, but the only one there is.
    """
    if not totals:
        return _NOTHING
    grown, readings, seen = 0, [], []
    for origin in dict.fromkeys(total.origin for total in totals):
        own = [total for total in totals if total.origin == origin]
        ends = [total for total in own if total.true_at < end]
        last = ends[-1] if ends else own[0]
        before = [t for t in own if start and t.true_at <= start]
        first = before[-1].total if before else 0
        grown += last.total - first
        if before:
            readings.append(f"{last.total:,} less {first:,} before")
        late = "" if ends else ", the first count known"
        seen.append(f"{origin}, {_moment(last.true_at)}{late}")
    return Count(grown=grown, reading="; ".join(readings), seen="; ".join(seen))


def _moment(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def place(entries: Sequence[Entry], feed_place: dict[str, int]) -> Entry:
    """The announcement that gives a paper its place.

    First by the field's feed order, then new before cross before replace, then the day, then
    the place on the list.
    """
    if len(entries) == 1:
        return entries[0]
    return min(
        entries,
        key=lambda e: (
            feed_place[e.feed],
            KIND_ORDER.get(e.kind, len(KIND_ORDER)),
            e.day,
            e.rank or 0,
        ),
    )


def passes(entry: Entry, filters: Filters, votes: int) -> bool:
    """Say whether a paper passes a list's filters, as the search engine would decide."""
    day = entry.published_on
    return (
        (filters.since is None or (day is not None and day >= filters.since))
        and (filters.until is None or (day is not None and day <= filters.until))
        and (not filters.categories or within(entry.categories, filters.categories))
        and (not filters.sources or entry.feed in filters.sources)
        and (not filters.organizations or entry.organization in filters.organizations)
        and (not filters.has_code or entry.has_code)
        and votes >= filters.min_votes
    )


def facets(entries: Sequence[Entry]) -> dict[FacetName, tuple[Facet, ...]]:
    """How many of these papers carry each category and organisation, most first."""
    categories = Counter(c for entry in entries for c in entry.categories)
    names = {e.organization: e.organization_name for e in entries if e.organization}
    houses = Counter(e.organization for e in entries if e.organization)
    return {
        "category": tuple(
            Facet(value=value, label=value, count=n) for value, n in _most(categories)
        ),
        "organization": tuple(
            Facet(value=value, label=names[value] or value, count=n) for value, n in _most(houses)
        ),
    }


def _most(counts: Counter[str]) -> list[tuple[str, int]]:
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:_FACET_LENGTH]
