"""How far a source came, and where an errand that was cut short goes on."""

from datetime import date, timedelta
from typing import Final

from broadsheet.harvest.models import Checkpoint
from broadsheet.kernel import clock
from broadsheet.sources.live import Portion, Wanted

FIRST_DAYS: Final = timedelta(days=7)
"""What a first harvest asks for unless it is told more."""

# Records move between days while they are asked for, and clocks differ: ask for a day more.
_OVERLAP: Final = timedelta(days=1)


def begun(source: str, categories: tuple[str, ...], since: date | None) -> Checkpoint:
    """The errand to go on with: the one under way if it asks for as much, else a new one.

    ``since`` None asks for what changed after the last errand. One under way that began later
    than wanted is given up for a new one that asks for all of it.
    """
    row, _ = Checkpoint.objects.get_or_create(source=source, set="\n".join(categories))
    if not _goes_on(row, since):
        row.begun_at, row.since = clock.now(), since or _first(row)
        row.chained, row.resume, row.reached = row.since, "", None
        row.portions, row.records = 0, 0
        row.save()
    return row


def following(source: str, categories: tuple[str, ...], since: date | None) -> tuple[Wanted, str]:
    """What the next run would ask for, and from which place on; nothing is noted."""
    name = "\n".join(categories)
    row = Checkpoint.objects.filter(source=source, set=name).first() or Checkpoint()
    if _goes_on(row, since):
        return wanted(row), row.resume
    return Wanted(since=since or _first(row)), ""


def _goes_on(row: Checkpoint, since: date | None) -> bool:
    return row.begun_at is not None and (since is None or row.since is None or row.since <= since)


def _first(row: Checkpoint) -> date:
    held = _held(row)
    return held - _OVERLAP if held else clock.now().date() - FIRST_DAYS


def _held(row: Checkpoint) -> date | None:
    """What is covered, unless a clock that was ahead said so: then nobody knows."""
    return row.covered if row.covered and row.covered <= clock.now().date() else None


def begin_anew(source: str) -> None:
    """The source asks elsewhere: from where it was, or as for the first time if that is earlier.

    No place of the old upstream means anything to the new one, nor does what was covered.
    """
    now = clock.now()
    for row in Checkpoint.objects.filter(source=source):
        begun = (row.since if row.begun_at else None, now.date() - FIRST_DAYS, _first(row))
        row.since = min(day for day in begun if day)
        row.begun_at, row.covered = now, None
        row.chained, row.resume, row.reached = row.since, "", None
        row.portions, row.records = 0, 0
        row.save()


def begin_beside(source: str, before: str, after: str) -> None:
    """The source is set to other categories: what was covered of the old ones is not of the new.

    Categories never asked for begin as for the first time, or where the old ones were left if
    that is earlier, so that none of those that stay has a gap.
    """
    old = Checkpoint.objects.filter(source=source, set=before).first()
    if old is None or Checkpoint.objects.filter(source=source, set=after).exists():
        return
    now = clock.now()
    left = (old.since if old.begun_at else None, now.date() - FIRST_DAYS, _first(old))
    since = min(day for day in left if day)
    Checkpoint.objects.create(source=source, set=after, begun_at=now, since=since, chained=since)


def wanted(row: Checkpoint) -> Wanted:
    """What this chain of portions asks for."""
    return Wanted(since=row.chained)


def advance(row: Checkpoint, portion: Portion, records: int) -> None:
    """Note a portion that was ingested; in the same transaction."""
    row.portions += 1
    row.records += records
    row.resume = portion.resume
    row.reached = portion.reached or row.reached
    if not portion.resume:
        _end(row)
    row.save()


def _end(row: Checkpoint) -> None:
    """The errand is done: what it was sent for, up to the day it began, is held."""
    done_to = min(row.begun_at, clock.now()).date() if row.begun_at else None
    held = _held(row)
    if done_to and (held is None or row.since is None or row.since <= held):
        row.covered = max(done_to, held or done_to)
    row.begun_at = None


def chain_anew(row: Checkpoint) -> None:
    """Ask again from the last safe day: the place to go on from was forgotten upstream."""
    row.chained, row.resume = row.reached or row.chained, ""
    row.save()
