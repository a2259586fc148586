"""How this instance stands: what is held, how current the index is."""

from dataclasses import dataclass
from datetime import date

import broadsheet
from broadsheet.editions import index
from broadsheet.kernel import clock
from broadsheet.kernel.errors import BroadsheetError
from broadsheet.papers import queries
from broadsheet.papers.queries.records import Sizes
from broadsheet.search.contract import Status as IndexStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """``lag`` counts changes not yet in the index; ``newest_day`` of any announcement."""

    version: str
    sizes: Sizes
    index: IndexStatus
    lag: int
    newest_day: date | None


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
