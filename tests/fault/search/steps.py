"""Papers that come in steps, a process that writes them, and a look at what it left.

What an index must hold after a step is known beforehand, so whoever opens it after a death can
compare: every paper of whole steps and none of a half one, each with the vector of its own text.
Run as a program it writes step after step into a folder and says what it is about; with a number
behind the folder it reads there until that step is written.
"""

import itertools
import random
import sys
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

import numpy as np

from broadsheet.search.contract import NO_FILTERS, Document, Request
from broadsheet.search.embedding.static import bundled
from broadsheet.search.engines.local import ordering, queries
from broadsheet.search.engines.local.backend import LocalBackend
from broadsheet.search.engines.local.embedded import Embedded, text_of
from broadsheet.search.language.parse import parse

NEW = 12  # papers of a step
_MERGED = 8  # commits after which tantivy makes one segment of them
_ABOUT = (
    "robot grasping coral reef protein folding neutrino detector traffic forecast speech synthesis"
    " graph colouring vaccine trial galaxy cluster language model quantum circuit soil moisture"
    " battery electrode wildfire smoke fraud auction kidney transplant bird song turbulence"
)
_TOPICS = _ABOUT.split()


def paper(step: int, number: int, edition: int = 0) -> Document:
    """A paper with a word of its own and a meaning of its own."""
    chosen = random.Random(f"{step} {number} {edition}").sample(_TOPICS, 8)
    title = f"own{step}x{number}y{edition} {' '.join(chosen[:4])}"
    return Document(key=f"{step}-{number}", title=title, abstract=" ".join(chosen[4:]))


def step(number: int) -> tuple[list[Document], list[str]]:
    """What a step brings: new papers, one of the step before rewritten, another taken away."""
    new = [paper(number, place) for place in range(NEW)]
    if number == 1:
        return new, []
    return [*new, paper(number - 1, 0, edition=1)], [f"{number - 1}-1"]


def held(after: int) -> dict[str, Document]:
    """Every paper that an index holds after so many steps."""
    found: dict[str, Document] = {}
    for number in range(1, after + 1):
        documents, gone = step(number)
        found |= {document.key: document for document in documents}
        for key in gone:
            del found[key]
    return found


def steps_of(papers: int) -> int:
    """How many steps so many papers are; fails where a part of one is missing."""
    number, over = divmod(papers - 1, NEW - 1)
    assert papers == 0 or not over, f"{papers} papers are no whole steps"
    return number if papers else 0


def look(index: Path, *, thoroughly: bool = False) -> int:
    """Compare what an index holds with what it must; gives its last step.

    Every row is compared; searched for are the newest papers and some of the others, or all.
    """
    backend = LocalBackend(index, bundled())
    after = backend.upto()
    expected = held(after)
    assert backend.keys() == tuple(sorted(expected))
    if expected:
        _compare_rows(backend, expected)
    newest = {key for key in expected if int(key.partition("-")[0]) >= after - 1}
    older = random.Random(after).sample(sorted(expected), min(5, len(expected)))
    for key in expected if thoroughly else newest.union(older):
        find(backend, expected[key])
    backend.close()
    return after


def find(backend: LocalBackend, document: Document) -> None:
    """A paper is found by its own word, and as the nearest to its own text."""
    own, _, _ = document.title.partition(" ")
    by_word = backend.search(Request(query=parse(own).tree, mode="words")).found
    assert [one.key for one in by_word] == [document.key]
    text = f"{document.title} {document.abstract}"
    request = Request(query=parse(text).tree, mode="meaning", limit=1)
    (nearest,) = backend.search(request).found
    assert (nearest.key, nearest.meaning > 0.95) == (document.key, True)


def watch(backend: LocalBackend, last: int) -> int:
    """Ask again and again until the last step is there; gives how often.

    Every answer must be of whole steps, and none older than the one before.
    """
    seen = times = 0
    while seen < last:
        everything = backend.search(Request(limit=20, sort="newest"))
        after = steps_of(everything.total)
        assert after >= seen
        seen, times = after, times + 1
        if seen:
            _ask(backend, seen, random.Random(times))
    return times


def _ask(backend: LocalBackend, after: int, chance: random.Random) -> None:
    """What is true from this step on, however far the writer is by now."""
    there = paper(chance.randint(1, after), chance.randint(2, NEW - 1))
    find(backend, there)
    before = chance.randint(1, after)
    editions = " OR ".join(paper(before, 0, edition).title.split()[0] for edition in (0, 1))
    (one,) = backend.search(Request(query=parse(editions).tree, mode="words")).found
    assert one.key == f"{before}-0"
    about = parse(" ".join(chance.sample(_TOPICS, 4))).tree
    joined = backend.search(Request(query=about, limit=30, facets=("category",)))
    keys = [one.key for one in joined.found]
    assert len({*keys}) == len(keys) == min(30, joined.total + joined.by_meaning)
    assert there.key not in [one.key for one in backend.similar(there, limit=5)]
    assert steps_of(len(backend.keys())) >= after
    status = backend.status()
    assert status.healthy, status.trouble


@cache
def _row(text: str) -> tuple[bytes, list[int]]:
    vectors, tokens = bundled().with_tokens([text])
    return vectors[0].astype("<f2").tobytes(), tokens[0].tolist()


def _compare_rows(backend: LocalBackend, expected: dict[str, Document]) -> None:
    """Each paper has one row, which holds the vector and the tokens of its own text."""
    view = backend._commits.newest().view
    everything = queries.asked(None, NO_FILTERS)
    addresses = [at for _, at in view.searcher.search(everything, limit=len(expected) + 1).hits]
    keys = [ordering.key_at(view.searcher, at) for at in addresses]
    rows = np.array(view.searcher.fast_field_values("row", addresses), np.int64)
    assert sorted(keys) == sorted(expected)
    assert len(np.unique(rows)) == len(rows)
    ids, ends = view.held.tokens(rows)
    for key, row, tokens in zip(keys, rows, np.split(ids, ends[:-1]), strict=True):
        assert (view.held.vectors[row].tobytes(), tokens.tolist()) == _row(text_of(expected[key]))


def _say(what: str) -> None:
    sys.stdout.write(f"{what}\n")
    sys.stdout.flush()


def _told(documents: Iterable[Document]) -> Iterator[Document]:
    _say("add")
    yield from documents


def write(index: Path) -> None:
    """Apply step after step until killed, saying what begins and what is acknowledged."""
    synced = Embedded.sync

    def sync(self: Embedded) -> None:
        synced(self)
        _say("commit")

    Embedded.sync = sync
    backend = LocalBackend(index, bundled())
    for number in itertools.count(backend.upto() + 1):
        documents, gone = step(number)
        backend.apply(_told(documents), gone, number)
        _say(f"done {number}")
        if not number % _MERGED:
            _say("compaction")
            backend.close()
            _say("compacted")


if __name__ == "__main__":
    path, *step_read = sys.argv[1:]
    if step_read:
        _say(str(watch(LocalBackend(Path(path), bundled()), int(step_read[0]))))
    else:
        write(Path(path))
