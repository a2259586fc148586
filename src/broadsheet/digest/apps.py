"""The mailed edition as a Django app."""

from typing import Final

from django.apps import AppConfig

from broadsheet.jobs import registry

COMPOSE: Final = "digest.compose"
"""The job that composes whatever is due."""

NEWEST: Final = "digest.newest"
"""The job that sends one subscription the newest edition, now; its subject is the name."""

NEWS: Final = "digest.news"
"""The job that looks for what is new to webhooks."""

WEBHOOKS: Final = "digest.webhooks"
"""The job, and its subject, that sends webhooks what is due."""

TIDY: Final = "digest.tidy"
"""The job that removes what nobody confirmed."""


class DigestConfig(AppConfig):
    name = "broadsheet.digest"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Let jobs compose, look for news, and send it to webhooks."""
        registry.register(COMPOSE, _compose)
        registry.register(NEWEST, _compose_newest)
        registry.register(NEWS, _look)
        registry.register(WEBHOOKS, _dispatch)
        registry.register(TIDY, _tidy)


def _compose(context: registry.Context) -> None:
    from broadsheet.digest.issues import sending  # noqa: PLC0415  # brings the editions

    sending.compose(context)


def _compose_newest(context: registry.Context) -> None:
    from broadsheet.digest.issues import sending  # noqa: PLC0415  # brings the editions

    sending.compose_newest(context)


def _look(context: registry.Context) -> None:
    from broadsheet.digest import news  # noqa: PLC0415  # brings the editions

    news.look(context.beat)


def _dispatch(context: registry.Context) -> None:
    from broadsheet.digest.hooks import dispatching  # noqa: PLC0415  # brings the client

    dispatching.deliver(context)


def _tidy(_context: registry.Context) -> None:
    from broadsheet.digest.subscriptions import subscribing  # noqa: PLC0415  # brings the editions

    subscribing.tidy()
