"""Following the change log into the index: one follower an index, wherever it runs."""

import fcntl
import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from broadsheet.editions import index
from broadsheet.kernel.errors import Busy, Unavailable
from broadsheet.kernel.text import plural
from broadsheet.papers import queries
from broadsheet.search.contract import Backend, Document
from broadsheet.search.engines.local.backend import LocalBackend

log = logging.getLogger(__name__)

STEP: Final = 5_000
"""Changes applied in one commit at most."""

PAUSE_S: Final = 0.25
"""How long the follower rests when there is nothing to do."""

_CHUNK: Final = 500
_REST_S: Final = 5


@contextmanager
def following() -> Iterator[None]:
    """Hold the lock of the one follower. Raises Busy where another process has it.

    The system lets go of it when the process ends, however it ends.
    """
    index.root().mkdir(parents=True, exist_ok=True)
    with (index.root() / "follower.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            remedy = "It keeps the index current; there is nothing to do."
            raise Busy(what="The search index", remedy=remedy) from None
        yield


def step(backend: Backend) -> int:
    """Apply the next changes; gives how many papers that touched. At least once each."""
    papers, upto = queries.changes_after(backend.upto(), limit=STEP)
    if not papers:
        return 0
    gone: list[str] = []

    def documents() -> Iterator[Document]:
        for start in range(0, len(papers), _CHUNK):
            for paper in queries.documents(papers[start : start + _CHUNK]):
                if paper.merged:
                    gone.append(paper.key)
                else:
                    yield index.document(paper)

    fresh = list(documents())
    backend.apply(fresh, gone, upto)
    return len(papers)


def catch_up(backend: Backend, *, progress: Callable[[int], None] | None = None) -> int:
    """Apply changes until none is left; gives how many papers were touched."""
    touched = 0
    while applied := step(backend):
        touched += applied
        if progress:
            progress(backend.upto())
    return touched


def follow(stop: Callable[[], bool]) -> None:
    """Keep the index current until ``stop`` says so. Takes the lock; raises Busy.

    A rebuild that put another generation in use is followed from then on. Trouble with the
    index is logged and tried again: it must not take the server with it.
    """
    with following():
        backend = LocalBackend(index.folder())
        while not stop():
            try:
                if backend.path != index.folder():
                    backend.close()
                    backend = LocalBackend(index.folder())
                if not step(backend):
                    time.sleep(PAUSE_S)
            except (Unavailable, Busy) as error:
                log.warning("index.follow.failed", extra={"facts": error.facts})
                time.sleep(_REST_S)
        backend.close()


def wait_until_current(*, patience_s: float = 60.0) -> bool:
    """Wait until the index has reached the last change; False where that took too long."""
    goal = queries.last_change()
    end = time.monotonic() + patience_s
    while index.reader().upto() < goal:
        if time.monotonic() > end:
            return False
        time.sleep(0.05)
    return True


def rebuild(*, progress: Callable[[int], None] | None = None) -> int:
    """Build the index anew from the catalogue, beside the one in use, then switch to it.

    Gives the number of documents. Raises Unavailable, and keeps the old index, where the new
    one does not hold every paper.
    """
    index.folder()
    path = index.next_generation()
    backend: Backend = LocalBackend(path)
    try:
        catch_up(backend, progress=progress)
        status = backend.status()
    finally:
        backend.close()
    held = queries.sizes().papers
    if status.documents < held and status.upto >= queries.last_change():
        remedy = f"It holds {status.documents:,} of {held:,} papers; the old one stays in use."
        raise Unavailable(what="The new index", remedy=remedy)
    index.switch(path.name)
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
    status = index.reader().status()
    last = queries.last_change()
    wrong = []
    if not status.healthy:
        wrong.append(f"The index is damaged: {status.trouble}. Run: broadsheet index rebuild")
    if status.upto < last:
        wrong.append(f"The index has applied change {status.upto:,} of {last:,}; it is behind.")
    if status.upto > last:
        wrong.append(
            f"The index says it applied change {status.upto:,}, but the catalogue ends at"
            f" {last:,}: it belongs to another catalogue. Run: broadsheet index rebuild"
        )
    if status.healthy and status.upto == last:
        wrong += _differences(set(index.reader().keys()), set(queries.keys()))
    return tuple(wrong)
