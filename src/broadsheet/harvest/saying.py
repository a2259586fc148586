"""The ledger in sentences: why a day has no papers, how much of it is held."""

from collections.abc import Iterable
from datetime import date, datetime

from broadsheet.fields.feeds import feed_title
from broadsheet.harvest.calendar import Calendar
from broadsheet.harvest.models import Day
from broadsheet.kernel.text import plural
from broadsheet.sources import registry
from broadsheet.sources.live import Outcome


def why(row: Day, outcome: Outcome, calendar: Calendar, now: datetime) -> str:
    """One or two sentences on how a feed's day stands."""
    what = _what(row.feed)
    if outcome == "found":
        return _found(row, what) + _unlisted(row)
    if outcome == "holiday":
        return none(row.feed, row.day, calendar)
    if outcome == "not-announced":
        return f"{what} of that day {_due(row, calendar, now)}."
    if outcome == "nothing-new":
        return f"{what} was asked for that day, and announced nothing."
    return _failed(row, outcome, what)


def none(feed: str, day: date, calendar: Calendar) -> str:
    """That a feed has no edition on a day, and why; "" where it should have one."""
    reason = calendar.why_none(day)
    return f"{_what(feed)} has no edition that day: {reason}." if reason else ""


def nothing(reasons: Iterable[str], due: datetime | None) -> str:
    """Why a day has no papers, each feed's reason, and when the next edition can be had."""
    coming = f"The next edition is due {moment(due)}." if due else ""
    return " ".join(filter(None, (*dict.fromkeys(reasons), coming)))


def _what(feed: str) -> str:
    title = feed_title(feed)
    return title[:1].upper() + title[1:]


def _failed(row: Day, outcome: Outcome, what: str) -> str:
    if row.outcome != outcome:
        return f"{what} was not asked while that day could be had."
    if outcome == "unreadable":
        return f"{what} was answered in a form that cannot be read: {row.error}"
    return f"{what} could not be asked: {row.error}"


def _found(row: Day, what: str) -> str:
    if row.held == row.announced:
        return f"{what}: {row.held:,} of {row.announced:,} are held."
    missing = row.announced - row.held
    refused = f" ({row.rejected:,} could not be read)" if row.rejected else ""
    return (
        f"{what}: {row.held:,} of {row.announced:,} are held; {plural(missing, 'paper')}"
        f" {'is' if missing == 1 else 'are'} missing{refused}, and asked for again."
    )


def _unlisted(row: Day) -> str:
    names = [name for name in row.silent.split() if name in registry.LIVE]
    titles = " and ".join(registry.LIVE[name].title for name in names)
    return f" {titles} did not list that day: more may have been announced." if titles else ""


def _due(row: Day, calendar: Calendar, now: datetime) -> str:
    due = calendar.due_at(row.day)
    if not calendar.weekdays:
        return "may still come: it is not known yet on which days it has editions"
    if due > now:
        return f"is due {moment(due)}"
    if calendar.cutoff is None:
        return "was not announced yet; it may come until the day is over"
    return f"was due {moment(due)} and was not announced yet"


def moment(at: datetime) -> str:
    """A moment in a sentence: ``on Tuesday 24 November at 05:30 UTC``."""
    return f"on {at:%A} {at.day} {at:%B} at {at:%H:%M} UTC"
