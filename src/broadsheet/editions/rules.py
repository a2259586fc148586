"""Arithmetic of editions: counts in a period, places among announcements, filters, facets."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from broadsheet.fields import within
from broadsheet.papers.facts import Entry, Said, Total
from broadsheet.search.contract import Facet, FacetName, Filters
from broadsheet.search.ranking.features import Count

KIND_ORDER = {"picked": 0, "new": 0, "cross": 1, "replace": 2}
_FACET_LENGTH = 12
_NOTHING = Count()


def count(totals: Sequence[Total], start: datetime | None, end: datetime) -> Count:
    """What running totals grew by from ``start`` (None: from nothing) to ``end``.

    Per origin: the newest total before ``end`` less the newest before ``start``, unknown being 0.
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
        before = [t for t in own if start and t.true_at < start]
        first = before[-1].total if before else 0
        grown += last.total - first
        if before:
            readings.append(f"{last.total:,} less {first:,} before")
        late = "" if ends else ", the first count known"
        seen.append(f"{origin}, {_moment(last.true_at)}{late}")
    return Count(grown=grown, reading="; ".join(readings), seen="; ".join(seen))


def gained(totals: Sequence[Total], start: datetime, end: datetime) -> Count:
    """What running totals gained from ``start`` to ``end``: how fast they grow.

    Per origin: the newest total before ``end`` less the newest before ``start``, or, where
    counting began later, less the first that is known: what stood there before anybody counted
    was not gained now. So a total that was counted once gained nothing.
    """
    if len(totals) < 2:
        return _NOTHING
    grown, readings, seen = 0, [], []
    for origin in dict.fromkeys(total.origin for total in totals):
        own = [total for total in totals if total.origin == origin and total.true_at < end]
        if len(own) < 2:
            continue
        last = own[-1]
        first = next((one for one in reversed(own) if one.true_at < start), own[0])
        if first is last:
            continue
        grown += last.total - first.total
        readings.append(f"{last.total:,} less {first.total:,} on {first.true_at:%Y-%m-%d}")
        seen.append(f"{origin}, {_moment(last.true_at)}")
    return Count(grown=grown, reading="; ".join(readings), seen="; ".join(seen))


def day_of(moment: datetime) -> date:
    """The day a moment belongs to; midnight ends the day before, as in ``as_of=2026-08-14``."""
    return (moment - timedelta(microseconds=1)).date()


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


UNSAID = Said()
"""Of a paper nobody asked more about."""


def passes(entry: Entry, filters: Filters, votes: int, said: Said = UNSAID) -> bool:
    """Say whether a paper passes a list's filters, as the search engine would decide.

    ``filters`` are ``folded``. ``votes`` are those of the period; ``said`` is what else is
    known of the paper, which only filters by date and source ask for.
    """
    first = entry.published_on
    return (
        (filters.since is None or (said.last is not None and said.last >= filters.since))
        and (filters.until is None or (first is not None and first <= filters.until))
        and (not filters.categories or within(map(str.lower, entry.categories), filters.categories))
        and (not filters.sources or not said.sources.isdisjoint(filters.sources))
        and (not filters.organizations or entry.organization.lower() in filters.organizations)
        and (not filters.has_code or entry.has_code)
        and votes >= filters.min_votes
    )


def folded(filters: Filters) -> Filters:
    """The same filters as ``passes`` compares: in lower case, ``cs.*`` as ``cs``."""
    return replace(
        filters,
        categories=tuple(c.lower().removesuffix("*").removesuffix(".") for c in filters.categories),
        organizations=tuple(name.lower() for name in filters.organizations),
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
