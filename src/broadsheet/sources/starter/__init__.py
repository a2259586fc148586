"""The starter edition: real papers with summaries of our own, shown before anything is fetched."""

from functools import cache
from pathlib import Path

from broadsheet.sources.starter.parse import parse


def starter_path() -> Path:
    """Where the bundled starter edition lies."""
    return Path(__file__).with_name("starter.jsonl")


@cache
def summaries() -> frozenset[str]:
    """The texts of the starter edition: summaries of ours where an abstract would stand.

    What asks whether a text is the authors' own compares the text itself: it may have come
    by any import, and a list of papers pays nothing for asking.
    """
    with starter_path().open("rb") as lines:
        return frozenset(parse(line).abstract for line in lines)
