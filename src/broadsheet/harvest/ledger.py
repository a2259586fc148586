"""Writing the ledger: what was announced upstream, what of it is held, what is missing."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from django.conf import settings

from broadsheet.harvest import rules
from broadsheet.harvest.calendar import Calendar, by_habit, published
from broadsheet.harvest.models import Day, Listing, Source
from broadsheet.papers.queries import listed as held_papers
from broadsheet.sources import registry
from broadsheet.sources.contract import Record, Trouble
from broadsheet.sources.live import Listed, LiveSource, Outcome, Portion

OPEN_DAYS: Final = timedelta(days=30)
"""How long a day with gaps is looked at again after every run."""

_USUAL: Final = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Believed:
    """A portion without the batches that were yesterday's again; ``alarms`` says which were."""

    items: tuple[Record | Trouble, ...]
    listed: tuple[Listed, ...]
    alarms: tuple[tuple[str, date, str], ...]


def calendar_of(feed: str, now: datetime) -> Calendar:
    """The calendar a feed publishes, else the one its habit makes."""
    today = now.date()
    return calendars().get(feed) or by_habit(held_papers.announced_days(feed, today), today)


def calendars() -> dict[str, Calendar]:
    """Those that feeds publish, as the program and the operator's file have them."""
    return published(settings.DATA / "calendar.toml")


def believed(portion: Portion, source: str) -> Believed:
    """Take out batches that repeat the edition before under a new date, and their records.

    What is really new among them comes again, when the upstream lists the right batch.
    """
    alarms: list[tuple[str, date, str]] = []
    for listed in portion.listed:
        before = _edition_before(listed.feed, listed.day)
        if before and (again := rules.repeats(listed.names, before[1])):
            count = f"{source} listed {len(listed.names)}, of which {again}"
            reason = f"{count} stood on {before[0]} already: the list of that day again"
            alarms.append((listed.feed, listed.day, reason))
    refused = {(feed, day) for feed, day, _ in alarms}
    return Believed(
        items=tuple(item for item in portion.items if not _is_of(item, refused)),
        listed=tuple(one for one in portion.listed if (one.feed, one.day) not in refused),
        alarms=tuple(alarms),
    )


def _is_of(item: Record | Trouble, refused: Collection[tuple[str, date]]) -> bool:
    if not refused or isinstance(item, Trouble):
        return False
    return any((said.feed, said.day) in refused for said in item.announcements)


def _edition_before(feed: str, day: date) -> tuple[date, rules.Names] | None:
    """The last day before this one that was listed, with its names."""
    rows = Listing.objects.filter(feed=feed, day__lt=day).order_by("-day")
    last = rows.values_list("day", flat=True).first()
    return (last, names_of(feed, last)) if last else None


def names_of(feed: str, day: date) -> rules.Names:
    """Every name that any source lists of a day, in order."""
    names: rules.Names = {}
    for column in (
        Listing.objects.filter(feed=feed, day=day).order_by("pk").values_list("names", flat=True)
    ):
        names = {**rules.read(column), **names}
    return names


def write(source: str, listed: Iterable[Listed], now: datetime) -> None:
    """Add what a source lists to what it listed before."""
    for said in listed:
        row, _ = Listing.objects.get_or_create(
            feed=said.feed,
            day=said.day,
            source=source,
            defaults={"grown_at": now, "said_at": now},
        )
        before = rules.read(row.names)
        names = rules.joined(before, said.names)
        if len(names) > len(before):
            row.grown_at = now
        same = len(names) == len(before)
        row.names, row.count, row.said_at = rules.written(names), len(names), now
        row.whole = said.whole or (row.whole and same)
        row.save()
        day, _ = Day.objects.get_or_create(feed=said.feed, day=said.day)
        if said.whole and not names and not _hides_failure(day, source, "nothing-new"):
            _note(day, now, source, "nothing-new")


def raise_alarms(alarms: Iterable[tuple[str, date, str]]) -> None:
    """Note on its day that a batch was not believed."""
    for feed, day, reason in alarms:
        row, _ = Day.objects.get_or_create(feed=feed, day=day)
        row.alarm = reason
        row.save(update_fields=["alarm"])


def end_alarms(days: Iterable[tuple[str, date]], source: str) -> None:
    """A whole run of the source that had raised it listed these days without any alarm."""
    for feed, day in days:
        Day.objects.filter(feed=feed, day=day, alarm__startswith=f"{source} ").update(alarm="")


