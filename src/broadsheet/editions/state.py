"""The state that pages depend on: catalogue and index."""

from broadsheet.editions import index
from broadsheet.kernel.errors import Unavailable
from broadsheet.papers import queries


def state() -> tuple[int | str, ...]:
    """Last change and last signal; how far which index has come, -1 where it cannot say."""
    held = queries.state()
    try:
        found = index.ask(lambda backend: (backend.upto(), backend.mark(), backend.learned()))
        return held.change, held.signal, *found, index.generation()
    except (Unavailable, OSError):
        return held.change, held.signal, -1
