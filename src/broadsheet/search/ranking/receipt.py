"""The receipt: for one hit, the numbers its place was made of, and where they came from."""

import math
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One feature of one hit. ``points`` = ``value`` x ``weight``.

    ``seen`` says in words where the value came from and when it was true, ``reading`` what
    the value was made of where it is no plain count ("ln (1 + 2,341 stars)").
    """

    feature: str
    label: str
    value: float
    weight: float
    reading: str = ""
    seen: str = ""

    @property
    def points(self) -> float:
        return self.value * self.weight


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """Why a hit stands where it stands in one edition; enough to recompute the score."""

    recipe: str
    version: int
    lines: tuple[Line, ...]
    score: float
    notes: tuple[str, ...] = ()


def total(lines: Sequence[Line]) -> float:
    """Add up a receipt, exactly rounded, so that any order of adding gives the same digits."""
    return math.fsum(line.points for line in lines)
