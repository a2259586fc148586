"""Mail as a Django app."""

from typing import Any, Final

from anymail.signals import tracking
from django.apps import AppConfig

from broadsheet.jobs import registry

DELIVER: Final = "mail.deliver"
"""The job that hands over what is due."""

TIDY: Final = "mail.tidy"
"""The job that drops what was in messages that went long ago."""


class MailConfig(AppConfig):
    name = "broadsheet.mail"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Let jobs deliver and tidy up, and hear what providers tell."""
        registry.register(DELIVER, _deliver)
        registry.register(TIDY, _tidy)
        tracking.connect(_hear, dispatch_uid=self.name)


def _deliver(context: registry.Context) -> None:
    from broadsheet.mail import delivering  # noqa: PLC0415  # brings what speaks to servers

    delivering.deliver(context)


def _tidy(context: registry.Context) -> None:
    from broadsheet.mail import actions  # noqa: PLC0415  # brings the models

    context.beat()
    actions.tidy()


def _hear(**told: Any) -> None:
    from broadsheet.mail import signals  # noqa: PLC0415  # brings the models

    signals.hear(told["event"])
