"""The tables of the harvest: sources and hosts, how far each came, and the ledger.

Lists inside a column stand one a line, as in the catalogue: they are read whole.
"""

from datetime import UTC, datetime

from django.db import models

LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


class Held(models.Model):
    """A row that one process at a time may hold, for so long as its lease lasts.

    ``holder`` is "" where nobody does. See ``leases``.
    """

    name = models.CharField(max_length=120, unique=True)
    holder = models.CharField(max_length=200, blank=True)
    held_until = models.DateTimeField(default=LONG_AGO)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name


class Host(Held):
    """The turns of one host, or of several that ask to be counted together."""

    next_at = models.DateTimeField(default=LONG_AGO)
    rests_until = models.DateTimeField(default=LONG_AGO)
    reason = models.TextField(blank=True)


class Source(Held):
    """A live source: what its operator set, and how its last run ended.

    ``said`` is what its answers said of themselves, for conditional requests.
    """

    on = models.BooleanField(default=False)
    categories = models.TextField(blank=True)
    base_url = models.TextField(blank=True)
    asked_at = models.DateTimeField(null=True)
    succeeded_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=16, blank=True)
    error = models.TextField(blank=True)
    said = models.JSONField(default=dict)


class Checkpoint(models.Model):
    """How far a source came in a set of categories.

    ``covered`` is the day up to which nothing changed upstream is missing here (None: never
    harvested). While an errand is under way ``begun_at`` is set: it was sent for what changed
    since ``since``, this chain of portions began at ``chained``, ``resume`` asks for the next
    portion, and ``reached`` is the day to ask again from should that be forgotten upstream.
    """

    source = models.CharField(max_length=40)
    set = models.TextField(blank=True)
    covered = models.DateField(null=True)
    begun_at = models.DateTimeField(null=True)
    since = models.DateField(null=True)
    chained = models.DateField(null=True)
    resume = models.TextField(blank=True)
    reached = models.DateField(null=True)
    portions = models.PositiveIntegerField(default=0)
    records = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint("source", "set", name="checkpoint_once")]

    def __str__(self) -> str:
        return f"{self.source} {self.set} {self.covered}"


class Day(models.Model):
    """The ledger's line of one feed on one day.

    ``announced``, ``held``, ``late`` and ``rejected`` count the names of its listings;
    ``asked_at``, ``asked``, ``outcome`` and ``error`` are of the last time a source was asked
    for it, but that success of one source hides no failure of another. ``alarm`` says why
    a batch was not believed, ``silent`` which sources did not list the day before it was over.
    ``missed_at`` is when names were first missing, ``healed_at`` when
    none was missing any more.
    """

    feed = models.CharField(max_length=60)
    day = models.DateField()
    announced = models.PositiveIntegerField(default=0)
    held = models.PositiveIntegerField(default=0)
    late = models.PositiveIntegerField(default=0)
    rejected = models.PositiveIntegerField(default=0)
    asked_at = models.DateTimeField(null=True)
    asked = models.CharField(max_length=40, blank=True)
    outcome = models.CharField(max_length=16, blank=True)
    error = models.TextField(blank=True)
    alarm = models.TextField(blank=True)
    silent = models.TextField(blank=True)
    missed_at = models.DateTimeField(null=True)
    healed_at = models.DateTimeField(null=True)
    complete_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint("feed", "day", name="ledger_day_once")]
        indexes = [models.Index("day", name="ledger_day")]

    def __str__(self) -> str:
        return f"{self.feed} {self.day} {self.held} of {self.announced}"


class Listing(models.Model):
    """What one source says stood in a feed on a day: names with their kinds, in order.

    Names are only ever added. ``grown_at`` is when the last were, ``said_at`` when the source
    last listed that day. ``whole``: the source says that nothing of the day is missing in it.
    """

    feed = models.CharField(max_length=60)
    day = models.DateField()
    source = models.CharField(max_length=40)
    names = models.TextField(blank=True)
    count = models.PositiveIntegerField(default=0)
    whole = models.BooleanField(default=False)
    grown_at = models.DateTimeField()
    said_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint("feed", "day", "source", name="listing_once")]
        indexes = [models.Index("source", "day", name="listing_source")]

    def __str__(self) -> str:
        return f"{self.source}: {self.feed} {self.day} ({self.count})"


class Sought(models.Model):
    """A name missing in the ledger: asked for in vain ``times`` times, last at ``asked_at``.

    Forgotten when it has come, or when no open day names it any more.
    """

    name = models.CharField(max_length=200, unique=True)
    times = models.PositiveSmallIntegerField(default=1)
    asked_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index("asked_at", name="sought_asked")]

    def __str__(self) -> str:
        return f"{self.name} ({self.times})"


class Demand(models.Model):
    """A paper that a reader asked for, by its arXiv number; kept for a while after.

    ``answered_at`` is when arXiv answered, ``outcome`` "found" or what came instead ("not-there",
    "unreadable"). While it has not, ``outcome`` and ``error`` tell why the last try failed.
    """

    number = models.CharField(max_length=40, unique=True)
    asked_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=16, blank=True)
    error = models.TextField(blank=True)

    class Meta:
        indexes = [models.Index("asked_at", name="demand_asked")]

    def __str__(self) -> str:
        return f"{self.number} {self.outcome}"
