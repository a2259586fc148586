"""The embedder that a setting names: ``bundled``, ``none``, or a model of a known library.

Libraries are imported only when one is asked for; they are no dependencies of the program.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from types import MappingProxyType
from typing import Any, Final

import numpy as np

from broadsheet.kernel.errors import BadOption
from broadsheet.search.embedding.contract import Embedder, Vectors
from broadsheet.search.embedding.static import bundled

_OPTION: Final = "BROADSHEET_EMBEDDER"


class _Encoder:
    """A model of another library, whose ``encode`` gives a row a text."""

    def __init__(self, name: str, encode: Callable[[list[str]], Any]) -> None:
        self.name = name
        self._encode = encode
        self.dimensions = int(np.asarray(encode(["a"])).shape[1])

    def vectors(self, texts: Sequence[str]) -> Vectors:
        made = np.asarray(self._encode(list(texts)), np.float32)
        lengths = np.linalg.norm(made, axis=1, keepdims=True)
        return np.asarray(made / np.where(lengths > 0, lengths, 1), np.float32)


def _model2vec(model: str) -> Callable[[list[str]], Any]:
    from model2vec import StaticModel  # noqa: PLC0415

    encode: Callable[[list[str]], Any] = StaticModel.from_pretrained(model).encode
    return encode


def _sentence_transformers(model: str) -> Callable[[list[str]], Any]:
    from sentence_transformers import SentenceTransformer  # noqa: PLC0415

    encode: Callable[[list[str]], Any] = SentenceTransformer(model).encode
    return encode


_LIBRARIES: Final[Mapping[str, Callable[[str], Callable[[list[str]], Any]]]] = MappingProxyType(
    {"model2vec": _model2vec, "sentence-transformers": _sentence_transformers}
)


@lru_cache(maxsize=2)
def embedder(name: str) -> Embedder | None:
    """The embedder of this name, loaded once in a process; None for ``none``.

    Args:
        name: ``bundled``, ``none``, or a library and its model, as ``model2vec:/srv/model``.

    Raises:
        BadOption: the library is not installed, or the model cannot be loaded.
    """
    if name in ("bundled", "none"):
        return bundled() if name == "bundled" else None
    library, _, model = name.partition(":")
    try:
        return _Encoder(name, _LIBRARIES[library](model))
    except KeyError:
        known = ", ".join(_LIBRARIES)
        raise BadOption(option=_OPTION, reason=f"names no library of {known}: {name}") from None
    except ImportError:
        reason = f"asks for {library}, which is not installed; run: pip install {library}"
        raise BadOption(option=_OPTION, reason=reason) from None
    except Exception as error:
        reason = f"names a model that {library} cannot load ({error})"
        raise BadOption(option=_OPTION, reason=reason) from error
