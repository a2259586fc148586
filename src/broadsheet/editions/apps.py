"""Editions as a Django app: its tables hold the days that are sealed."""

from django.apps import AppConfig


class EditionsConfig(AppConfig):
    name = "broadsheet.editions"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Let jobs seal days."""
        from broadsheet.editions import tasks  # noqa: PLC0415  # models are there only now
        from broadsheet.jobs import registry  # noqa: PLC0415

        registry.register(tasks.JOB, tasks.seal)
