"""More papers than there are: real titles over shuffled sentences of real abstracts."""

import random
import re
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

Row = dict[str, Any]

_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-Z$\\])")
_DONORS = 3
_USUAL = 7  # sentences, where the title's own paper has no abstract


def sentences(text: str) -> list[str]:
    """A plain cut, good enough to shuffle what it gives."""
    return _SENTENCE.split(text) if text else []


class Recombination:
    """Makes paper after paper from real ones; number n is always the same paper.

    Title, authors, categories and dates are one paper's; the abstract has as many sentences as
    that paper's own, drawn without order from three others of its first category (where none is
    known, of its source). So words keep their company of the field, their frequency and the
    length of texts, while no two abstracts are alike.
    """

    def __init__(self, papers: Sequence[Row]) -> None:
        self._papers = papers
        self._alike: dict[str, list[Row]] = defaultdict(list)
        for paper in papers:
            if paper.get("abstract"):
                self._alike[_kind(paper)].append(paper)
        self._everywhere = [paper for alike in self._alike.values() for paper in alike]

    def paper(self, number: int) -> Row:
        """The number-th; its ``id`` is still that of the paper which gave the title."""
        chance = random.Random(f"recombined {number}")
        base = chance.choice(self._papers)
        alike = self._alike[_kind(base)]
        if len(alike) <= _DONORS:
            alike = self._everywhere
        drawn = [
            sentence
            for donor in chance.sample(alike, _DONORS)
            for sentence in sentences(donor["abstract"])
        ]
        chance.shuffle(drawn)
        length = len(sentences(base.get("abstract", ""))) or _USUAL
        kept = {name: value for name, value in base.items() if name not in {"doi", "same_as"}}
        return {**kept, "abstract": " ".join(drawn[:length])}


def _kind(paper: Row) -> str:
    return str(paper["categories"][0] if paper.get("categories") else paper["source"])
