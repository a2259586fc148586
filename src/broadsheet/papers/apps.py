"""The catalogue as a Django app."""

import sqlite3
from datetime import date
from functools import lru_cache

from django.apps import AppConfig
from django.db import connection


class PapersConfig(AppConfig):
    name = "broadsheet.papers"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Have SQLite's dates read once each: a month's list holds thousands, of few days."""
        if connection.vendor == "sqlite":  # asking loads Django's own, which this replaces
            sqlite3.register_converter("date", _date)


@lru_cache(maxsize=16_384)
def _date(stored: bytes) -> date:
    return date.fromisoformat(stored.decode())
