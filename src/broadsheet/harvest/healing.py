"""Asking again for what was announced and is not held."""

from datetime import date
from typing import Final

from django.db import transaction

from broadsheet.harvest import ledger, running
from broadsheet.harvest.models import Day, Source
from broadsheet.kernel import clock
from broadsheet.kernel.errors import Busy
from broadsheet.net.contract import Client
from broadsheet.papers import actions as papers
from broadsheet.papers.queries import listed as held_papers
from broadsheet.papers.refresh import write_alone
from broadsheet.sources.contract import Announced
from broadsheet.sources.listed.parse import record
from broadsheet.sources.live import Wanted

# Who is asked for papers by name, for each scheme of identifiers.
_BY_NAME: Final = {"arxiv": "arxiv_api"}
MOST_NAMES: Final = 2_000
"""How many names are asked for after one run; the rest after the next."""


def heal(feeds: tuple[str, ...], *, client: Client | None = None) -> int:
    """Close what gaps can be closed on the open days of these feeds; gives how many names.

    A paper that is held without its announcement gets it; one that is not is asked for by its
    name first, of the source for such names if that is on.
    """
    left, healed = MOST_NAMES, 0
    since = clock.now().date() - ledger.OPEN_DAYS
    rows = Day.objects.filter(feed__in=feeds, day__gte=since, announced__gt=0).order_by("-day")
    for row in rows:
        if row.held < row.announced and left > 0:
            missing = _missing(row.feed, row.day)[:left]
            left -= len(missing)
            healed += _heal(row.feed, row.day, missing, client)
    return healed


def _missing(feed: str, day: date) -> list[str]:
    held = held_papers.announced_names(feed, day)
    return [name for name in ledger.names_of(feed, day) if name not in held]


def _heal(feed: str, day: date, missing: list[str], client: Client | None) -> int:
    titles = held_papers.titles_of(missing)
    unknown = [name for name in missing if name not in titles]
    for scheme, healer in _BY_NAME.items():
        names = tuple(n.partition(":")[2] for n in unknown if n.startswith(f"{scheme}:"))
        if names and _is_on(healer):
            _fetch(healer, names, client)
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


def _is_on(name: str) -> bool:
    return name in ledger.live() and Source.objects.filter(name=name, on=True).exists()


def _fetch(healer: str, names: tuple[str, ...], client: Client | None) -> None:
    """Ask for papers by name; what fails is noted on the source and tried after the next run."""
    try:
        running.run(ledger.live()[healer], Wanted(names=names), client=client)
    except Busy:
        return
