"""What the worker runs of mail by itself."""

from typing import Final

from broadsheet.jobs import schedule
from broadsheet.mail.actions import OUTBOX
from broadsheet.mail.apps import DELIVER, TIDY

# Whatever is posted is delivered at once; this is for what was put off, or has a time.
_OFTEN: Final = "*/5 * * * *"
_NIGHTLY: Final = "25 3 * * *"


def declare() -> None:
    """Have what is due delivered, and what went long ago tidied up."""
    schedule.declare(DELIVER, cron=_OFTEN, zone="UTC", job=DELIVER, subject=OUTBOX)
    schedule.declare(TIDY, cron=_NIGHTLY, zone="UTC", job=TIDY)
