"""What workers write: a job is taken, kept, and brought to an end, by one short statement each.

Each names the attempt it speaks of and changes nothing where that is over, so that neither two
workers nor one that was given up for dead get in each other's way. No lock is held between.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import uuid4

from django.db.models import Case, F, Q, QuerySet, Value, When

from broadsheet.jobs.models import Job, State
from broadsheet.kernel import clock
from broadsheet.kernel.text import clean

ATTEMPTS: Final = 5
"""How often a job is tried before it is set aside."""

_LONGEST_ERROR: Final = 2_000
_KEPT: Final = timedelta(days=7)
# By how much the clocks of two machines may differ. A job placed later than that from now was
# placed by a clock that has since been set back: its waiting time means nothing.
_SKEW: Final = timedelta(minutes=2)
_LOOKS: Final = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A job that this worker has taken; ``run`` names the attempt."""

    number: int
    name: str
    subject: str
    arguments: dict[str, Any]
    attempt: int
    run: str


def claim(worker: str, names: Sequence[str]) -> Claim | None:
    """Take the job of these names that has been due for longest; None where there is none.

    Looking costs one query and no lock.
    """
    now = clock.now()
    due = Job.objects.filter(
        Q(due_at__lte=now) | Q(placed_at__gt=now + _SKEW), state=State.WAITING, name__in=names
    )
    for number in due.order_by("due_at", "pk").values_list("pk", flat=True)[:_LOOKS]:
        run = uuid4().hex
        taken = due.filter(pk=number).update(
            state=State.RUNNING,
            run=run,
            worker=worker,
            attempts=F("attempts") + 1,
            beats=0,
            said="",
            started_at=now,
            ended_at=None,
            wanted_again=False,
            to_cancel=False,
        )
        if taken:
            return _claimed(Job.objects.get(run=run))
    return None


def _claimed(job: Job) -> Claim:
    return Claim(
        number=job.pk,
        name=job.name,
        subject=job.subject,
        arguments=job.arguments,
        attempt=job.attempts,
        run=job.run,
    )


def _running(run: str) -> QuerySet[Job]:
    return Job.objects.filter(run=run, state=State.RUNNING)


def beat(said: Mapping[str, str]) -> dict[str, bool]:
    """Tell that these runs live and what they say of themselves.

    Gives those that are still theirs, each with whether somebody wants it cancelled.
    """
    held = Job.objects.filter(run__in=said, state=State.RUNNING)
    words = [When(run=run, then=Value(clean(text)[:200])) for run, text in said.items()]
    held.update(beats=F("beats") + 1, said=Case(*words))
    return dict(held.values_list("run", "to_cancel"))


def finish(run: str) -> None:
    """The job is done; or it waits again, where it was asked for while it ran."""
    now = clock.now()
    done = _running(run).filter(wanted_again=False)
    if not done.update(state=State.DONE, ended_at=now, error=""):
        _running(run).update(
            state=State.WAITING, due_at=now, placed_at=now, attempts=0, error="", ended_at=now
        )


def fail(run: str, error: str, *, again_at: datetime) -> bool:
    """Note a failed attempt; False where it was the last and the job is set aside."""
    now = clock.now()
    said = {"error": error.replace("\0", " ")[:_LONGEST_ERROR], "ended_at": now}
    going = _running(run)
    if going.filter(attempts__lt=ATTEMPTS).update(
        state=State.WAITING, due_at=again_at, placed_at=now, **said
    ):
        return True
    going.update(state=State.FAILED, **said)
    return False


def end(run: str) -> None:
    """The job stopped because it was told to: it is cancelled, or handed back untried."""
    now = clock.now()
    if not _cancelled(run, now):
        _running(run).update(
            state=State.WAITING, due_at=now, placed_at=now, attempts=F("attempts") - 1
        )


def _cancelled(run: str, now: datetime) -> bool:
    """Cancel a run where somebody wants that and nobody has asked for the job since."""
    asked = _running(run).filter(to_cancel=True, wanted_again=False)
    return bool(asked.update(state=State.CANCELLED, ended_at=now))


def beats(but: Iterable[str]) -> dict[str, int]:
    """The beats of all runs except one's own."""
    others = Job.objects.filter(state=State.RUNNING).exclude(run__in=but)
    return dict(others.values_list("run", "beats"))


def take_back(run: str) -> bool:
    """Let a job wait again whose worker is gone; that was an attempt. False if it came back."""
    now = clock.now()
    error = "the worker that ran it is gone"
    going = _running(run)
    waits = {"state": State.WAITING, "due_at": now, "placed_at": now, "error": error}
    return bool(
        _cancelled(run, now)
        or going.filter(attempts__lt=ATTEMPTS).update(**waits)
        or going.update(state=State.FAILED, ended_at=now, error=error)
    )


def forget() -> None:
    """Drop what ended well or was cancelled a week ago."""
    ended = Job.objects.filter(state__in=(State.DONE, State.CANCELLED))
    old = ended.filter(ended_at__lt=clock.now() - _KEPT)
    if old.exists():
        old.delete()
