"""The scores of a pool: words and meaning joined by one rule (see ``ranking.fusion``)."""

import numpy as np

from broadsheet.search.embedding.contract import Embedder, Tokens
from broadsheet.search.engines.local.pool import Points, Pool
from broadsheet.search.ranking import fusion
from broadsheet.search.ranking.fusion import Rule


def by_meaning(pool: Pool) -> Points:
    """The meaning alone."""
    return Points(pool.meaning, np.zeros(len(pool.rows)))


def by_rule(pool: Pool, rule: Rule, embedder: Embedder, question: str) -> Points:
    """Joined scores; those beyond the first that are joined stand below them, less one."""
    score = fusion.fused(fusion.Sides(pool.words, pool.meaning, pool.floor), rule)
    places = fusion.first(score)
    rows = pool.rows[places]
    late = np.zeros(len(score))
    if rule.late and isinstance(embedder, Tokens):
        late[places] = np.round(embedder.late(question, *pool.view.held.tokens(rows)), 6)
    vectors = pool.view.held.vectors[rows].astype(np.float32)
    joined = fusion.joined(score, places, vectors=vectors, late=late[places], rule=rule)
    score -= 1
    score[places] = joined.score
    return Points(score, late)
