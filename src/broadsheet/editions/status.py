"""How this instance stands: what is held, how current it is, what works in the background."""

import shutil
from dataclasses import dataclass
from datetime import date

from django.conf import settings

import broadsheet
from broadsheet.editions import index
from broadsheet.harvest import queries as harvest
from broadsheet.harvest.queries import SourceState
from broadsheet.jobs import queries as jobs
from broadsheet.jobs.queries import Queue
from broadsheet.kernel import clock
from broadsheet.kernel.errors import BroadsheetError
from broadsheet.papers import queries
from broadsheet.papers.queries.records import Sizes
from broadsheet.search.contract import Status as IndexStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """``lag`` counts changes not yet in the index; ``newest_day`` of any announcement.

    ``sources`` are those that are on; ``free_bytes`` is the room left where the data lies.
    """

    version: str
    sizes: Sizes
    index: IndexStatus
    lag: int
    newest_day: date | None
    queue: Queue
    sources: tuple[SourceState, ...]
    free_bytes: int


def status() -> Status:
    """Everything counted now; an index that cannot be opened is reported, not raised."""
    last = queries.last_change()
    found = _index()
    return Status(
        version=broadsheet.__version__,
        sizes=queries.sizes(),
        index=found,
        lag=max(0, last - found.upto),
        newest_day=queries.latest_day((), until=clock.now()),
        queue=jobs.queue(),
        sources=tuple(source for source in harvest.sources() if source.on),
        free_bytes=shutil.disk_usage(settings.DATA).free,
    )


def _index() -> IndexStatus:
    try:
        return index.ask(lambda backend: backend.status())
    except BroadsheetError as error:
        return IndexStatus(
            backend="local",
            documents=0,
            upto=0,
            size_bytes=0,
            healthy=False,
            trouble=error.user_message,
        )
