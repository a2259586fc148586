"""Learning what suggestions are made of, in the idle moments of whoever follows the changes."""

import logging
import time
from collections.abc import Callable, Iterator
from typing import Final

from broadsheet.kernel.errors import Unavailable
from broadsheet.papers import queries
from broadsheet.search.contract import Backend, Document

log = logging.getLogger(__name__)

_CHUNK: Final = 200  # papers read at once
_REST: Final = 50  # times as long as it took: learning costs at most a fiftieth of one core
_LEAST_REST_S: Final = 2.0


class _Ended(Exception):
    """Something more urgent came: what was learned so far is given up."""


class Learner:
    """Has a backend learn anew when the index has moved on and enough time has gone by."""

    def __init__(self, backend: Backend) -> None:
        self._backend = backend
        self._again = 0.0

    def learn(self, go_on: Callable[[], bool]) -> bool:
        """Learn if it is time; says whether that was so.

        ``go_on`` is called several times a second: it may do what is more urgent, and ends the
        learning by False. A disk that takes no more is logged: searching goes on without.
        """
        began = time.monotonic()
        upto = self._backend.upto()
        if began < self._again or not upto or self._backend.learned() == upto:
            return False

        def meanwhile() -> None:
            if not go_on():
                raise _Ended

        try:
            self._backend.learn(_papers(), upto, meanwhile=meanwhile)
        except _Ended:
            return True
        except Unavailable as error:
            log.warning("suggestions.failed", extra={"facts": error.facts})
        ended = time.monotonic()
        self._again = ended + max(_LEAST_REST_S, _REST * (ended - began))
        return True


def learn_all(backend: Backend) -> None:
    """Learn now from everything the catalogue holds."""
    Learner(backend).learn(lambda: True)


def _papers() -> Iterator[Document]:
    number = 0
    while chunk := queries.texts_after(number, limit=_CHUNK):
        for text in chunk:
            yield Document(
                key=text.key,
                title=text.title,
                abstract=text.abstract,
                authors=text.authors,
                categories=text.categories,
            )
        number = chunk[-1].number
