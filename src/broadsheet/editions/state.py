"""The state that pages depend on: catalogue and index."""

from broadsheet.editions import index
from broadsheet.kernel.errors import Unavailable
from broadsheet.papers import queries


def state() -> tuple[int, int, int]:
    """Last change, last signal, and how far the index has come (-1 where it cannot say)."""
    held = queries.state()
    try:
        return held.change, held.signal, index.reader().upto()
    except Unavailable:
        return held.change, held.signal, -1
