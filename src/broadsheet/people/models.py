"""The custom user of the first migration, and attempts at signing in."""

from django.contrib.auth.models import AbstractUser
from django.db import models


class User(AbstractUser):
    """A reader with an account, or an operator (``is_staff``)."""


class Attempt(models.Model):
    """A sign-in that failed; the name that was typed and the network as keyed hashes."""

    at = models.DateTimeField(db_index=True)
    name = models.CharField(max_length=64)
    network = models.CharField(max_length=64)

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M}"
