"""Words, meaning, neighbours and late matching in one number."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadsheet.search.ranking.fusion import DEPTH, Rule, Sides, first, fused, joined

PLAIN = Rule(meaning=0.25, drawn=0.0, neighbours=2)


def vectors(*angles):
    return np.array([(np.cos(a), np.sin(a)) for a in np.radians(angles)], np.float32)


def test_each_side_is_brought_to_one_before_it_is_weighed():
    sides = Sides(np.array([8.0, 4.0, 0.0]), np.array([0.2, 0.5, 0.8]), floor=0.2)

    assert fused(sides, PLAIN).tolist() == pytest.approx(
        [0.75 * 8 / 8, 0.75 * 4 / 8 + 0.25 * 0.3 / 0.6, 0.25 * 0.6 / 0.6]
    )


def test_what_meaning_did_not_find_counts_as_nothing_not_less():
    assert fused(Sides(np.array([1.0]), np.array([-0.4]), floor=0.3), PLAIN).tolist() == [0.75]


def test_where_no_word_matches_meaning_decides():
    sides = Sides(np.zeros(2), np.array([0.1, 0.9]), floor=0.1)
    assert fused(sides, PLAIN).tolist() == [0, 0.25]


def test_nothing_joins_to_nothing():
    scores = fused(Sides(np.empty(0), np.empty(0), floor=1.0), PLAIN)
    places = first(scores)
    made = joined(scores, places, vectors=vectors(), late=np.empty(0), rule=PLAIN)

    assert made.score.tolist() == []


def test_only_the_first_are_joined_best_first():
    scores = np.linspace(0, 1, DEPTH + 50)
    assert first(scores).tolist() == list(range(DEPTH + 49, 49, -1))


def test_a_paper_among_good_ones_rises_over_one_that_stands_alone():
    rule = Rule(meaning=0.2, drawn=0.6, neighbours=2)
    scores = np.array([1.0, 0.9, 0.5, 0.51])  # the third lies beside the first two
    made = joined(scores, np.arange(4), vectors=vectors(0, 2, 4, 85), late=np.zeros(4), rule=rule)

    assert made.score[2] > made.score[3]
    assert made.fused[2] < made.fused[3]


def test_a_paper_that_answers_every_word_keeps_its_score():
    late = np.array([1.0, 0.2, 0.1, 0.0])
    scores, around = np.array([1.0, 0.4, 0.3, 0.2]), vectors(0, 2, 4, 6)
    loose = Rule(meaning=0.2, drawn=0.9, neighbours=3)
    firm = Rule(meaning=0.2, drawn=0.9, neighbours=3, kept=1.0)
    drawn = [
        joined(scores, np.arange(4), vectors=around, late=late, rule=rule) for rule in (loose, firm)
    ]

    assert drawn[0].score[0] < 1
    assert drawn[1].score[0] == 1


def test_the_score_is_its_parts_by_their_shares():
    rule = Rule(meaning=0.2, drawn=0.5, neighbours=2, late=0.3)
    made = joined(
        np.array([0.9, 0.5, 0.1]),
        np.arange(3),
        vectors=vectors(0, 40, 80),
        late=np.array([0.2, 0.9, 0.4]),
        rule=rule,
    )

    assert made.score.tolist() == pytest.approx(0.7 * made.drawn + 0.3 * made.late, abs=1e-6)
    assert made.late.tolist() == pytest.approx([0, 1, 2 / 7])


@given(
    st.lists(
        st.tuples(st.floats(0, 1), st.floats(0, 360), st.floats(0, 1)), min_size=1, max_size=30
    )
)
def test_scores_are_numbers_between_nought_and_one_whatever_comes(rows):
    fuses, angles, late = map(np.array, zip(*rows, strict=True))
    rule = Rule(meaning=0.2, drawn=0.7, neighbours=8, kept=0.9, late=0.3)
    made = joined(fuses, np.arange(len(rows)), vectors=vectors(*angles), late=late, rule=rule)

    assert np.isfinite(made.score).all()
    assert made.score.min() >= 0
    assert made.score.max() <= 1
