"""What search asks of an embedding model."""

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]


class Embedder(Protocol):
    """Turns texts into vectors whose cosine says how near their meanings are.

    ``name`` tells one set of vectors from another: an index remembers it and refuses to mix.
    """

    @property
    def name(self) -> str: ...

    @property
    def dimensions(self) -> int: ...

    def vectors(self, texts: Sequence[str]) -> Vectors:
        """Unit rows, one a text; a row of noughts for a text without a word it knows."""
