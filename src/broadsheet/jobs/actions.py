"""The door of the queue for everybody but the worker: ask for a job, cancel it, try it again."""

from typing import Any

from django.db import transaction

from broadsheet.jobs import registry
from broadsheet.jobs.models import Job, State
from broadsheet.kernel import clock
from broadsheet.kernel.errors import NotFound, Refused

__all__ = ["cancel", "enqueue", "retry", "withdraw"]


def enqueue(name: str, subject: str, /, **arguments: Any) -> int:
    """Ask for a job about a subject, once; gives its number.

    One that waits already stays where it is, its back-off too, and takes these arguments; one
    that runs is run once more afterwards. So whatever must not replace one another stands in
    ``subject`` (at most 300 characters). ``arguments`` are plain JSON.

    Inside a transaction the job comes to be with it. Raises LookupError for a name that is not
    registered.
    """
    registry.function(name)
    now = clock.now()
    with transaction.atomic():
        job, fresh = Job.objects.select_for_update().get_or_create(
            name=name,
            subject=subject,
            defaults={"arguments": arguments, "due_at": now, "placed_at": now},
        )
        if fresh:
            return job.pk
        job.arguments = arguments
        job.wanted_again = job.state == State.RUNNING
        if job.state not in (State.RUNNING, State.WAITING):
            _place(job)
        job.save()
    return job.pk


def _place(job: Job) -> None:
    """Let it be taken at once, as if it had never been tried."""
    job.state, job.attempts, job.error, job.ended_at = State.WAITING, 0, "", None
    job.due_at = job.placed_at = clock.now()


def cancel(number: int) -> bool:
    """Cancel a job. True if it is cancelled; False if it runs and was told to end.

    Raises NotFound for an unknown number, Refused for a job that has ended well.
    """
    with transaction.atomic():
        job = _found(number)
        if job.state == State.DONE:
            raise Refused(what=f"Job {number}", done="cancelled", reason="it is done")
        if job.state == State.RUNNING:
            job.to_cancel, job.wanted_again = True, False
        else:
            job.state, job.ended_at = State.CANCELLED, clock.now()
        job.save()
    return job.state == State.CANCELLED


def withdraw(name: str, subject: str) -> None:
    """Cancel a job, whether it waits, runs or was set aside; one that is done stays so."""
    with transaction.atomic():
        job = Job.objects.select_for_update().filter(name=name, subject=subject).first()
        if job and job.state != State.DONE:
            cancel(job.pk)


def retry(number: int) -> None:
    """Let a job run at once, whatever became of it, with all its attempts before it.

    Raises NotFound for an unknown number, Refused for a job that runs.
    """
    with transaction.atomic():
        job = _found(number)
        if job.state == State.RUNNING:
            raise Refused(what=f"Job {number}", done="tried again", reason="it is running")
        _place(job)
        job.save()


def _found(number: int) -> Job:
    job = Job.objects.select_for_update().filter(pk=number).first()
    if job is None:
        raise NotFound(kind="job", name=number)
    return job
