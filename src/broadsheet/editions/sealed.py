"""Reading sealed days: see ``seals``, which makes them."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import orjson

from broadsheet.editions.models import Seal, SealedHit
from broadsheet.editions.types import Hit, Question, Sealed
from broadsheet.kernel import clock
from broadsheet.papers import queries
from broadsheet.papers.cards import Card
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
    found = Seal.objects.filter(field=field, day=day).first()
    return shown(found) if found else None


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
    return tuple(
        Hit(rank=rank, card=held[key], receipt=_receipt(said["receipt"]))
        for rank, key, said in places
        if key in held
    )


def place(sealed: Sealed, key: str) -> int | None:
    """The place of a paper in a sealed day, from 1."""
    found = SealedHit.objects.filter(seal__field=sealed.field, seal__day=sealed.day, key=key)
    return found.values_list("rank", flat=True).first()


def places(sealed: Sealed) -> dict[str, int]:
    """The place of every paper of a sealed day, from 1, by key."""
    found = SealedHit.objects.filter(seal__field=sealed.field, seal__day=sealed.day)
    return dict(found.values_list("key", "rank"))


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
