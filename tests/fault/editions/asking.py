"""A process that asks a site questions nobody should ask, the way its pages are made.

It says a question's number before it asks, so that whoever started it knows which one killed it,
then what it took, and at the end how much memory. What is too long for an address is asked of the
engine at once.
"""

import sys
import time
import traceback
from collections.abc import Callable
from pathlib import Path

from tests.fault.search.fuzzed import LIMIT_MS, questions

from broadsheet.cli.ready import ready
from broadsheet.kernel.errors import BroadsheetError

ready()

from broadsheet.editions import addresses, index, suggesting  # noqa: E402  # Django stands now
from broadsheet.editions.answer import answer  # noqa: E402
from broadsheet.search.contract import Request  # noqa: E402
from broadsheet.search.language.parse import parse  # noqa: E402


def search(text: str) -> str:
    """Find what a page of this search shows; gives why that was refused, "" where it was not."""
    try:
        question = addresses.read("/search", {"q": text})
        edition = answer(question)
        assert not edition.from_catalogue, edition.reading.problems
        suggesting.offers(question)
    except BroadsheetError as error:
        request = Request(query=parse(text).tree, facets=("year", "category"))
        index.ask(lambda backend: backend.search(request))
        return error.user_message
    return ""


def complete(text: str) -> str:
    """Suggest as if it were being typed."""
    suggesting.suggestions(text[:300], addresses.read("/search", {}))
    return ""


def timed(act: Callable[[str], str], text: str) -> tuple[float, str]:
    """Milliseconds of the processor's, the least of three where the first were too many."""
    took = float("inf")
    said = ""
    for _ in range(3):
        start = time.process_time()
        said = act(text)
        took = min(took, (time.process_time() - start) * 1_000)
        if took <= LIMIT_MS:
            break
    return took, said


def say(what: str) -> None:
    sys.stdout.write(what)
    sys.stdout.flush()


def peak_kb() -> int:
    """The most memory this process held (getrusage counts what its parent held before it too)."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.split("VmHWM:")[1].split()[0])


def main(seed: int, first: int, count: int) -> None:
    for act in (search, complete):
        act("learning")  # what is opened once
    for number, text in enumerate(questions(seed, first, count), first):
        say(f"{number} ")
        try:
            searched, refused = timed(search, text)
            completed, _ = timed(complete, text)
        except Exception:
            say(f"failed at {ascii(text)[:1_000]}\n{traceback.format_exc()}")
            raise
        say(f"{searched:.1f} {completed:.1f} {refused}\n")
    say(f"{peak_kb()}\n")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
