"""Editions as a Django app: its tables hold the days that are sealed."""

from django.apps import AppConfig


class EditionsConfig(AppConfig):
    name = "broadsheet.editions"
    default_auto_field = "django.db.models.BigAutoField"
