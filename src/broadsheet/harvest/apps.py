"""The harvest as a Django app."""

from django.apps import AppConfig


class HarvestConfig(AppConfig):
    name = "broadsheet.harvest"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Let jobs run sources, fetch papers and ping."""
        from broadsheet.harvest import (  # noqa: PLC0415  # models are there only now
            actions,
            demands,
            ledger,
            pinging,
            tasks,
        )
        from broadsheet.jobs import registry  # noqa: PLC0415

        registry.register(actions.JOB, tasks.sync)
        registry.register(demands.JOB, tasks.fetch)
        registry.register(pinging.JOB, tasks.ping)
        ledger.calendars()  # a mistake in the operator's own is told before anything begins
