"""Following the change log into the index: one follower an index, wherever it runs."""

import fcntl
import logging
import os
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from os.path import samestat
from pathlib import Path
from typing import Final

from django.db import DatabaseError, connection

from broadsheet.editions import index
from broadsheet.editions.learning import Learner, learn
from broadsheet.kernel.errors import Busy, Unavailable
from broadsheet.kernel.text import plural
from broadsheet.papers import queries
from broadsheet.search.contract import Backend, Document

log = logging.getLogger(__name__)

STEP: Final = 5_000
"""Changes applied in one commit at most."""

PAUSE_S: Final = 0.25
"""How long the follower rests when there is nothing to do."""

_CHUNK: Final = 500
_REST_S: Final = 5


@contextmanager
def _alone(name: str, remedy: str) -> Iterator[Callable[[], bool]]:
    """Hold a lock file of the index folder. Raises Busy where another process has it.

    Gives a function that says whether the lock still counts: who throws the folder away takes
    it from us. The system lets go of it when the process ends, however it ends.
    """
    index.root().mkdir(parents=True, exist_ok=True)
    path = index.root() / name
    with path.open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Busy(what="The search index", remedy=remedy) from None
        yield lambda: _is_still(path, lock.fileno())


def _is_still(path: Path, number: int) -> bool:
    try:
        return samestat(path.stat(), os.fstat(number))
    except FileNotFoundError:
        return False


def step(backend: Backend) -> int:
    """Apply the next changes; gives how many papers that touched. At least once each.

    An index made from another catalogue (a copy was put back) is emptied first.
    """
    if not _is_ours(backend):
        facts = {"applied": backend.upto(), "last": queries.last_change()}
        log.warning("index.of_another_catalogue", extra=facts)
        backend.clear()
        backend.apply((), (), 0)  # at once: who asks meanwhile is told how far it is
    papers, upto = queries.changes_after(backend.upto(), limit=STEP)
    if not papers:
        return 0
    gone: list[str] = []

    def documents() -> Iterator[Document]:
        for start in range(0, len(papers), _CHUNK):
            for paper in queries.documents(papers[start : start + _CHUNK]):
                if paper.gone:
                    gone.append(paper.key)
                else:
                    yield index.document(paper)

    fresh = list(documents())
    backend.apply(fresh, gone, upto, queries.change_mark(upto))
    return len(papers)


def _is_ours(backend: Backend) -> bool:
    """Whether the last change applied stands in this catalogue, the same under its number."""
    applied, mark = backend.upto(), backend.mark()
    if not mark:
        return applied <= queries.last_change()
    return mark == queries.change_mark(applied)


def catch_up(backend: Backend, *, progress: Callable[[int], None] | None = None) -> int:
    """Apply changes until none is left; gives how many papers were touched."""
    touched = 0
    while applied := step(backend):
        touched += applied
        if progress:
            progress(backend.upto())
    return touched


def follow(stop: Callable[[], bool]) -> None:
    """Keep the index current until ``stop`` says so, as soon as no other process does.

    Trouble with the index or the catalogue is logged and tried again: it must not take the
    server with it.
    """
    while not stop():
        try:
            with _alone("follower.lock", "It keeps the index current.") as held:
                _begin()
                _follow_on(lambda: stop() or not held())
        except Busy:
            time.sleep(PAUSE_S)
        except (Unavailable, OSError, DatabaseError) as error:
            facts = error.facts if isinstance(error, Unavailable) else {"reason": str(error)}
            log.warning("index.follow.failed", extra={"facts": facts})
            connection.close()
            _rest(stop)


def _begin() -> None:
    """Put an empty generation in use where there is none. Raises Busy while one is being built."""
    if not index.generation():
        with _rebuilding():
            index.switch(index.next_generation().name)


def _follow_on(stop: Callable[[], bool]) -> None:
    """Follow into the generation in use, until stopped or another is put in its place."""
    backend = index.opened(index.folder())
    learner = Learner(backend)

    def go_on() -> bool:
        return not stop() and backend.path == index.folder()

    try:
        while go_on():
            if step(backend):
                _slim(backend)
            else:
                learner.look()
                time.sleep(PAUSE_S)
    finally:
        learner.close()
        backend.close()


