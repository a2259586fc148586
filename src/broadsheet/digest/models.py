"""The tables of subscriptions, of what each was sent, and of webhooks."""

from django.db import models


class Cadence(models.TextChoices):
    """How often a subscription wants mail."""

    ANNOUNCED = "announced"  # whenever a day's edition is complete
    WEEKDAYS = "weekdays"
    WEEKLY = "weekly"
    MONTHLY = "monthly"
    AT_ONCE = "at_once"  # when something new matches a search


class State(models.TextChoices):
    PENDING = "pending"  # not confirmed yet
    ACTIVE = "active"
    PAUSED = "paused"
    LEFT = "left"


class Subscriber(models.Model):
    """A mail address somebody reads, confirmed or about to be.

    ``name`` is random and stands in links; ``owner`` of mail. ``zone`` is an IANA time zone.
    ``next_address`` waits to be confirmed on both sides: ``old_agreed_at`` and ``new_agreed_at``.
    """

    name = models.CharField(max_length=32, unique=True)
    address = models.CharField(max_length=254, unique=True)
    zone = models.CharField(max_length=60, default="UTC")
    made_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)
    next_address = models.CharField(max_length=254, blank=True)
    change_asked_at = models.DateTimeField(null=True)
    old_agreed_at = models.DateTimeField(null=True)
    new_agreed_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.address


class Subscription(models.Model):
    """One edition that a subscriber wants by mail.

    ``edition`` is the address of a list (``/latest?field=robotics``, ``/search?q=…``).
    ``weekday`` counts from Monday, 0. ``hour`` is by the subscriber's clock. ``even_empty``:
    write too where there is nothing, saying why. ``due_at`` is when it is to be looked at next
    (None while it is not active), ``last_day`` the last day of the newest edition it was sent.
    """

    name = models.CharField(max_length=32, unique=True)
    subscriber = models.ForeignKey(Subscriber, models.CASCADE, related_name="subscriptions")
    edition = models.TextField()
    cadence = models.CharField(max_length=10, choices=Cadence, default=Cadence.ANNOUNCED)
    weekday = models.PositiveSmallIntegerField(default=0)
    hour = models.PositiveSmallIntegerField(default=7)
    size = models.PositiveSmallIntegerField(default=10)
    even_empty = models.BooleanField(default=False)
    state = models.CharField(max_length=8, choices=State, default=State.PENDING)
    asked_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)
    consent = models.TextField(blank=True)
    network = models.CharField(max_length=64, blank=True)
    left_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    last_day = models.DateField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint("subscriber", "edition", name="subscription_once")]
        indexes = [models.Index("state", "due_at", name="subscription_due")]

    def __str__(self) -> str:
        return f"{self.edition} {self.cadence} ({self.state})"


class Issue(models.Model):
    """What a subscription was sent once: one row an edition, written with its letter.

    ``papers`` are [key, version] in their order, ``left_out`` [key, reason] of those that could
    not be set.
    """

    subscription = models.ForeignKey(Subscription, models.CASCADE, related_name="issues")
    edition = models.CharField(max_length=80)
    day = models.DateField()
    papers = models.JSONField(default=list)
    left_out = models.JSONField(default=list)
    composed_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint("subscription", "edition", name="issue_once")]
        indexes = [models.Index("subscription", "composed_at", name="issue_lately")]

    def __str__(self) -> str:
        return f"{self.subscription_id} {self.edition}"


class Asking(models.Model):
    """That somebody asked for a link by mail; addresses and networks as keyed hashes."""

    at = models.DateTimeField(db_index=True)
    address = models.CharField(max_length=64)
    network = models.CharField(max_length=64)

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M}"
