"""What whoever delivers writes: a message is taken and settled, by one short statement each.

A message is taken, and that is committed, before it is handed over; so it is handed over once
for each time it was taken. Whatever is found taken when another run begins belongs to one that
is gone: it may have left or not, and only its late answer or the operator settles it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import uuid4

from django.db import transaction
from django.db.models import Case, F, QuerySet, Value, When, Window
from django.db.models.functions import RowNumber

from broadsheet.kernel import clock
from broadsheet.mail.models import Event, Message, Standing

GONE: Final = "Whoever handed it over was gone before the answer was written down."

# Somebody waits for these.
_FIRST: Final = ("confirmation", "notice")


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A message that this run has taken; ``run`` names the taking, ``attempt`` counts from 1."""

    number: int
    run: str
    attempt: int
    name: str
    address: str
    content: int
    fills: Mapping[str, str]
    headers: Mapping[str, str]
    composed_at: datetime


def due(*, of_each: int) -> list[tuple[int, str]]:
    """What is due, as (number, domain): links and notices first, then by time.

    So many of each domain at most, so that one with many never hides the others.
    """
    last = Case(When(kind__in=_FIRST, then=Value(0)), default=Value(1))
    order: list[Case | F] = [last, F("due_at"), F("pk")]
    waiting = Message.objects.filter(standing=Standing.WAITING, due_at__lte=clock.now())
    place = Window(RowNumber(), partition_by=["domain"], order_by=order)
    ranked = waiting.annotate(place=place).filter(place__lte=of_each)
    return list(ranked.order_by(*order).values_list("pk", "domain"))


def is_due() -> bool:
    """Whether anything is."""
    return Message.objects.filter(standing=Standing.WAITING, due_at__lte=clock.now()).exists()


def claim(number: int) -> Claim | None:
    """Take a message; None where it is no longer due, or another has it."""
    now, run = clock.now(), uuid4().hex
    waiting = Message.objects.filter(pk=number, standing=Standing.WAITING, due_at__lte=now)
    if not waiting.update(
        standing=Standing.SENDING, run=run, claimed_at=now, attempts=F("attempts") + 1
    ):
        return None
    row = Message.objects.get(pk=number)
    return Claim(
        number=row.pk,
        run=run,
        attempt=row.attempts,
        name=row.name,
        address=row.address,
        content=row.content_id,
        fills=row.fills,
        headers=row.headers,
        composed_at=row.composed_at,
    )


def _ours(claim: Claim) -> QuerySet[Message]:
    """The message while this claim is its last, also when it was taken for lost."""
    open_ = (Standing.SENDING, Standing.DOUBTFUL)
    return Message.objects.filter(pk=claim.number, run=claim.run, standing__in=open_)


def end(claim: Claim, standing: Standing, *, said: str = "", receipt: str = "") -> None:
    """Write down how it ended. A late answer of a run taken for lost counts too."""
    _ours(claim).update(standing=standing, ended_at=clock.now(), error=said, receipt=receipt[:250])


def put_off(claim: Claim, said: str, *, until: datetime) -> None:
    """Let it wait: its receiver cannot take it now."""
    with transaction.atomic():
        if _back(claim, due_at=until, error=said):
            Event.objects.create(message_id=claim.number, at=clock.now(), what="later", said=said)


def reopen(claim: Claim, said: str, *, until: datetime) -> None:
    """Let it wait after all, though it was refused for good: it was not its own fault."""
    failed = Message.objects.filter(
        pk=claim.number, run=claim.run, standing=Standing.FAILED, recalled=False
    )
    with transaction.atomic():
        if failed.update(standing=Standing.WAITING, ended_at=None, due_at=until):
            Event.objects.create(message_id=claim.number, at=clock.now(), what="later", said=said)


def release(claim: Claim) -> None:
    """Give it back untried: it was never offered to its receiver."""
    _back(claim, attempts=F("attempts") - 1, error="")


def _back(claim: Claim, **facts: object) -> int:
    """Put it back among those that wait; one that was recalled meanwhile is cancelled now."""
    return _ours(claim).update(
        standing=Case(
            When(recalled=True, then=Value(Standing.CANCELLED)), default=Value(Standing.WAITING)
        ),
        ended_at=Case(When(recalled=True, then=Value(clock.now())), default=None),
        **facts,
    )


def doubt() -> int:
    """Mark as doubtful what was being handed over by runs that are gone; gives how many.

    To be called as a run begins: it has taken nothing yet.
    """
    return Message.objects.filter(standing=Standing.SENDING).update(
        standing=Standing.DOUBTFUL, ended_at=clock.now(), error=GONE
    )
