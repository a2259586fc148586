"""The ledger made ready for its page, and for the pages of its days."""

from collections.abc import Sequence
from typing import Any

from broadsheet.editions.addresses import write
from broadsheet.editions.types import Question
from broadsheet.fields.feeds import feed_title
from broadsheet.harvest.queries import DayState
from broadsheet.kernel import words
from broadsheet.kernel.dates import Period


def ledger(states: Sequence[DayState]) -> dict[str, Any]:
    """Every line with its day, its feed and how it stands."""
    due = {state.feed: state.next_due for state in states if state.next_due}
    return {
        "page_title": "Ledger",
        "lines": [_line(state) for state in states],
        "due": [(_capital(feed_title(feed)), words.moment(at)) for feed, at in sorted(due.items())],
    }


def _line(state: DayState) -> dict[str, Any]:
    return {
        "day": words.day(state.day, weekday=True, year=False),
        "href": write(Question(place="all", period=Period.day(state.day))),
        "feed": _capital(feed_title(state.feed)),
        "found": state.outcome == "found",
        "count": state.count,
        "why": state.why,
        "notes": _notes(state),
    }


def _notes(state: DayState) -> list[str]:
    """How a day that was announced came to be as it is."""
    notes = ["complete"] if state.complete_at else ["open"]
    if state.late:
        notes.append(f"{state.late:,} late")
    if state.rejected:
        notes.append(f"{state.rejected:,} could not be read")
    if state.healed_at:
        notes.append(f"healed {words.moment(state.healed_at)}")
    elif state.missed_at:
        notes.append(f"gap since {words.moment(state.missed_at)}")
    if state.silent:
        notes.append(f"not listed by {', '.join(state.silent)}")
    if state.alarm:
        notes.append(f"alarm: {state.alarm}")
    return notes


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
