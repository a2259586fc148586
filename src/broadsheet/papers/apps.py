"""The catalogue as a Django app."""

from django.apps import AppConfig


class PapersConfig(AppConfig):
    name = "broadsheet.papers"
    default_auto_field = "django.db.models.BigAutoField"
