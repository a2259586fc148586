"""Finding the rows nearest a question among all: a scan of compressed codes, or of the rows.

turbovec keeps four bits a number and goes through a million rows in a millisecond or two; what
it finds is ordered anew by the exact rows. It is young, so nothing depends on it: where it is
missing, or fails in any way, the rows themselves are gone through, exactly and twenty times
slower. Codes are made from the rows when a process first looks for a meaning (a second for
200,000), so there is no file of them that could be damaged or old.
"""

import logging
from threading import Lock
from typing import Any, Final

import numpy as np

from broadsheet.search.embedding.contract import Vectors
from broadsheet.search.engines.local.vectors import Halves, Rows, dots

log = logging.getLogger(__name__)

_BITS: Final = 4
_STEP: Final = 1_024  # rows made into codes at once: more takes twice the memory, and longer


class Scan:
    """The rows of an index as far as they were extended; threads may share one.

    ``compressed`` False goes without codes even where they can be had.
    """

    def __init__(self, dimensions: int, *, compressed: bool = True) -> None:
        self._lock = Lock()
        self._codes = _codes(dimensions) if compressed else None
        self._coded = 0
        self._vectors: Halves = np.empty((0, dimensions), np.float16)

    @property
    def compressed(self) -> bool:
        return self._codes is not None

    def extend(self, vectors: Halves) -> None:
        """Take in the rows that came since; those before must be the same."""
        with self._lock:
            if len(vectors) <= len(self._vectors):
                return
            self._vectors = vectors
            if self._codes is None:
                return
            try:
                for start in range(self._coded, len(vectors), _STEP):
                    block = vectors[start : start + _STEP].astype(np.float32)
                    self._codes.add(block, chunk_size=0)
                    self._coded += len(block)
                self._codes.prepare()
            except BaseException as error:  # noqa: BLE001  # a panic is no Exception
                self._give_up(error)

    def nearest(self, question: Vectors, count: int, among: Rows | None = None) -> Rows:
        """Some ``count`` rows, the nearest to the question as far as codes can tell, unordered.

        ``among``: only of these.
        """
        codes = self._codes
        if codes is not None:
            try:
                if among is None:
                    return _found(codes.search(question[None], k=count))
                with self._lock:  # a mask is as long as the codes: none may come meanwhile
                    mask = _mask(self._coded, among)
                    return _found(codes.search(question[None], k=count, mask=mask))
            except BaseException as error:  # noqa: BLE001
                self._give_up(error)
        vectors = self._vectors if among is None else self._vectors.take(among, axis=0)
        best = _highest(dots(vectors, question), count)
        return best if among is None else among[best]

    def _give_up(self, error: BaseException) -> None:
        """Go on without codes, unless somebody wants to stop the program."""
        if not _is_trouble(error):
            raise error
        self._codes = None
        log.warning("index.scan.failed", extra={"facts": {"reason": repr(error)}})


def _found(answer: Any) -> Rows:
    """The rows of one question's answer, which is (scores, rows) for each question."""
    return np.asarray(answer[1][0], np.int64)


def _highest(values: Vectors, count: int) -> Rows:
    if count >= len(values):
        return np.arange(len(values))
    return np.argpartition(values, len(values) - count)[-count:]


def _mask(length: int, among: Rows) -> np.ndarray[Any, np.dtype[np.bool_]]:
    mask = np.zeros(length, np.bool_)
    mask[among[among < length]] = True
    return mask


def _codes(dimensions: int) -> Any:
    try:
        from turbovec import TurboQuantIndex  # noqa: PLC0415  # the program runs without it

        return TurboQuantIndex(dim=dimensions, bit_width=_BITS)
    except BaseException as error:
        if not _is_trouble(error):
            raise
        log.info("index.scan.exact", extra={"facts": {"reason": repr(error)}})
        return None


def _is_trouble(error: BaseException) -> bool:
    """An error of the library's: also a panic, which pyo3 hides from ``Exception``."""
    return isinstance(error, Exception) or type(error).__name__ == "PanicException"
