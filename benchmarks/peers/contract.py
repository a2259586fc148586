"""What an engine under measure can be asked to do."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from typing import Any, ClassVar, Literal

from broadsheet.search.contract import Document
from broadsheet.search.embedding.contract import Vectors
from peers.collection import Collection, embedder
from peers.engines import ENGINES

FIRST = 10  # how many papers a search gives
CANDIDATES = 100  # how many of each half a peer joins
RANK_CONSTANT = 60  # of reciprocal rank fusion


class Peer:
    """One engine, its files in a folder of their own.

    A build is ``add`` for every batch and one ``finish``; both are timed. Searching processes
    each make a Peer of their own and ``open`` it; ``prepared`` is not timed, ``search`` is.
    What runs beside those processes is started by ``server``, which gives its process numbers.
    """

    title: ClassVar[str]
    settings: ClassVar[str]  # a sentence or two for the page
    packages: ClassVar[tuple[str, ...]]
    # Whether it searches vectors, and whether making them is part of its build
    vectors: ClassVar[Literal["none", "given", "own"]] = "given"
    texts: ClassVar[bool] = False  # whether its files hold title and abstract

    def __init__(self, folder: Path, collection: Collection) -> None:
        self.folder = folder
        self.collection = collection

    @classmethod
    def versions(cls) -> str:
        return ", ".join(f"{package} {version(package)}" for package in cls.packages)

    @contextmanager
    def server(self) -> Iterator[tuple[int, ...]]:
        yield ()

    def add(self, papers: Sequence[Document], vectors: Vectors) -> None:
        """Take a batch; row n of ``vectors`` is of paper n."""
        raise NotImplementedError

    def finish(self) -> None:
        """Bring what was added into the state in which it is searched, on disk."""

    def open(self) -> None:
        raise NotImplementedError

    def prepared(self, text: str) -> Any:
        return text

    def search(self, asked: Any) -> list[str]:
        """The keys of the first ten, best first."""
        raise NotImplementedError

    def size(self) -> int:
        """Bytes on disk; asked once everything is built and open."""
        return sum(file.stat().st_size for file in self.folder.rglob("*") if file.is_file())

    def close(self) -> None:
        """Let go of everything ``open`` or a build took."""


def engine(name: str) -> type[Peer]:
    """The engine of that name; its libraries are imported only now."""
    module, _, attribute = ENGINES[name].partition(":")
    found: type[Peer] = getattr(import_module(f"peers.engines.{module}"), attribute)
    return found


class Embedding(Peer):
    """A peer that is given the papers' vectors and makes that of each question itself."""

    def open(self) -> None:
        self.embedder = embedder()

    def vector(self, text: str) -> Any:
        """The unit vector of a question, float32."""
        return self.embedder.vectors([text])[0]
