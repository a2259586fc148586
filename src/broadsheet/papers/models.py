"""The tables of the catalogue. They hold; queries read, actions write, rules calculate.

Lists inside a column (authors, keywords, categories) stand one a line: they are shown and
indexed whole and never joined, and a paper of 3,400 authors stays one row.
"""

from django.db import models


class Paper(models.Model):
    """One work. Its shown fields are computed from its records by ``rules.resolve``."""

    key = models.CharField(max_length=120, unique=True)
    title = models.TextField()
    abstract = models.TextField(blank=True)
    authors = models.TextField(blank=True)
    n_authors = models.PositiveIntegerField(default=0)
    organization = models.CharField(max_length=200, blank=True)
    organization_name = models.CharField(max_length=300, blank=True)
    published = models.CharField(max_length=10, blank=True)
    published_on = models.DateField(null=True)
    updated = models.CharField(max_length=10, blank=True)
    categories = models.TextField(blank=True)
    keywords = models.TextField(blank=True)
    comment = models.TextField(blank=True)
    journal_ref = models.TextField(blank=True)
    venue = models.TextField(blank=True)
    url = models.TextField(blank=True)
    code_url = models.TextField(blank=True)
    project_url = models.TextField(blank=True)
    withdrawn = models.BooleanField(default=False)
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="+", db_index=False
    )
    added_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        indexes = [
            # Only the few that were merged or withdrawn: an index of all would tempt SQLite to
            # walk every paper that was not, whatever else is asked.
            models.Index(
                "merged_into",
                name="paper_merged",
                condition=models.Q(merged_into__isnull=False),
            ),
            models.Index("merged_into", name="paper_withdrawn", condition=models.Q(withdrawn=True)),
        ]

    def __str__(self) -> str:
        return f"{self.key} {self.title[:60]}"


class Record(models.Model):
    """What one source said at one moment, as received (``raw``, packed). Append-only.

    Of several words of one source and id the newest by (``seen_at``, ``turn``, number) speaks:
    a word of the same moment that the source returns to takes the next turn. By the digests of
    its title and its authors it is found by records that may speak of the same work.
    """

    paper = models.ForeignKey(Paper, models.PROTECT, related_name="records")
    source = models.CharField(max_length=40)
    origin = models.CharField(max_length=40)
    source_id = models.CharField(max_length=300)
    digest = models.BigIntegerField()
    seen_at = models.DateTimeField()
    turn = models.PositiveIntegerField(default=0)
    title = models.TextField()
    title_hash = models.BigIntegerField()
    authors_hash = models.BigIntegerField(null=True)
    raw = models.BinaryField()

    class Meta:
        constraints = [
            models.UniqueConstraint("source", "source_id", "digest", name="record_once"),
        ]
        indexes = [
            models.Index("title_hash", "paper", name="record_title"),
            models.Index("authors_hash", "origin", "paper", name="record_authors"),
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.source_id} {self.seen_at:%Y-%m-%d}"


class Identifier(models.Model):
    """(scheme, value) names one paper."""

    scheme = models.CharField(max_length=16)
    value = models.TextField()
    paper = models.ForeignKey(Paper, models.PROTECT, related_name="identifiers")

    class Meta:
        constraints = [models.UniqueConstraint("scheme", "value", name="identifier_once")]

    def __str__(self) -> str:
        return f"{self.scheme}:{self.value}"


class Version(models.Model):
    """v1, v2 …: which record told of it first, and so has the text that it then had."""

    paper = models.ForeignKey(Paper, models.PROTECT, related_name="versions", db_index=False)
    number = models.PositiveSmallIntegerField()
    record = models.ForeignKey(Record, models.PROTECT, related_name="+", db_index=False)

    class Meta:
        constraints = [models.UniqueConstraint("paper", "number", name="version_once")]

    def __str__(self) -> str:
        return f"v{self.number}"


class Announcement(models.Model):
    """The paper stood in a feed on a day, as seen at an instant: a row a capture."""

    paper = models.ForeignKey(Paper, models.PROTECT, related_name="announcements", db_index=False)
    feed = models.CharField(max_length=60)
    day = models.DateField()
    rank = models.PositiveIntegerField(null=True)
    kind = models.CharField(max_length=10)
    seen_at = models.DateTimeField()
    record = models.ForeignKey(Record, models.PROTECT, related_name="+", db_index=False)

    class Meta:
        constraints = [
            models.UniqueConstraint("paper", "feed", "day", "seen_at", name="announcement_once"),
        ]
        indexes = [models.Index("day", "feed", "seen_at", "paper", name="announcement_day")]

    def __str__(self) -> str:
        return f"{self.feed} {self.day} #{self.rank}"


class Signal(models.Model):
    """A running total counted by an origin, true at an instant: a row a measurement."""

    paper = models.ForeignKey(Paper, models.PROTECT, related_name="signals", db_index=False)
    kind = models.CharField(max_length=12)
    origin = models.CharField(max_length=40)
    total = models.PositiveIntegerField()
    true_at = models.DateTimeField()
    record = models.ForeignKey(Record, models.PROTECT, related_name="+", db_index=False)

    class Meta:
        constraints = [
            models.UniqueConstraint("paper", "kind", "origin", "true_at", name="signal_once"),
        ]

    def __str__(self) -> str:
        return f"{self.total} {self.kind} ({self.origin}, {self.true_at:%Y-%m-%d %H:%M})"


class Merge(models.Model):
    """Why a record, or a whole other paper, was taken for this paper. Undone by a split."""

    paper = models.ForeignKey(Paper, models.PROTECT, related_name="merges")
    records = models.ManyToManyField(Record, related_name="+")
    how = models.CharField(max_length=20)
    evidence = models.TextField()
    weak = models.BooleanField(default=False)
    other_key = models.CharField(max_length=120, blank=True)
    at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.how}: {self.evidence}"


class NearMiss(models.Model):
    """Two papers that may be one, for a person to decide; ``refused_at`` is the person's no.

    The paper of the smaller number stands first. Papers that were parted are refused, too.
    """

    one = models.ForeignKey(Paper, models.PROTECT, related_name="+", db_index=False)
    other = models.ForeignKey(Paper, models.PROTECT, related_name="+")
    evidence = models.TextField()
    found_at = models.DateTimeField()
    refused_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint("one", "other", name="near_miss_once")]

    def __str__(self) -> str:
        return self.evidence


class Rejection(models.Model):
    """Something received that could not be held as a paper, and why."""

    source = models.CharField(max_length=40)
    source_id = models.CharField(max_length=300, blank=True)
    path = models.TextField(blank=True)
    line = models.PositiveBigIntegerField(default=0)
    reason = models.TextField()
    raw = models.BinaryField()
    digest = models.BigIntegerField()
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint("source", "digest", "reason", name="rejection_once"),
        ]

    def __str__(self) -> str:
        return f"{self.path}:{self.line} {self.reason}"


class Change(models.Model):
    """The change log: what follows the catalogue reads on from the last number it applied."""

    number = models.BigAutoField(primary_key=True)
    paper = models.ForeignKey(Paper, models.PROTECT, related_name="+", db_index=False)
    what = models.CharField(max_length=12)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.number} {self.what}"
