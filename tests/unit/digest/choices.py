"""Choices made by hand, for tests of how letters read."""

from datetime import UTC, date, datetime

from tests.unit.web.test_cards import make_card

from broadsheet.digest.types import Choice, Pick
from broadsheet.editions.types import Edition, Hit, Marks, Question
from broadsheet.kernel.dates import Period
from broadsheet.search.ranking.features import Count, Facts, values
from broadsheet.search.ranking.recipes import RECIPES, score

FRIDAY = date(2026, 8, 14)
NOON = datetime(2026, 8, 15, 12, tzinfo=UTC)
DAY = Question(place="front", period=Period.day(FRIDAY))


def make_hit(rank=1, recipe="top", *, found_by="", reason="", marks=None, **facts):
    """A hit with a true receipt; ``counted`` are the facts of the receipt, the rest the card's."""
    counted = {"votes": Count(grown=facts.get("votes") or 0)} | facts.pop("counted", {})
    facts = {"key": f"2608.{rank:05}"} | facts
    of = RECIPES[recipe]
    made = Facts(key=facts["key"], moment=NOON, **counted)
    notes = ("Announced in the list of 2026-08-14, at place 3.",)
    return Hit(
        rank=rank,
        card=make_card(**facts),
        receipt=score(of, values(of, made), notes=notes),
        marks=marks or Marks(),
        found_by=found_by,
        reason=reason,
    )


def make_edition(*hits, question=DAY, recipe="top", **facts):
    given = {"total": len(hits), "true_at": NOON, "changed": 1, "recipe_version": 1}
    return Edition(question=question, asked=question, recipe=recipe, hits=hits, **given | facts)


def make_choice(*hits, picks=None, question=DAY, recipe="top", sent_before=0, **facts):
    """A choice of all these hits; ``picks`` where it is of others."""
    earlier = facts.pop("earlier", ())
    return Choice(
        edition=make_edition(*hits, question=question, recipe=recipe, **facts),
        label="2026-08-14",
        day=FRIDAY,
        picks=tuple(Pick(hit=hit, version=1) for hit in hits) if picks is None else picks,
        sent_before=sent_before,
        earlier=earlier,
    )
