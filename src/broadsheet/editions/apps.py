"""Editions as a Django app: its tables hold the days that are sealed."""

from typing import Final

from django.apps import AppConfig

from broadsheet.jobs import registry

SEALING: Final = "editions.seal"
"""The job that seals days."""


class EditionsConfig(AppConfig):
    name = "broadsheet.editions"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Let jobs seal days."""
        registry.register(SEALING, _seal)


def _seal(context: registry.Context) -> None:
    from broadsheet.editions import tasks  # noqa: PLC0415  # brings numpy; few commands seal

    tasks.seal(context)
