"""The one clock. Code asks ``now()``; tests set it with ``at()``."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime

_fixed: ContextVar[datetime | None] = ContextVar("fixed", default=None)


def now() -> datetime:
    """The present moment, aware, in UTC."""
    return _fixed.get() or datetime.now(UTC)


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Hold the clock at ``moment`` (aware) inside the block."""
    if moment.tzinfo is None:
        raise ValueError("the clock needs an aware moment")
    token = _fixed.set(moment.astimezone(UTC))
    try:
        yield
    finally:
        _fixed.reset(token)
