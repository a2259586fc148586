"""A process that asks damaged indexes everything, for whoever started it to see whether it lives.

Of each folder it says whether its questions were answered or not, and whether a check found it
whole or not; anything but an error of ours ends it.
"""

import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

from tests.fault.search.steps import paper

from broadsheet.kernel.errors import Unavailable
from broadsheet.search.contract import Request
from broadsheet.search.embedding.static import bundled
from broadsheet.search.engines.local.backend import LocalBackend
from broadsheet.search.language.parse import parse

QUERIES = (
    *("robot grasping coral", '"coral reef"', "title:robot -protein", "own3x4y0", "cat:cs"),
    *("date:2024", "own3x4y0 OR own5x0y1", "language model quantum circuit soil moisture battery"),
)


def ask(backend: LocalBackend) -> None:
    for query in QUERIES:
        for mode in ("words", "meaning", "hybrid"):
            request = Request(query=parse(query).tree, mode=mode, limit=20, facets=("category",))
            backend.search(request)
    backend.search(Request(sort="newest", limit=30))
    backend.similar(paper(4, 4))
    backend.suggest("own4")
    backend.status()


def tried(act: Callable[[], object]) -> str:
    try:
        act()
    except Unavailable as error:
        return "told" if "broadsheet index rebuild" in error.user_message else str(error)
    return "well"


def say(what: str) -> None:
    sys.stdout.write(what)
    sys.stdout.flush()


if __name__ == "__main__":
    for folder in map(Path, sys.argv[1:]):
        say(f"{folder.name} ")
        opened = LocalBackend(folder, bundled())
        say(f"{tried(partial(ask, opened))} {tried(opened.keys)}\n")
