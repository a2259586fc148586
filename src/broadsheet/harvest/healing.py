"""Asking again for what was announced and is not held."""

from datetime import date
from typing import Final

from django.db import transaction

from broadsheet.harvest import ledger, running
from broadsheet.harvest.models import Day
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


def heal(feeds: tuple[str, ...], *, client: Client | None = None) -> int:
    """Close what gaps can be closed on the open days of these feeds; gives how many names.

    A paper that is held without its announcement gets it; one that is not is asked for by its
    name first, of the source for such names if that is on. One that cannot be asked is not
    asked for the gaps of other days: it will be after the next run.
    """
    left, healed = MOST_NAMES, 0
    healers = _healers()
    since = clock.now().date() - ledger.OPEN_DAYS
    rows = Day.objects.filter(feed__in=feeds, day__gte=since, announced__gt=0).order_by("-day")
    for row in rows:
        if row.held < row.announced and left > 0:
            missing = _missing(row.feed, row.day)[:left]
            left -= len(missing)
            healed += _heal(row, missing, healers, client)
    return healed


def _healers() -> dict[str, LiveSource]:
    """Who is asked for missing papers, for each scheme of names."""
    on = (source for name, source in ledger.live().items() if ledger.is_on(name))
    return {scheme: source for source in on for scheme in source.heals}


def _missing(feed: str, day: date) -> list[str]:
    held = held_papers.announced_names(feed, day)
    return [name for name in ledger.names_of(feed, day) if name not in held]


def _heal(
    row: Day, missing: list[str], healers: dict[str, LiveSource], client: Client | None
) -> int:
    feed, day = row.feed, row.day
    titles = held_papers.titles_of(missing)
    unknown = [name for name in missing if name not in titles]
    for scheme, healer in [*healers.items()]:
        names = tuple(n.partition(":")[2] for n in unknown if n.startswith(f"{scheme}:"))
        if names and not _fetch(healer, names, client):
            del healers[scheme]
    with transaction.atomic():
        write_alone()
        now = clock.now()
        kinds = ledger.names_of(feed, day)
        found = held_papers.titles_of(missing)
        papers.ingest(
            record(
                name,
                title,
                Announced(feed=feed, day=day, rank=None, kind=kinds[name], seen_at=now),
            )
            for name, title in found.items()
        )
        ledger.settle(feed, day, now)
    return len(found)


def _fetch(healer: LiveSource, names: tuple[str, ...], client: Client | None) -> bool:
    """Ask for papers by name; False where that failed, which is noted on the source."""
    try:
        return running.run(healer, Wanted(names=names), client=client).failure is None
    except Busy:
        return False
