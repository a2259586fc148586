"""One order out of two: how well the words match, and how near the meaning is.

Three steps, the same numbers for every collection (``TYPED``, ``EXAMPLE``):

1. *Fused*: the lexical score by the highest one, and the cosine between the last that was found
   by meaning and the highest, averaged with fixed shares.
2. *Drawn*: each of the first 100 is drawn towards the mean of its nearest neighbours among them,
   for papers that answer a question tend to lie together (Diaz, "Regularizing Ad Hoc Retrieval
   Scores", 2005). One whose own words answer the question well keeps its score: that is what
   keeps a paper somebody looks for by its words on top of papers like it.
3. *Late*: averaged with the late score, how near the nearest word of the paper comes to each
   word of the question (Khattab and Zaharia, "ColBERT", 2020), where the question was typed.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

Scores = NDArray[np.float64]

DEPTH: Final = 100  # of the fused order; what comes after keeps its place behind
_SHARP: Final = 4  # power of the late score: only what answers nearly every word keeps its own
_DECIMALS: Final = 6  # so that equal papers get equal scores whatever order sums are made in


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """The shares, each from 0 to 1.

    ``meaning`` beside words; ``drawn``: how far towards the neighbours; ``kept``: how much of
    that a paper is spared which answers every word; ``late`` beside the rest.
    """

    meaning: float
    drawn: float
    neighbours: int
    kept: float = 0.0
    late: float = 0.0

    def score(self, drawn: Scores, late: Scores) -> Scores:
        """What papers are ordered by."""
        return (1 - self.late) * drawn + self.late * late


TYPED: Final = Rule(meaning=0.2, drawn=0.7, neighbours=8, kept=0.9, late=0.3)
EXAMPLE: Final = Rule(meaning=0.3, drawn=0.4, neighbours=8)


@dataclass(frozen=True, slots=True)
class Sides:
    """What is known of n papers before they are joined; aligned arrays.

    ``words``: lexical scores, 0 where the words do not match. ``meaning``: cosines to the
    question; ``floor`` the one that counts as nothing: the last found by meaning.
    """

    words: Scores
    meaning: Scores
    floor: float


@dataclass(frozen=True, slots=True)
class Joined:
    """The papers that were joined, best of the fused first; ``places`` among the n given.

    ``score`` = (1 - late share) x ``drawn`` + late share x ``late``, both 0 to 1 and rounded.
    """

    places: NDArray[np.int64]
    fused: Scores
    drawn: Scores
    late: Scores
    score: Scores


def fused(sides: Sides, rule: Rule) -> Scores:
    """The first step, for all n papers: from 0 to 1."""
    best, nearest = sides.words.max(initial=0.0), sides.meaning.max(initial=sides.floor)
    words = sides.words / best if best > 0 else np.zeros_like(sides.words)
    span = nearest - sides.floor
    meaning = np.clip((sides.meaning - sides.floor) / span, 0, 1) if span > 0 else words * 0
    found: Scores = rule.meaning * meaning + (1 - rule.meaning) * words
    return found


def first(scores: Scores) -> NDArray[np.int64]:
    """The places of the best ``DEPTH`` by fused score, best first."""
    return np.argsort(-np.round(scores, _DECIMALS), kind="stable")[:DEPTH]


def joined(
    scores: Scores,
    places: NDArray[np.int64],
    *,
    vectors: NDArray[np.float32],
    late: Scores,
    rule: Rule,
) -> Joined:
    """The second and third step, for the papers at ``places``.

    Args:
        scores: ``fused`` of all n papers.
        places: ``first`` of them, k.
        vectors: unit rows of those (k x dimensions).
        late: their late scores (k); all alike where the question has none.
        rule: the shares.
    """
    before = scores[places]
    answered = _stretched(late)
    moved = rule.drawn * (1 - rule.kept * answered**_SHARP)
    drawn = before + moved * (_around(vectors, before, rule.neighbours) - before)
    drawn, answered = (np.round(_stretched(part), _DECIMALS) for part in (drawn, answered))
    return Joined(places, before, drawn, answered, rule.score(drawn, answered))


def _around(vectors: NDArray[np.float32], scores: Scores, neighbours: int) -> Scores:
    """The mean score of each paper's nearest neighbours, by how near they are."""
    count = len(vectors)
    if count < 2:
        return scores
    cosines = np.maximum(np.round(vectors @ vectors.T, _DECIMALS), 0)
    np.fill_diagonal(cosines, 0)
    if neighbours < count:
        last = np.partition(cosines, count - neighbours, axis=1)[:, count - neighbours, None]
        cosines[cosines < last] = 0
    near = cosines.astype(np.float64)
    sums = near.sum(axis=1)
    found: Scores = np.where(sums > 0, near @ scores / np.where(sums > 0, sums, 1), scores)
    return found


def _stretched(values: Scores) -> Scores:
    """Brought to 0 for the lowest and 1 for the highest; all alike is 0."""
    if not len(values) or np.ptp(values) < 1e-9:
        return np.zeros(len(values))
    found: Scores = (values - values.min()) / np.ptp(values)
    return found
