"""Reading sealed days: see ``seals``, which makes them."""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from datetime import date
from typing import Any

import orjson

from broadsheet.editions.models import Seal, SealedHit
from broadsheet.editions.types import Hit, Question, Sealed
from broadsheet.kernel import clock
from broadsheet.papers import queries
from broadsheet.papers.cards import Card
from broadsheet.papers.queries.sql import moment, select
from broadsheet.search.contract import Filters
from broadsheet.search.ranking.receipt import Line, Receipt


def of_question(question: Question) -> Sealed | None:
    """The seal of the list that is asked for: a day's own order, now, with nothing left out."""
    period = question.period
    if question.place != "front" or period is None or period.kind != "day":
        return None
    if question.recipe or question.as_of or question.filters != Filters():
        return None
    return of_day(period.first, question.field)


def of_day(day: date, field: str) -> Sealed | None:
    rows = select(
        "SELECT s.recipe, s.recipe_version, s.true_at, s.total, s.digest FROM editions_seal s"
        " WHERE s.field = %s AND s.day = %s",
        field,
        day,
    )
    for recipe, version, true_at, total, digest in rows:
        return Sealed(
            day=day,
            field=field,
            recipe=recipe,
            recipe_version=version,
            true_at=moment(true_at),
            total=total,
            digest=digest,
        )
    return None


def newest() -> int:
    """The number of the last seal, 0 without any: pages of a day are others once it is sealed."""
    ((number,),) = select("SELECT MAX(id) FROM editions_seal")
    return number or 0


def page(sealed: Sealed, first: int, size: int) -> tuple[Hit, ...]:
    """The places from ``first`` (from 1): papers as they are now, receipts as they were sealed."""
    rows = SealedHit.objects.filter(
        seal__field=sealed.field,
        seal__day=sealed.day,
        rank__gte=first,
        rank__lt=first + size,
    ).order_by("rank")
    places = [(row.rank, row.key, orjson.loads(row.said)) for row in rows]
    held = cards([key for _, key, _ in places])
    merged = [key for key, card in held.items() if card.key != key]
    if merged:
        own = _own_places(sealed, {held[key].key for key in merged})
        held = {key: card for key, card in held.items() if own.get(card.key, key) == key}
    return tuple(
        Hit(rank=rank, card=held[key], receipt=_receipt(said["receipt"]))
        for rank, key, said in places
        if key in held
    )


def _own_places(sealed: Sealed, papers: AbstractSet[str]) -> dict[str, str]:
    """The key under which each of these papers stands: two that became one stand once.

    Its own if that was sealed, else the first of those that lead to it.
    """
    ranked = places(sealed, as_sealed=True)
    found = {}
    for paper in papers:
        former = [key for key in queries.former_keys(paper) if key in ranked]
        found[paper] = paper if paper in ranked else min(former, key=ranked.__getitem__)
    return found


def place(sealed: Sealed, key: str) -> int | None:
    """The place of a paper in a sealed day, from 1, whatever was merged into it since."""
    found = SealedHit.objects.filter(seal__field=sealed.field, seal__day=sealed.day)
    if ranks := list(found.filter(key=key).values_list("rank", flat=True)):
        return ranks[0]
    former = queries.former_keys(key)
    return min(found.filter(key__in=former).values_list("rank", flat=True), default=None)


def places(sealed: Sealed, *, as_sealed: bool = False) -> dict[str, int]:
    """The place of every paper of a sealed day, from 1, by key.

    Under the keys of today, a merged paper under that of what it became, or ``as_sealed``.
    """
    found = SealedHit.objects.filter(seal__field=sealed.field, seal__day=sealed.day)
    ranks: dict[str, int] = dict(found.order_by("rank").values_list("key", "rank"))
    if as_sealed:
        return ranks
    for key in [*(ranks.keys() - queries.numbers(ranks).keys())]:
        rank = ranks.pop(key)
        if (kept := queries.find(key)) and kept[1] not in ranks:
            ranks[kept[1]] = rank
    return ranks


def cards(keys: Sequence[str]) -> dict[str, Card]:
    """The cards of these keys as they are now; one that was merged away leads to what stays."""
    numbers = {key: number for key, (number, _) in queries.numbers(keys).items()}
    for key in set(keys) - numbers.keys():
        if found := queries.find(key):
            numbers[key] = found[0]
    by_number = queries.cards(list(numbers.values()), until=clock.now())
    return {key: by_number[number] for key, number in numbers.items()}


def _receipt(said: dict[str, Any]) -> Receipt:
    lines = tuple(Line(**line) for line in said["lines"])
    return Receipt(**said | {"lines": lines, "notes": tuple(said["notes"])})


def shown(seal: Seal) -> Sealed:
    return Sealed(
        day=seal.day,
        field=seal.field,
        recipe=seal.recipe,
        recipe_version=seal.recipe_version,
        true_at=seal.true_at,
        total=seal.total,
        digest=seal.digest,
    )
