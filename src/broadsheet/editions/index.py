"""The search index of this machine: where it is, who asks it, papers as its documents.

The index folder holds one folder a generation and the file CURRENT that names the one in
use. A rebuild is made aside, checked, then CURRENT is replaced, then the old one removed.
Only the follower and a rebuild make folders here; whoever asks makes and removes nothing.
"""

import os
import shutil
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import TypeVar

from django.conf import settings

from broadsheet.kernel.errors import Unavailable
from broadsheet.kernel.text import plural
from broadsheet.papers import queries
from broadsheet.papers.queries.changes import Indexable
from broadsheet.search.contract import Backend, Document
from broadsheet.search.embedding.loading import embedder
from broadsheet.search.engines.local.backend import LocalBackend

T = TypeVar("T")

_NONE = "0"  # generations count from 1


def root() -> Path:
    """The folder of all generations. Thrown away and rebuilt, nothing is lost."""
    return Path(settings.INDEX_FOLDER)


def generation() -> str:
    """The name of the generation in use; "" where there is none, or its name was lost."""
    try:
        name = (root() / "CURRENT").read_bytes().strip()
    except FileNotFoundError:
        return ""
    return name.decode("ascii") if name.isdigit() else ""


def folder() -> Path:
    """The folder of the generation in use, which need not be there."""
    return root() / (generation() or _NONE)


def switch(name: str) -> None:
    """Put a generation in use, in one step, and remove the others."""
    fresh = root() / f"CURRENT.{os.getpid()}"
    fresh.write_text(name, encoding="ascii")
    fresh.replace(root() / "CURRENT")
    for other in root().iterdir():
        if other.is_dir() and other.name != name:
            shutil.rmtree(other, ignore_errors=True)


def next_generation() -> Path:
    """An empty folder for a rebuild."""
    numbers = [int(p.name) for p in root().iterdir() if p.is_dir() and p.name.isdigit()]
    path = root() / str(max(numbers, default=0) + 1)
    path.mkdir(parents=True)
    return path


def opened(path: Path) -> LocalBackend:
    """The index in a folder, with the embedder of this site."""
    return LocalBackend(path, embedder(settings.EMBEDDER))


@lru_cache(maxsize=2)
def _reader(path: Path) -> Backend:
    return opened(path)


def ask(question: Callable[[Backend], T]) -> T:
    """What the index in use answers; asked once more where a rebuild took its place meanwhile.

    Raises Unavailable where it cannot be opened, or is gone and not made again yet.
    """
    try:
        path = folder()
        try:
            return question(_reader(path))
        except Unavailable:
            if folder() == path:
                raise
        return question(_reader(folder()))
    except OSError as error:
        remedy = f"Its folder cannot be used: {error.strerror}."
        raise Unavailable(what="The search index", remedy=remedy) from error


def behind() -> tuple[int, int]:
    """How many changes the index has yet to apply, and the last it has. Raises as ``ask``."""
    upto = ask(lambda backend: backend.upto())
    return max(0, queries.state().change - upto), upto


def changes_behind(late: int) -> str:
    """That the index is so many changes late, as a sentence."""
    return f"The search index is {plural(late, 'change')} behind the catalogue."


def document(paper: Indexable) -> Document:
    """A paper as the engine knows it."""
    return Document(
        key=paper.key,
        title=paper.title,
        abstract=paper.abstract,
        keywords=paper.keywords,
        authors=paper.authors,
        organization=paper.organization,
        organization_name=paper.organization_name,
        categories=paper.categories,
        identifiers=paper.identifiers,
        sources=paper.sources,
        published=paper.published,
        last=paper.last,
        votes=paper.votes,
        comments=paper.comments,
        has_code=paper.has_code,
    )
