"""What editions are called, in words."""

from datetime import date

from broadsheet.editions.types import Edition, Question
from broadsheet.fields import field as field_named
from broadsheet.kernel.dates import Period


def heading(edition: Edition) -> str:
    """The name of an edition: "Friday 14 August 2026", "Materials, August 2026"."""
    name = _name(edition.question)
    if edition.question.field == "everything":
        return name
    return f"{field_named(edition.question.field).title}, {name}"


def _name(question: Question) -> str:
    if question.place == "search":
        return f"Search: {question.text}" if question.text else "Search"
    if question.place == "similar":
        return f"Papers like {question.like}"
    if question.period is None:
        return "Trending"
    every = "Everything of " if question.place == "all" else ""
    return every + period_name(question.period)


def period_name(period: Period) -> str:
    """A period in words."""
    if period.kind == "day":
        return day_name(period.first)
    if period.kind == "week":
        year, week, _ = period.first.isocalendar()
        return f"Week {week} of {year}"
    return f"{period.first:%B %Y}"


def day_name(day: date) -> str:
    """A day in words: Friday 14 August 2026."""
    return f"{day:%A} {day.day} {day:%B %Y}"
