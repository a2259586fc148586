"""The scores of a pool: words and meaning joined by one rule (see ``ranking.fusion``)."""

import numpy as np

from broadsheet.search.embedding.contract import Embedder, Tokens
from broadsheet.search.engines.local.nearest import DECIMALS
from broadsheet.search.engines.local.pool import Points, Pool
from broadsheet.search.ranking import fusion
from broadsheet.search.ranking.fusion import Rule


def by_meaning(pool: Pool) -> Points:
    """The meaning alone."""
    nothing = np.zeros(len(pool.rows))
    return Points(pool.meaning, nothing, nothing)


def by_rule(pool: Pool, rule: Rule, embedder: Embedder, question: str) -> Points:
    """Joined scores; those beyond the first that are joined stand below them, less one."""
    fused = fusion.fused(fusion.Sides(pool.words, pool.meaning, pool.floor), rule)
    places = fusion.first(fused)
    rows, held = pool.rows[places], pool.asked.view.held
    answers = np.zeros(len(places))
    if rule.late and isinstance(embedder, Tokens):
        answers = embedder.late(question, *held.tokens(rows)).astype(np.float64)
    vectors = held.singles(rows)
    joined = fusion.joined(fused, places, vectors=vectors, late=answers, rule=rule)
    drawn, late = np.round(fused, DECIMALS) - 1, np.zeros(len(fused))
    drawn[places], late[places] = joined.drawn, joined.late
    return Points(rule.score(drawn, late), drawn, late)
