"""From an order to the hits of a page: cards and receipts."""

from datetime import datetime

from broadsheet.editions.periods import Ranked
from broadsheet.editions.types import Hit
from broadsheet.fields import feed_title
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
            receipt=score(recipe, values(recipe, r.facts), notes=_notes(r)),
        )
        for place, r in enumerate(ranked, first)
    )


def _notes(ranked: Ranked) -> tuple[str, ...]:
    """Every announcement the paper had in the period, the one that places it first."""
    best = ranked.best
    if best is None:
        return ()
    others = sorted(
        {f"{feed_title(e.feed)} of {e.day} ({e.kind})" for e in ranked.entries if e != best}
    )
    place = f", at place {best.rank}" if best.rank is not None else ""
    own = f"Announced in {feed_title(best.feed)} of {best.day}{place}."
    return (own, f"Also announced in {', '.join(others)}.") if others else (own,)
