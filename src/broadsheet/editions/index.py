"""The search index of this machine: where it is, who asks it, papers as its documents.

The index folder holds one folder a generation and the file CURRENT that names the one in
use. A rebuild is made aside, checked, then CURRENT is replaced, then the old one removed.
"""

import os
import shutil
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from broadsheet.kernel.errors import Unavailable
from broadsheet.papers.queries.changes import Indexable
from broadsheet.search.contract import Backend, Document
from broadsheet.search.engines.local.backend import LocalBackend

_FIRST = "1"


def root() -> Path:
    """The folder of all generations. Thrown away and rebuilt, nothing is lost."""
    return Path(settings.INDEX_FOLDER)


def folder() -> Path:
    """The folder of the generation in use, made where there is none yet."""
    try:
        name = (root() / "CURRENT").read_text(encoding="ascii", errors="replace").strip()
    except FileNotFoundError:
        name = ""
    if not name.isdigit():  # lost or damaged: begin again, nothing is lost with it
        name = _FIRST
        switch(name)
    path = root() / name
    path.mkdir(parents=True, exist_ok=True)
    return path


def switch(name: str) -> None:
    """Put a generation in use, in one step, and remove the others."""
    root().mkdir(parents=True, exist_ok=True)
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


@lru_cache(maxsize=2)
def _reader(path: Path) -> Backend:
    return LocalBackend(path)


def reader() -> Backend:
    """The backend of this process, for asking. Raises Unavailable where it cannot be opened."""
    try:
        return _reader(folder())
    except OSError as error:
        remedy = f"Its folder cannot be used: {error.strerror}."
        raise Unavailable(what="The search index", remedy=remedy) from error


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
