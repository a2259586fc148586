"""The tables of the queue and of the schedule."""

from django.db import models


class State(models.TextChoices):
    """Where a job stands. Only ``waiting`` and ``running`` ones have anything to come."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Job(models.Model):
    """Something to be done about a subject: one row for the two, whatever became of it.

    ``run`` names one attempt, so that an attempt given up for dead can change nothing any more.
    ``beats`` goes up while the worker lives. ``due_at`` was set at ``placed_at``.
    """

    name = models.CharField(max_length=80)
    subject = models.CharField(max_length=300)
    arguments = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField()
    placed_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    worker = models.CharField(max_length=120, blank=True)
    run = models.CharField(max_length=32, blank=True)
    beats = models.PositiveIntegerField(default=0)
    said = models.CharField(max_length=200, blank=True)
    error = models.TextField(blank=True)
    wanted_again = models.BooleanField(default=False)
    to_cancel = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint("name", "subject", name="job_once")]
        indexes = [models.Index("state", "due_at", name="job_due")]

    def __str__(self) -> str:
        return f"{self.name} {self.subject} ({self.state})"


class Schedule(models.Model):
    """A job to be asked for at the times of a cron expression, told by the clocks of a zone."""

    name = models.CharField(max_length=120, unique=True)
    cron = models.CharField(max_length=120)
    zone = models.CharField(max_length=60)
    job = models.CharField(max_length=80)
    subject = models.CharField(max_length=300)
    arguments = models.JSONField(default=dict)

    def __str__(self) -> str:
        return f"{self.name}: {self.cron} ({self.zone})"


class Firing(models.Model):
    """A due time that is settled: fired at ``fired_at``, or past when the schedule was declared.

    The row is what keeps a time from being fired twice, by two workers or a clock set back.
    """

    schedule = models.ForeignKey(Schedule, models.CASCADE, related_name="firings", db_index=False)
    due_at = models.DateTimeField()
    fired_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint("schedule", "due_at", name="firing_once")]

    def __str__(self) -> str:
        return f"{self.schedule_id} {self.due_at:%Y-%m-%d %H:%M}"
