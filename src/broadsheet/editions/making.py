"""From an order to the hits of a page: cards and receipts."""

from datetime import datetime

from broadsheet.editions.periods import Ranked
from broadsheet.editions.types import Hit
from broadsheet.papers import queries
from broadsheet.search.ranking.features import values
from broadsheet.search.ranking.recipes import Recipe, score


def hits(
    ranked: tuple[Ranked, ...], recipe: Recipe, first: int, moment: datetime
) -> tuple[Hit, ...]:
    """The hits of one page: cards as they were at ``moment``, each with its receipt."""
    shown = queries.cards([r.paper for r in ranked], until=moment)
    return tuple(
        Hit(
            rank=place,
            card=shown[r.paper],
            receipt=score(recipe, values(recipe, r.facts), notes=r.notes),
        )
        for place, r in enumerate(ranked, first)
    )
