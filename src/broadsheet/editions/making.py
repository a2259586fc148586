"""From an order to the hits of a page: cards, receipts, marks."""

from datetime import datetime
from typing import Final

from broadsheet.editions import rules
from broadsheet.editions.periods import Ranked
from broadsheet.editions.types import Hit, Marks
from broadsheet.fields import feed_title
from broadsheet.papers import queries
from broadsheet.papers.facts import Total
from broadsheet.search.contract import Found, Mode
from broadsheet.search.highlight import marks
from broadsheet.search.language.tree import Node
from broadsheet.search.ranking.features import Count, Facts, points, values
from broadsheet.search.ranking.recipes import Recipe, score

COUNTED: Final = ("top", "discussed")
"""The orders by counts, of which an index knows only today's."""


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


def ranked(found: tuple[Found, ...], recipe: Recipe, moment: datetime) -> tuple[Ranked, ...]:
    """What the index found, with the facts that the recipe makes a receipt of."""
    held = queries.numbers([one.key for one in found])
    papers = [held[one.key][0] for one in found if one.key in held]
    counted = recipe.name in COUNTED
    totals = queries.totals(papers, ("votes", "comments"), until=moment) if counted else {}
    ranked = []
    for one in found:
        if one.key not in held:
            continue  # removed since the index was last brought up to date
        number, published = held[one.key]
        facts = Facts(
            key=one.key,
            moment=moment,
            published=published,
            votes=_count(totals.get((number, "votes"), ()), moment),
            comments=_count(totals.get((number, "comments"), ()), moment),
            words=one.words,
            meaning=one.meaning,
            drawn=one.drawn,
            late=one.late,
            exact=one.pinned,
        )
        ranked.append(Ranked(paper=number, score=points(recipe, facts), facts=facts))
    return tuple(ranked)


def matching(recipe: Recipe, found: tuple[Found, ...], mode: Mode, *, like: bool = False) -> Recipe:
    """The recipe with the weights that best matches of this list went by.

    Papers ``like`` others are compared as wholes, without late matching. Where the engine knows
    no meanings, or not that of the question, words alone decided.
    """
    if recipe.name != "relevance":
        return recipe
    if any(one.drawn for one in found):
        return recipe.with_weights({"drawn": 1.0, "late": 0.0}) if like else recipe
    near = mode == "meaning" and any(one.meaning for one in found)
    alone = "meaning" if near else "words"
    return recipe.with_weights({"drawn": 0.0, "late": 0.0, alone: 1.0})


def _count(totals: tuple[Total, ...], moment: datetime) -> Count:
    return rules.count(totals, None, moment)


def marked(hit: Hit, tree: Node | None) -> Marks:
    """Where the words asked for stand in a hit."""
    if tree is None:
        return hit.marks
    card = hit.card
    return Marks(title=marks(card.title, tree, "title"), abstract=marks(card.abstract, tree, "abs"))
