"""What editions are called, in words."""

from datetime import date

from broadsheet.editions.types import Question
from broadsheet.fields import field as field_named
from broadsheet.kernel.dates import Period
from broadsheet.kernel.text import plural, shortened
from broadsheet.search.language.pasted import pasted

_LONGEST = 120


def heading(question: Question) -> str:
    """The name of a list: "Friday 14 August 2026", "Materials, August 2026"."""
    name = _name(question)
    if question.field == "everything":
        return name
    return f"{field_named(question.field).title}, {name}"


def _name(question: Question) -> str:
    if question.place == "search":
        return f"Search: {asked(question)}" if question.text else "Search"
    if question.place == "similar":
        return f"Papers like {question.like}"
    if question.place == "trending":
        return "Trending"
    if question.period is None:
        return "The latest edition"
    every = "Everything of " if question.place == "all" else ""
    return every + period_name(question.period)


def asked(question: Question) -> str:
    """What a search asks for, in the length of a heading."""
    text = question.text
    found = pasted(text)
    if found and found.papers:
        title = found.papers[0].title if len(found.papers) == 1 else ""
        text = title or f"{plural(len(found.papers), 'paper')} that were pasted"
    return shortened(text, _LONGEST)


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
