"""The custom user of the first migration, so that no later one has to change it."""

from django.contrib.auth.models import AbstractUser


class User(AbstractUser):
    """A reader with an account, or an operator (``is_staff``)."""
