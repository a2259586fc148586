"""The tables of sealed days. ``seals`` writes and reads them."""

from django.db import models


class Seal(models.Model):
    """A day's edition as it stood when it was sealed: its rows, and one digest over them."""

    field = models.CharField(max_length=60)
    day = models.DateField()
    recipe = models.CharField(max_length=40)
    recipe_version = models.PositiveIntegerField()
    true_at = models.DateTimeField()
    total = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)

    class Meta:
        constraints = [models.UniqueConstraint("field", "day", name="seal_once")]

    def __str__(self) -> str:
        return f"{self.field} {self.day}"


class SealedHit(models.Model):
    """One place of a sealed day: ``said`` is its line of JSON, of which the digest is made."""

    seal = models.ForeignKey(Seal, models.CASCADE, related_name="hits", db_index=False)
    rank = models.PositiveIntegerField()
    key = models.CharField(max_length=120)
    said = models.TextField()

    class Meta:
        constraints = [models.UniqueConstraint("seal", "rank", name="sealed_hit_once")]
        indexes = [models.Index("seal", "key", name="sealed_hit_key")]

    def __str__(self) -> str:
        return f"{self.rank} {self.key}"
