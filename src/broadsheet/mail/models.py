"""The tables of the outbox."""

from django.db import models


class Standing(models.TextChoices):
    """Where a message stands. Only ``waiting`` and ``sending`` ones have anything to come.

    ``doubtful``: whoever handed it over was gone before the answer was written down, so it may
    have left or not; it is never sent again by itself.
    """

    WAITING = "waiting"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    DOUBTFUL = "doubtful"
    SUPPRESSED = "suppressed"
    CANCELLED = "cancelled"


class Content(models.Model):
    """What many messages share, once; ``digest`` is the SHA-256 of its parts.

    Some weeks after the last of them went, only the subject is kept, under another digest.
    """

    digest = models.CharField(max_length=64, unique=True)
    subject = models.TextField()
    text = models.TextField()
    html = models.TextField(blank=True)
    made_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.subject


class Message(models.Model):
    """One letter: composed, then handed over at most once for each time it is claimed.

    ``run`` names the claim under which it is being sent. ``name`` is its Message-ID without the
    angle brackets, ``receipt`` what the provider calls it. ``address`` is "" once its owner
    wanted to be forgotten. ``recalled``: its owner took it back, perhaps while it was being handed
    over; then it goes if it is taken now, and is not tried again.
    """

    key = models.CharField(max_length=200, unique=True)
    kind = models.CharField(max_length=12)
    owner = models.CharField(max_length=64, db_index=True)
    address = models.CharField(max_length=254, db_index=True)
    domain = models.CharField(max_length=253)
    content = models.ForeignKey(Content, models.PROTECT)
    fills = models.JSONField(default=dict)
    headers = models.JSONField(default=dict)
    name = models.CharField(max_length=250, unique=True)
    receipt = models.CharField(max_length=250, blank=True, db_index=True)
    standing = models.CharField(max_length=10, choices=Standing, default=Standing.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    run = models.CharField(max_length=32, blank=True)
    composed_at = models.DateTimeField()
    due_at = models.DateTimeField()
    claimed_at = models.DateTimeField(null=True)
    recalled = models.BooleanField(default=False)
    ended_at = models.DateTimeField(null=True)
    error = models.TextField(blank=True)

    class Meta:
        indexes = [models.Index("standing", "due_at", name="message_due")]

    def __str__(self) -> str:
        return f"{self.key} ({self.standing})"


class Event(models.Model):
    """Something that happened to a message, for its reader's log: append-only."""

    message = models.ForeignKey(Message, models.CASCADE, related_name="events")
    at = models.DateTimeField(db_index=True)
    what = models.CharField(max_length=12)
    said = models.TextField(blank=True)

    def __str__(self) -> str:
        return f"{self.what} {self.at:%Y-%m-%d %H:%M}"


class Suppression(models.Model):
    """An address nothing is sent to, as a keyed hash: it outlives the address itself."""

    mark = models.CharField(max_length=64, unique=True)
    reason = models.CharField(max_length=12)
    said = models.TextField(blank=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.mark[:8]} ({self.reason})"
