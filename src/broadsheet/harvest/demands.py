"""Papers that readers ask for: each number once, few in an hour, all of them in one request."""

from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.db import transaction

from broadsheet.harvest import ledger, rules, running
from broadsheet.harvest.models import Demand, Source
from broadsheet.jobs import actions as jobs
from broadsheet.kernel import clock
from broadsheet.kernel.errors import NotFound, Refused, TooOften
from broadsheet.net.contract import Client
from broadsheet.papers.queries import listed as held_papers
from broadsheet.sources.live import Wanted

SOURCE: Final = "arxiv_api"
JOB: Final = "harvest.fetch"
"""The job that asks for all that readers want; there is one of it."""
MOST_AN_HOUR: Final = 60
"""For the whole instance. It bounds what waits, too: no demand is tried for longer."""

_KEPT: Final = timedelta(days=7)


def is_offered() -> bool:
    """Whether the operator lets readers have arXiv asked: the source is on, a contact is set."""
    return ledger.is_on(SOURCE) and bool(settings.CONTACT)


def ask_for(name: str) -> str:
    """Have arXiv asked for a paper, by the worker, soon; gives its number.

    Nothing happens where it is held, is being asked for, or was answered within a day.

    Raises NotFound for what is no arXiv number, Refused where this site does not ask or arXiv
    cannot have given that number yet, TooOften after ``MOST_AN_HOUR`` of them.
    """
    number = rules.arxiv_number(name)
    if not number:
        raise NotFound(kind="arXiv number", name=name)
    now = clock.now()
    with transaction.atomic():
        # Whoever asks takes its row, so that two cannot both be the last that may.
        Source.objects.select_for_update().filter(name=SOURCE).first()
        if reason := _refusal(number, now):
            raise Refused(what=f"arXiv:{number}", done="asked for", reason=reason)
        if not _is_settled(number, now):
            _place(number, now)
    return number


def _refusal(number: str, now: datetime) -> str:
    if not is_offered():
        return "this site does not ask arXiv for single papers"
    if not rules.may_exist(number, now.date()):
        return "arXiv has not given numbers of that month yet"
    return ""


def _is_settled(number: str, now: datetime) -> bool:
    row = Demand.objects.filter(number=number).first()
    standing = rules.demand_standing(row.asked_at, row.answered_at, now) if row else "none"
    return standing != "none" or bool(_held((number,)))


def _place(number: str, now: datetime) -> None:
    if Demand.objects.filter(asked_at__gt=now - timedelta(hours=1)).count() >= MOST_AN_HOUR:
        often = {"most": MOST_AN_HOUR, "span": "an hour", "wait": "minutes"}
        raise TooOften(what="arXiv", done="asked for papers from here", **often)
    fresh = {"asked_at": now, "answered_at": None, "outcome": "", "error": ""}
    Demand.objects.update_or_create(number=number, defaults=fresh)
    jobs.enqueue(JOB, SOURCE)


def fetch(*, client: Client | None = None) -> running.Run | None:
    """Ask arXiv for all that is wanted, and note what came of each; None where nothing is.

    Raises Busy while another process runs the source; all of it is wanted still.
    """
    now = clock.now()
    Demand.objects.filter(asked_at__lt=now - _KEPT).delete()
    waiting = Demand.objects.filter(answered_at=None, asked_at__gt=now - rules.UNDER_WAY)
    numbers = tuple(waiting.order_by("asked_at", "pk").values_list("number", flat=True))
    if not numbers or not is_offered():
        return None
    told = running.run(ledger.live()[SOURCE], Wanted(names=numbers), client=client)
    held = _held(numbers)
    troubles = {trouble.source_id: trouble for trouble in told.report.troubles}
    for number in numbers:
        row = Demand.objects.filter(number=number, answered_at=None)
        trouble = troubles.get(number)
        if number in held:
            row.update(answered_at=clock.now(), outcome="found", error="")
        elif trouble:
            outcome = "unreadable" if trouble.raw else "not-there"
            row.update(answered_at=clock.now(), outcome=outcome, error=trouble.reason)
        else:
            row.update(outcome=told.outcome, error=told.error)
    return told


def _held(numbers: tuple[str, ...]) -> set[str]:
    named = held_papers.titles_of([f"arxiv:{number}" for number in numbers])
    return {name.partition(":")[2] for name in named}
