"""What is said of an edition, in the same words on its page and in the mail."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

from broadsheet.editions.titles import period_name
from broadsheet.editions.types import Edition, Hit, Question
from broadsheet.harvest.queries import DayState
from broadsheet.kernel import words
from broadsheet.kernel.dates import Period
from broadsheet.kernel.text import plural
from broadsheet.search.contract import Filters

_COUNTED: Final = ("votes", "comments")


def headline(question: Question) -> str:
    """The name of a list of a period, as its page is headed."""
    if question.place == "trending":
        return "Trending"
    if question.period is None:
        return "The latest edition"
    whole = ", everything announced" if question.place == "all" else ""
    return f"{words.period(question.period)}{whole}"


def nothing(edition: Edition) -> str:
    """The headline of an edition without papers."""
    period = edition.question.period
    if edition.question.filters != Filters():
        return "No paper passes."
    if period is None:
        return "Nothing is moving."
    if period.kind == "day":
        return f"No papers on {words.day(period.first, weekday=True)}."
    return f"No papers in {period_name(period).replace('Week', 'week')}."


def held(states: Sequence[DayState]) -> str:
    """How much of what a day announced is held: ``412 of 412``, "" where nobody counted."""
    announced = sum(state.announced for state in states)
    return f"{sum(state.held for state in states):,} of {announced:,}" if announced else ""


def filters(edition: Edition) -> Iterator[tuple[str, Filters]]:
    """Each filter in words, and the filters without it."""
    labels = {f.value: f.label for f in edition.facets.get("organization", ())}
    return filtered(edition.question.filters, labels)


def filtered(by: Filters, organizations: Mapping[str, str]) -> Iterator[tuple[str, Filters]]:
    """The same without an edition; ``organizations`` are what their slugs stand for."""
    if by.since or by.until:
        yield _between(by), replace(by, since=None, until=None)
    if by.categories:
        yield f"in {', '.join(by.categories)}", replace(by, categories=())
    if by.organizations:
        names = ", ".join(organizations.get(slug, slug) for slug in by.organizations)
        yield f"from {names}", replace(by, organizations=())
    if by.sources:
        yield f"of the source {', '.join(by.sources)}", replace(by, sources=())
    if by.has_code:
        yield "with code", replace(by, has_code=False)
    if by.min_votes:
        yield f"with at least {plural(by.min_votes, 'vote')}", replace(by, min_votes=0)


def _between(filters: Filters) -> str:
    since, until = filters.since, filters.until
    if since and until:
        if (since.month, since.day, until.month, until.day) == (1, 1, 12, 31):
            years = dict.fromkeys((since.year, until.year))
            return f"of {' to '.join(map(str, years))}"
        if Period.month(since) == Period(since, until, "month"):
            return f"of {words.period(Period.month(since))}"
        return f"from {words.day(since)} to {words.day(until)}"
    if since:
        return f"since {words.day(since)}"
    return f"until {words.day(until)}" if until else ""


def uncounted(hit: Hit) -> str:
    """What decides the place of a paper that nobody voted for; "" where the sum does."""
    lines = hit.receipt.lines
    if hit.receipt.score or any(line.feature not in _COUNTED for line in lines):
        return ""
    what = words.listed([line.label.lower() for line in lines])
    none = "It received no" if any(line.seen for line in lines) else "Nobody counted its"
    return f"{none} {what} in this period: among such papers the newer comes first, then the key."
