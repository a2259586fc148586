"""What the worker runs of the editions: sealing days some time after they are complete."""

import logging
from collections import defaultdict
from datetime import date, timedelta
from typing import Final

from django.conf import settings

from broadsheet.editions import apps, sealed, seals
from broadsheet.fields import field as field_named
from broadsheet.harvest import actions as harvesting
from broadsheet.harvest import queries as harvest
from broadsheet.jobs import schedule
from broadsheet.jobs.registry import Context
from broadsheet.kernel import clock
from broadsheet.kernel.errors import Refused

log = logging.getLogger(__name__)

JOB: Final = apps.SEALING
_HOURLY: Final = "40 * * * *"
_LOOKED_BACK: Final = timedelta(days=60)


def declare() -> None:
    """Have days sealed as their time comes."""
    schedule.declare(JOB, cron=_HOURLY, zone="UTC", job=JOB)


def seal(context: Context) -> None:
    """Seal every day of the site's field whose time has come; a day is whole or not at all.

    What holds a day back is completed first where its time is over.
    """
    harvesting.end_days()
    for day in due():
        context.beat(f"sealing {day}")
        try:
            made = seals.seal(day, settings.FIELD)
        except Refused as error:  # its papers were withdrawn, or are of no category of the field
            log.info("day.not_sealed", extra={"day": day, "reason": error.user_message})
        else:
            log.info("day.sealed", extra={"day": day, "digest": made.digest})


def due() -> tuple[date, ...]:
    """The days, oldest first, that are complete in every feed for long enough, and unsealed."""
    now = clock.now()
    latest = now - timedelta(hours=settings.SEAL_AFTER)
    feeds = field_named(settings.FIELD).only_feeds
    by_day = defaultdict(list)
    for state in harvest.ledger(now.date() - _LOOKED_BACK, now.date()):
        if (not feeds or state.feed in feeds) and state.announced:
            by_day[state.day].append(state.complete_at)
    return tuple(
        day
        for day, moments in sorted(by_day.items())
        if all(at and at <= latest for at in moments) and sealed.of_day(day, settings.FIELD) is None
    )
