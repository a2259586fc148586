"""Background jobs as a Django app."""

from django.apps import AppConfig


class JobsConfig(AppConfig):
    name = "broadsheet.jobs"
    default_auto_field = "django.db.models.BigAutoField"