def _slim(backend: Backend) -> None:
    """Build the index anew where most of it is of papers that changed or are gone."""
    if backend.status().bloated:
        with suppress(Busy):
            rebuild()


def _rest(stop: Callable[[], bool]) -> None:
    end = time.monotonic() + _REST_S
    while time.monotonic() < end and not stop():
        time.sleep(PAUSE_S)


def wait_until_current(*, patience_s: float = 60.0) -> bool:
    """Wait until the index has reached the last change.

    False where it did not move for ``patience_s``. Raises Unavailable where it is damaged.
    """
    goal = queries.last_change()
    seen, end = -1, 0.0
    while (upto := index.ask(lambda backend: backend.upto())) < goal:
        if upto != seen:
            seen, end = upto, time.monotonic() + patience_s
        if time.monotonic() > end:
            return False
        time.sleep(0.05)
    return True


def rebuild(*, progress: Callable[[int], None] | None = None) -> int:
    """Build the index anew from the catalogue, beside the one in use, then switch to it.

    Gives the number of documents. Raises Unavailable, and keeps the old index, where the new
    one does not hold every paper; Busy where another process rebuilds it.
    """
    with _rebuilding():
        return _rebuild(progress)


def _rebuilding() -> AbstractContextManager[object]:
    """Nobody else puts a generation in use inside this block. Raises Busy."""
    return _alone("rebuild.lock", "Another rebuild is under way: let it finish.")


def _rebuild(progress: Callable[[int], None] | None) -> int:
    path = index.next_generation()
    try:
        documents = _built(path, progress)
    except BaseException:
        shutil.rmtree(path, ignore_errors=True)  # the disk may be full of it
        raise
    index.switch(path.name)
    return documents


def _built(path: Path, progress: Callable[[int], None] | None) -> int:
    """Build a whole index in a folder; gives the number of documents. Raises as ``rebuild``."""
    backend: Backend = index.opened(path)
    try:
        catch_up(backend, progress=progress)
        learn(backend)
        catch_up(backend)  # what came meanwhile is found already, and stays so
        status = backend.status()
    finally:
        backend.close()
    sizes = queries.sizes()
    held = sizes.papers - sizes.withdrawn
    if status.documents < held and status.upto >= queries.last_change():
        remedy = f"It holds {status.documents:,} of {held:,} papers; the old one stays in use."
        raise Unavailable(what="The new index", remedy=remedy)
    return status.documents


def _differences(indexed: set[str], held: set[str]) -> list[str]:
    """What index and catalogue do not share, with an example each."""
    wrong = []
    if missing := held - indexed:
        found = f"{plural(len(missing), 'paper')} cannot be found, {min(missing)} among them"
        wrong.append(f"{found}. Run: broadsheet index rebuild")
    if surplus := indexed - held:
        found = f"The index holds {plural(len(surplus), 'paper')} that are gone, {min(surplus)}"
        wrong.append(f"{found} among them. Run: broadsheet index rebuild")
    return wrong


def check() -> tuple[str, ...]:
    """Compare index and catalogue; gives what is wrong, a sentence each."""
    status = index.ask(lambda backend: backend.status())
    last = queries.last_change()
    wrong = []
    if not status.healthy:
        wrong.append(f"The index is damaged: {status.trouble}. Run: broadsheet index rebuild")
    if status.upto < last:
        wrong.append(f"The index has applied change {status.upto:,} of {last:,}; it is behind.")
    if status.healthy and not index.ask(_is_ours):
        wrong.append(
            f"The index was made from another catalogue: change {status.upto:,}, the last it"
            f" applied, is not the one here. Run: broadsheet index rebuild"
        )
    elif status.healthy and status.upto == last:
        wrong += _differences(set(index.ask(lambda backend: backend.keys())), set(queries.keys()))
    return tuple(wrong)
