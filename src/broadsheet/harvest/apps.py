"""The harvest as a Django app."""

from django.apps import AppConfig


class HarvestConfig(AppConfig):
    name = "broadsheet.harvest"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Let jobs run sources."""
        from broadsheet.harvest import actions, tasks  # noqa: PLC0415  # models are there only now
        from broadsheet.jobs import registry  # noqa: PLC0415

        registry.register(actions.JOB, tasks.sync)
