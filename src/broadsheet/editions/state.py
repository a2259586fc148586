"""The state that pages depend on: catalogue, seals and index."""

from broadsheet.editions import index, sealed
from broadsheet.kernel.errors import Unavailable
from broadsheet.papers import queries


def state() -> tuple[int | str, ...]:
    """Last change, signal and seal; how far which index has come, -1 where it cannot say."""
    held = queries.state()
    known = held.change, held.signal, sealed.newest()
    try:
        found = index.ask(lambda backend: (backend.upto(), backend.mark(), backend.learned()))
        return *known, *found, index.generation()
    except (Unavailable, OSError):
        return *known, -1
