"""The tables of subscriptions, of what each was sent, and of webhooks."""

from django.db import models
from django.db.models.functions import Lower


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

    ``address`` is as it was given, but for its domain; no two differ in case alone. ``name`` is
    random and stands in links; ``owner`` of mail. ``zone`` is an IANA time zone.
    ``next_address`` waits to be confirmed on both sides: ``old_agreed_at`` and ``new_agreed_at``.
    ``change_name`` is random and stands in the two links that agree to that one change.
    """

    name = models.CharField(max_length=32, unique=True)
    address = models.CharField(max_length=254)
    zone = models.CharField(max_length=60, default="UTC")
    made_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)
    next_address = models.CharField(max_length=254, blank=True)
    change_name = models.CharField(max_length=32, blank=True, db_index=True)
    change_asked_at = models.DateTimeField(null=True)
    old_agreed_at = models.DateTimeField(null=True)
    new_agreed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(Lower("address"), name="subscriber_once")]

    def __str__(self) -> str:
        return self.address


class Subscription(models.Model):
    """One edition that a subscriber wants by mail.

    ``edition`` is the address of a list (``/latest?field=robotics``, ``/search?q=…``).
    ``weekday`` counts from Monday, 0. ``hour`` is by the subscriber's clock. ``even_empty``:
    write too where there is nothing, saying why. ``due_at`` is when it is to be looked at next
    (None while it is not active), ``last_day`` the last day of the newest edition it was sent.
    ``trouble`` says why its edition could not be composed when it was due last.
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
    trouble = models.TextField(blank=True)

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
    """That somebody asked for a link by mail; addresses and networks as keyed hashes.

    One to confirm a subscription holds the ``wish`` it was mailed for, under the random ``name``
    that stands in the link, until it is ``used_at``.
    """

    name = models.CharField(max_length=32, unique=True)
    at = models.DateTimeField(db_index=True)
    address = models.CharField(max_length=64)
    network = models.CharField(max_length=64)
    subscription = models.ForeignKey(Subscription, models.CASCADE, null=True)
    wish = models.JSONField(default=dict)
    used_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index("address", "at", name="asking_address"),
            models.Index("network", "at", name="asking_network"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M}"


class Pace(models.TextChoices):
    """When a webhook is told that papers matched."""

    AT_ONCE = "at_once"
    HOURLY = "hourly"
    DAILY = "daily"


class Webhook(models.Model):
    """An address that is told of an edition: of a front page each complete day, of a search
    whatever is newly held and matches it.

    ``search`` is the mark of the search (see ``matching``), "" of a front page. ``secret`` signs,
    and ``old_secret`` too for a day after ``rotated_at``. Nothing older is told than ``since``,
    when it was made or last switched on, nor any day up to ``since_day``, the newest that was
    complete then. ``told`` is the number of the last clipping it was told of. ``answer`` is what
    came of the last attempt, in words; ``failing_since`` is when attempts began to fail without
    one between that did not.
    """

    name = models.CharField(max_length=32, unique=True)
    subscriber = models.ForeignKey(Subscriber, models.CASCADE, related_name="webhooks")
    url = models.CharField(max_length=500)
    edition = models.TextField()
    search = models.CharField(max_length=64, blank=True, db_index=True)
    pace = models.CharField(max_length=8, choices=Pace, default=Pace.AT_ONCE)
    secret = models.CharField(max_length=80)
    old_secret = models.CharField(max_length=80, blank=True)
    rotated_at = models.DateTimeField(null=True)
    on = models.BooleanField(default=True)
    why_off = models.TextField(blank=True)
    made_at = models.DateTimeField()
    since = models.DateTimeField()
    since_day = models.DateField(null=True)
    told = models.BigIntegerField(default=0)
    answer = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True)
    failing_since = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint("subscriber", "url", "edition", name="webhook_once"),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.edition}"


class Progress(models.TextChoices):
    """Where a dispatch stands. Only ``waiting`` and ``sending`` ones have anything to come."""

    WAITING = "waiting"
    SENDING = "sending"
    TAKEN = "taken"
    FAILED = "failed"


class Dispatch(models.Model):
    """One piece of news on its way to a webhook: written first, then sent until it is taken.

    ``name`` is its webhook-id, the same at every attempt. ``event`` names the news, so that a
    webhook is told of it once. ``run`` names the attempt under way.
    """

    name = models.CharField(max_length=40, unique=True)
    webhook = models.ForeignKey(Webhook, models.CASCADE, related_name="dispatches", db_index=False)
    event = models.CharField(max_length=80)
    body = models.TextField()
    progress = models.CharField(max_length=8, choices=Progress, default=Progress.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    run = models.CharField(max_length=32, blank=True)
    made_at = models.DateTimeField()
    due_at = models.DateTimeField()
    claimed_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint("webhook", "event", name="dispatch_once")]
        indexes = [models.Index("progress", "due_at", name="dispatch_due")]

    def __str__(self) -> str:
        return f"{self.name} {self.event} ({self.progress})"


class Clipping(models.Model):
    """A paper that came to be held at ``held_at`` and was found to match a watched search."""

    search = models.CharField(max_length=64)
    key = models.CharField(max_length=120)
    held_at = models.DateTimeField()
    found_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint("search", "key", name="clipping_once")]
        indexes = [models.Index("search", "found_at", name="clipping_lately")]

    def __str__(self) -> str:
        return f"{self.search[:8]} {self.key}"


class Bookmark(models.Model):
    """Up to which change the catalogue was read through for clippings.

    ``mark`` tells that change from one of the same number in another catalogue.
    """

    name = models.CharField(max_length=20, unique=True)
    change = models.BigIntegerField()
    mark = models.CharField(max_length=40, blank=True)

    def __str__(self) -> str:
        return f"{self.name} {self.change}"
