"""The doors of the harvest: set a source, run it, close gaps, fetch what readers ask for."""

import re
from typing import Final
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction

from broadsheet.harvest import checkpoints, leases, ledger
from broadsheet.harvest.demands import ask_for, fetch
from broadsheet.harvest.healing import heal
from broadsheet.harvest.models import Source
from broadsheet.harvest.running import Run, peek, run
from broadsheet.jobs import actions as jobs
from broadsheet.jobs import schedule
from broadsheet.kernel import clock
from broadsheet.kernel.errors import BadOption, NotFound
from broadsheet.papers.refresh import write_alone
from broadsheet.sources.live import LiveSource

__all__ = [
    "JOB",
    "Run",
    "ask_for",
    "configure",
    "end_days",
    "fetch",
    "heal",
    "peek",
    "reschedule",
    "run",
    "source",
]

JOB: Final = "harvest.sync"
"""The job that runs a source: its subject and its argument ``source`` are the name."""

_CATEGORY: Final = re.compile(r"[a-zA-Z][a-zA-Z-]*(\.[a-zA-Z-]+)?")


def source(name: str) -> LiveSource:
    """The live source of that name. Raises NotFound."""
    found = ledger.live().get(name)
    if found is None:
        known = ", ".join(ledger.live()) or "none"
        raise NotFound(kind="live source", name=f"{name}; there are {known}")
    return found


def configure(
    name: str,
    *,
    on: bool | None = None,
    categories: tuple[str, ...] | None = None,
    base_url: str | None = None,
) -> None:
    """Set a source; what is None stays. "" as its base URL is the source's own again.

    Where a source asks several addresses, its base URL is all of them with blanks between.

    A source that is on is asked by the worker, at once and on its schedule; one that is switched
    off is asked
    no more, not even to the end of a harvest. At another address it begins anew. A run under way
    ends as soon as it would hold something that came from where it was set before.

    Raises NotFound for an unknown source, BadOption for what is no category or no address.
    """
    live = source(name)
    for category in categories or ():
        if not _CATEGORY.fullmatch(category):
            raise BadOption(option="--category", reason=f"{category} is no name of a category")
    if base_url and not all(map(_is_address, base_url.split())):
        reason = "an address begins with https:// or http://, has a host and no password"
        raise BadOption(option="--base-url", reason=reason)
    with transaction.atomic():
        row, _ = Source.objects.select_for_update().get_or_create(name=name)
        before = (row.on, row.categories, row.base_url)
        row.on = row.on if on is None else on
        if categories is not None:
            row.categories = "\n".join(dict.fromkeys(categories))
        if base_url is not None:
            row.base_url = "" if base_url == live.base_url else base_url
        _settle(row, before)
        if not row.on:
            jobs.withdraw(JOB, name)
        _schedule(live, on=row.on)
        if on and live.schedule and settings.CONTACT:
            jobs.enqueue(JOB, name, source=name)


def _settle(row: Source, before: tuple[bool, str, str]) -> None:
    """Save a source, and what follows from what is set otherwise than before."""
    was_on, categories, base_url = before
    is_elsewhere = (categories, base_url) != (row.categories, row.base_url)
    if is_elsewhere:
        row.said = {}  # what was not new there may be new here
    row.save(update_fields=["on", "categories", "base_url", "said"])
    if is_elsewhere or (was_on and not row.on):
        leases.revoke(Source, row.name)
    if base_url != row.base_url:
        checkpoints.begin_anew(row.name)
    if categories != row.categories:
        checkpoints.begin_beside(row.name, categories, row.categories)


def _is_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
        is_web = parts.scheme in ("http", "https") and "@" not in parts.netloc
        return is_web and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def end_days() -> None:
    """Complete the days whose time is over: those of sources that are off, too."""
    with transaction.atomic():
        write_alone()
        ledger.end_days(clock.now())


def reschedule(live: LiveSource) -> None:
    """Declare when a source is asked, as this version of the program has it, if it is on."""
    _schedule(live, on=Source.objects.filter(name=live.name, on=True).exists())


def _schedule(live: LiveSource, *, on: bool) -> None:
    entry = f"{JOB}.{live.name}"
    if not on or not live.schedule:
        schedule.remove(entry)
        return
    schedule.declare(
        entry,
        cron=live.schedule,
        zone=live.zone,
        job=JOB,
        subject=live.name,
        arguments={"source": live.name},
    )
