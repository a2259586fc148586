"""Asking again for what was announced and is not held."""

from datetime import date
from typing import Final

from django.db import transaction
from django.db.models import F

from broadsheet.harvest import ledger, rules, running
from broadsheet.harvest.models import Day, Sought
from broadsheet.kernel import clock
from broadsheet.kernel.errors import Busy
from broadsheet.net.contract import Client
from broadsheet.papers import actions as papers
from broadsheet.papers.queries import listed as held_papers
from broadsheet.papers.refresh import write_alone
from broadsheet.sources.contract import Announced
from broadsheet.sources.listed.parse import record
from broadsheet.sources.live import LiveSource, Wanted

MOST_NAMES: Final = 2_000
"""How many names are asked for after one run; the rest after the next."""

_LONGEST_NAME: Final = 200


def heal(feeds: tuple[str, ...], *, client: Client | None = None) -> int:
    """Close what gaps can be closed on the open days of these feeds; gives how many names.

    A paper that is held without its announcement gets it; one that is not is asked for by its
    name first, of the source for such names if that is on. One that its upstream does not give
    is asked for again later each time. Where asking fails, nobody is asked for the gaps of
    other days: they will be after the next run.
    """
    left, healed = MOST_NAMES, 0
    healers = _healers()
    since = clock.now().date() - ledger.OPEN_DAYS
    Sought.objects.filter(asked_at__lt=clock.now() - ledger.OPEN_DAYS).delete()
    rows = Day.objects.filter(feed__in=feeds, day__gte=since, announced__gt=0).order_by("-day")
    for row in rows:
        if row.held < row.announced:
            missing = _missing(row.feed, row.day)
            names = _due(missing)[:left]
            left -= len(names)
            _ask(names, healers, client)
            healed += _announce(row, missing)
    return healed


def _healers() -> dict[str, LiveSource]:
    """Who is asked for missing papers, for each scheme of names."""
    on = (source for name, source in ledger.live().items() if ledger.is_on(name))
    return {scheme: source for source in on for scheme in source.heals}


def _missing(feed: str, day: date) -> list[str]:
    held = held_papers.announced_names(feed, day)
    return [name for name in ledger.names_of(feed, day) if name not in held]


def _due(missing: list[str]) -> list[str]:
    """Those that no paper bears, and that were not asked for in vain a while ago."""
    now = clock.now()
    titles = held_papers.titles_of(missing)
    unknown = [name for name in missing if name not in titles and len(name) <= _LONGEST_NAME]
    sought = Sought.objects.filter(name__in=unknown).values_list("name", "times", "asked_at")
    waits = {name for name, times, at in sought if not rules.may_seek(times, at, now)}
    return [name for name in unknown if name not in waits]


def _ask(wanted: list[str], healers: dict[str, LiveSource], client: Client | None) -> None:
    """Ask for papers by their names, and note those that did not come."""
    for scheme, healer in [*healers.items()]:
        names = [name for name in wanted if name.startswith(f"{scheme}:")]
        if not names:
            continue
        if _fetch(healer, tuple(name.partition(":")[2] for name in names), client):
            _note(names)
        else:
            del healers[scheme]


def _fetch(healer: LiveSource, names: tuple[str, ...], client: Client | None) -> bool:
    """Ask for papers by name; False where that failed, which is noted on the source."""
    try:
        return running.run(healer, Wanted(names=names), client=client).failure is None
    except Busy:
        return False


def _note(names: list[str]) -> None:
    """Remember what was asked for in vain, and forget what came."""
    now = clock.now()
    came = held_papers.titles_of(names)
    in_vain = [name for name in names if name not in came]
    with transaction.atomic():
        write_alone()
        Sought.objects.filter(name__in=list(came)).delete()
        known = Sought.objects.filter(name__in=in_vain)
        fresh = set(in_vain) - set(known.values_list("name", flat=True))
        known.update(times=F("times") + 1, asked_at=now)
        Sought.objects.bulk_create(
            (Sought(name=name, asked_at=now) for name in sorted(fresh)), ignore_conflicts=True
        )


def _announce(row: Day, missing: list[str]) -> int:
    """Give the papers that are held by now their announcement, and count the day again."""
    with transaction.atomic():
        write_alone()
        now = clock.now()
        kinds = ledger.names_of(row.feed, row.day)
        found = held_papers.titles_of(missing)
        papers.ingest(
            record(
                name,
                title,
                Announced(feed=row.feed, day=row.day, rank=None, kind=kinds[name], seen_at=now),
            )
            for name, title in found.items()
        )
        ledger.settle(row.feed, row.day, now)
    return len(found)