def settle(feed: str, day: date, now: datetime) -> None:
    """Count a day again: held, late, rejected; complete it if its list is fixed."""
    row, _ = Day.objects.get_or_create(feed=feed, day=day)
    names = names_of(feed, day)
    seen = held_papers.announced_names(feed, day) if names else {}
    missing = [name for name in names if name not in seen]
    calendar = calendar_of(feed, now)
    over = calendar.over_at(day)
    row.announced, row.held = len(names), len(names) - len(missing)
    row.rejected = len(held_papers.refused_names(missing))
    ended = min(over, row.complete_at or over)
    row.late = sum(name in seen and seen[name] > ended for name in names)
    if missing:
        row.missed_at, row.healed_at = row.missed_at or now, None
    elif row.missed_at and not row.healed_at:
        row.healed_at = now
    row.silent = " ".join(_silent(feed, day)) if names and now >= over else ""
    if names and not row.complete_at and (now >= over or _is_fixed(row)):
        row.complete_at = now
    row.save()


def _silent(feed: str, day: date) -> list[str]:
    """The sources that list this feed, and did before, but did not list this day."""
    listings = Listing.objects.filter(feed=feed)
    listed = set(listings.filter(day=day).values_list("source", flat=True))
    before = set(listings.filter(day__lt=day).values_list("source", flat=True).distinct())
    return [name for name in sources_of(feed) if name in before - listed]


def _is_fixed(row: Day) -> bool:
    """Whether all counts agree and nothing more is to be expected."""
    if row.alarm or row.held < row.announced:
        return False
    listings = {one.source: one for one in Listing.objects.filter(feed=row.feed, day=row.day)}
    expected = sources_of(row.feed) or tuple(listings)
    if not all(name in listings and listings[name].whole for name in expected):
        return False
    settled = all(one.said_at - one.grown_at >= rules.SETTLED for one in listings.values())
    before = Day.objects.filter(feed=row.feed, day__lt=row.day, announced__gt=0).order_by("-day")
    counts = list(before.values_list("announced", flat=True)[:_USUAL])
    return settled or not rules.is_short(row.announced, counts)


def sources_of(feed: str) -> tuple[str, ...]:
    """The sources that are on and list the days of a feed."""
    on = set(Source.objects.filter(on=True).values_list("name", flat=True))
    return tuple(name for name, source in live().items() if name in on and feed in source.feeds)


def is_on(name: str) -> bool:
    """Whether the program has this live source, and it is on."""
    return name in live() and Source.objects.filter(name=name, on=True).exists()


def live() -> dict[str, LiveSource]:
    """The live sources that the program has, by name."""
    return dict(registry.LIVE)


def settle_open(feeds: Collection[str], now: datetime) -> None:
    """Count the days of these feeds again that are not complete, or have gaps."""
    since = now.date() - OPEN_DAYS
    rows = Day.objects.filter(feed__in=feeds, day__gte=since).order_by("day")
    for row in rows:
        if row.complete_at is None or row.held < row.announced:
            settle(row.feed, row.day, now)


def end_days(now: datetime) -> None:
    """Complete every day whose time is over, though no source may ever list it again."""
    for row in Day.objects.filter(complete_at=None, announced__gt=0).order_by("day"):
        if calendar_of(row.feed, now).over_at(row.day) <= now:
            settle(row.feed, row.day, now)


def note_asked(source: LiveSource, outcome: Outcome, error: str, now: datetime) -> Outcome:
    """Write how asking went on the line of today, for each feed of the source.

    Gives the outcome in the calendar's words: nothing on a day without edition is a holiday.
    """
    told = outcome
    for feed in source.feeds:
        calendar = calendar_of(feed, now)
        today = calendar.day_at(now)
        row, _ = Day.objects.get_or_create(feed=feed, day=today)
        if not _hides_failure(row, source.name, outcome):
            _note(row, now, source.name, outcome, error=error)
        told = outcome_of(row, calendar, now)
    return told if outcome in ("nothing-new", "not-announced") else outcome


def _hides_failure(row: Day, source: str, outcome: Outcome) -> bool:
    """Whether a success would hide that another source failed, on a day without papers."""
    other_failed = row.outcome in rules.FAILED and row.asked != source
    return other_failed and outcome not in rules.FAILED and not row.announced


def _note(row: Day, now: datetime, source: str, outcome: Outcome, *, error: str = "") -> None:
    row.asked_at, row.asked, row.outcome, row.error = now, source, outcome, error
    row.save(update_fields=["asked_at", "asked", "outcome", "error"])


def outcome_of(row: Day, calendar: Calendar, now: datetime) -> Outcome:
    """Which of the five a day without papers is, or "found"."""
    return rules.outcome_of(
        rules.Standing(
            announced=row.announced,
            said=row.outcome,
            asked_at=row.asked_at,
            has_none=bool(calendar.why_none(row.day)),
            due=calendar.due_at(row.day),
            over=calendar.over_at(row.day),
        ),
        now,
    )
