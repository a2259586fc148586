"""What the names of jobs mean: rooms above register their functions here, when they start."""

from collections.abc import Callable
from typing import Any, Final, Protocol


class Stopped(Exception):
    """Raised by ``Context.beat`` in a job that is to end: cancelled, or its worker ends."""


class Context(Protocol):
    """What a job is told of itself, and asks."""

    subject: str
    attempt: int
    """1 the first time, up to 5."""

    def beat(self, said: str = "") -> None:
        """Tell how far it is, for whoever looks. Raises Stopped when the job is to end."""

    def cancelled(self) -> bool:
        """Whether the job is to end: then it tidies up and returns, soon."""


Function = Callable[..., Any]
"""Called as ``function(context, **arguments)``; what it returns is dropped.

It may be called again for the same subject at any moment, after it was killed anywhere, so it
has to go on from what is stored. An error it raises is a failed attempt.
"""

_functions: Final[dict[str, Function]] = {}


def register(name: str, function: Function) -> None:
    """Let jobs of this name call ``function``. Raises ValueError if another has the name."""
    if _functions.setdefault(name, function) is not function:
        raise ValueError(f"another function is registered as the job {name}")


def function(name: str) -> Function:
    """What a job of this name calls. Raises LookupError where nothing is registered."""
    try:
        return _functions[name]
    except KeyError:
        raise LookupError(f"no job called {name} is registered") from None


def names() -> tuple[str, ...]:
    """All names that mean something here."""
    return tuple(_functions)
