"""What search asks of an embedding model."""

from collections.abc import Sequence
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]
TokenIds = NDArray[np.uint32]


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


@runtime_checkable
class Tokens(Protocol):
    """An embedder that also knows the single words of a text, and matches them late.

    Late matching asks of every word of a question how near the nearest word of a paper comes:
    what a vector of the whole paper has averaged away. So the index keeps each paper's tokens.
    """

    @property
    def vocabulary(self) -> int:
        """Every token is below this."""

    def with_tokens(self, texts: Sequence[str]) -> tuple[Vectors, Sequence[TokenIds]]:
        """What ``vectors`` gives, and the different tokens of each text."""

    def late(self, question: str, tokens: TokenIds, ends: NDArray[np.int64]) -> Vectors:
        """How well each paper answers the words of a question, 1 where every word stands in it.

        ``tokens`` are those of all papers, one after another; those of paper i end at
        ``ends[i]``.
        """
