"""The mailed edition as a Django app."""

from django.apps import AppConfig


class DigestConfig(AppConfig):
    name = "broadsheet.digest"
    default_auto_field = "django.db.models.BigAutoField"
