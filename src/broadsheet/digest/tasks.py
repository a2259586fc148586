"""What the worker runs of the mailed editions."""

from typing import Final

from broadsheet.digest.apps import COMPOSE, NEWS, TIDY, WEBHOOKS
from broadsheet.jobs import schedule

_HOURLY: Final = "50 * * * *"
_EVERY_MINUTE: Final = "* * * * *"
_EVERY_FIVE_MINUTES: Final = "*/5 * * * *"


def declare() -> None:
    """Have what is due composed as its time comes, and webhooks told what is new."""
    schedule.declare(COMPOSE, cron=_EVERY_FIVE_MINUTES, zone="UTC", job=COMPOSE)
    schedule.declare(NEWS, cron=_EVERY_FIVE_MINUTES, zone="UTC", job=NEWS)
    schedule.declare(WEBHOOKS, cron=_EVERY_MINUTE, zone="UTC", job=WEBHOOKS)  # what is sent again
    schedule.declare(TIDY, cron=_HOURLY, zone="UTC", job=TIDY)
