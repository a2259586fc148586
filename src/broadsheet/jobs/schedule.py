"""Jobs that come again and again: declared by the rooms above, fired by any worker, once."""

import logging
from typing import Any, Final

from django.db import transaction

from broadsheet.jobs import actions, registry, rules
from broadsheet.jobs.models import Firing, Schedule
from broadsheet.kernel import clock
from broadsheet.kernel.errors import BadOption

log = logging.getLogger(__name__)

_REMEMBERED: Final = 100


def declare(
    name: str,
    *,
    cron: str,
    zone: str,
    job: str,
    subject: str = "",
    arguments: dict[str, Any] | None = None,
) -> None:
    """Have a job asked for whenever the cron expression is due by the clocks of the zone.

    ``name`` is the schedule's own; declared again it is changed, and nothing is written where
    it is the same. ``subject`` is the job's, ``name`` if empty. The first firing is the first
    due time after now. Whatever was missed while no worker ran is fired once.

    Raises BadOption for an expression or a zone that means nothing, LookupError for a job that
    is not registered.
    """
    registry.function(job)
    rules.check(cron, zone)
    wanted = {
        "cron": cron,
        "zone": zone,
        "job": job,
        "subject": subject or name,
        "arguments": arguments or {},
    }
    if Schedule.objects.filter(name=name).values(*wanted).first() == wanted:
        return
    with transaction.atomic():
        schedule, fresh = Schedule.objects.select_for_update().get_or_create(
            name=name, defaults=wanted
        )
        moved = fresh or (schedule.cron, schedule.zone) != (cron, zone)
        for column, value in wanted.items():
            setattr(schedule, column, value)
        schedule.save()
        due = rules.latest_due(cron, zone, clock.now())
        if moved and due:
            Firing.objects.get_or_create(schedule=schedule, due_at=due)


def remove(name: str) -> None:
    """Fire this schedule no more. What it has asked for already stays."""
    Schedule.objects.filter(name=name).delete()


def fire() -> int:
    """Ask for the jobs that are due and were not asked for yet; gives how many.

    Looking costs two queries and no lock.
    """
    dues = {}
    now = clock.now()
    for entry in Schedule.objects.filter(job__in=registry.names()).order_by("name"):
        try:
            due = rules.latest_due(entry.cron, entry.zone, now)
        except BadOption as error:  # another machine's zones; the others go on
            log.error("schedule.unreadable", extra={"schedule": entry.name, "facts": error.facts})  # noqa: TRY400  # the facts are all
            continue
        if due:
            dues[entry.pk] = due
    settled = Firing.objects.filter(schedule__in=dues, due_at__in=set(dues.values()))
    for pair in settled.values_list("schedule_id", "due_at"):
        if dues.get(pair[0]) == pair[1]:
            del dues[pair[0]]
    return sum(_fire(number, due) for number, due in dues.items())


def _fire(number: int, due: Any) -> bool:
    """Settle one due time and ask for its job, in one transaction; False if another has."""
    with transaction.atomic():
        schedule = Schedule.objects.select_for_update().filter(pk=number).first()
        if schedule is None:
            return False
        firing, fresh = Firing.objects.get_or_create(
            schedule=schedule, due_at=due, defaults={"fired_at": clock.now()}
        )
        if not fresh:
            return False
        actions.enqueue(schedule.job, schedule.subject, **schedule.arguments)
        # By number, not by time: a clock that ran ahead must not make the present look old.
        newest = schedule.firings.order_by("-pk").values_list("pk", flat=True)
        if last := newest[_REMEMBERED - 1 : _REMEMBERED].first():
            schedule.firings.filter(pk__lt=last).delete()
    log.info("schedule.fired", extra={"schedule": schedule.name, "due": firing.due_at})
    return True
