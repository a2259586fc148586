"""Sealed days: the order, scores and receipts of a complete day, kept for ever.

Each place is a line of JSON (keys sorted); the digest is the SHA-256 of a line that says which
day, recipe and moment it is, and then of those lines, each ended by a line feed. So anybody who
holds the lines can make the digest again. What comes to light later changes no line: it is
listed beside, as corrections.
"""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Final

import orjson
from django.db import IntegrityError, transaction

from broadsheet.editions import periods
from broadsheet.editions.making import hits
from broadsheet.editions.models import Seal, SealedHit
from broadsheet.editions.periods import Ranked, recipe_for
from broadsheet.editions.sealed import cards, of_day, shown
from broadsheet.editions.types import Correction, Question, Sealed
from broadsheet.kernel import clock
from broadsheet.kernel.dates import Period
from broadsheet.kernel.errors import NotFound, Refused
from broadsheet.papers.cards import Card

_AT_ONCE: Final = 500  # hits made at once


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """A seal held against its own rows: ``found`` is the digest they make now."""

    sealed: Sealed
    found: str
    corrections: tuple[Correction, ...]

    @property
    def whole(self) -> bool:
        return self.found == self.sealed.digest


def seal(day: date, field: str) -> Sealed:
    """Seal the edition of a day as it stands now; one that is sealed already stays as it is.

    Raises Refused where the day has no paper or is not over.
    """
    held = of_day(day, field)
    if held:
        return held
    moment = clock.now()
    question = Question(place="front", field=field, period=Period.day(day))
    if moment < Period.day(day).end:
        raise Refused(what=f"The edition of {day}", done="sealed", reason="the day is not over")
    ranked = periods.rank(question, moment).ranked
    if not ranked:
        raise Refused(what=f"The edition of {day}", done="sealed", reason="it has no papers")
    recipe = recipe_for(question)
    made = Seal(
        field=field,
        day=day,
        recipe=recipe.name,
        recipe_version=recipe.version,
        true_at=moment,
        total=len(ranked),
    )
    lines = list(_lines(question, ranked, moment))
    made.digest = _digest(made, (said for _, said in lines))
    try:
        with transaction.atomic():
            made.save()
            SealedHit.objects.bulk_create(
                [
                    SealedHit(seal=made, rank=rank, key=key, said=said)
                    for rank, (key, said) in enumerate(lines, 1)
                ],
                batch_size=_AT_ONCE,
            )
    except IntegrityError:  # another process has sealed it meanwhile
        return shown(Seal.objects.get(field=field, day=day))
    return shown(made)


def verify(day: date, field: str) -> Verified:
    """Make the digest of a sealed day again from its rows. Raises NotFound if it has no seal."""
    held = Seal.objects.filter(field=field, day=day).first()
    if held is None:
        raise NotFound(kind="seal of a day", name=str(day))
    rows = held.hits.order_by("rank").values_list("rank", "key", "said")
    found = _digest(held, (_line(*row) for row in rows.iterator()))
    # Rows that were tampered with need not even be readable.
    later = corrections(shown(held)) if found == held.digest else ()
    return Verified(sealed=shown(held), found=found, corrections=later)


def _line(rank: int, key: str, said: str) -> str:
    """The line of a row; one that says otherwise than the columns it is found by is no line."""
    try:
        told = orjson.loads(said)
        agrees = (told["rank"], told["key"]) == (rank, key)
    except (ValueError, KeyError, TypeError):
        agrees = False
    return said if agrees else f"{rank} {key} {said}"


def corrections(sealed: Sealed) -> tuple[Correction, ...]:
    """What has come to light since, by key."""
    question = Question(place="front", field=sealed.field, period=Period.day(sealed.day))
    present = {one.facts.key for one in periods.rank(question, clock.now()).ranked}
    rows = SealedHit.objects.filter(seal__field=sealed.field, seal__day=sealed.day)
    titles = {row.key: str(orjson.loads(row.said)["title"]) for row in rows}
    held = cards([*titles, *present])
    leads = {key: held[key].key for key in titles if key in held}
    merged = {key: to for key, to in leads.items() if to != key and to in titles}
    found = [
        Correction(what="merged", key=merged[key], title=title)
        if key in merged
        else _corrected(key, title, held.get(key), present)
        for key, title in titles.items()
    ]
    found += [
        Correction(what="added", key=key, title=held[key].title)
        for key in present - titles.keys() - {*leads.values()}
    ]
    return tuple(sorted((one for one in found if one), key=lambda one: one.key))


def _corrected(
    key: str, title: str, card: Card | None, present: AbstractSet[str]
) -> Correction | None:
    """What has changed of a paper that was sealed under ``key`` and ``title``."""
    if card is None:
        return Correction(what="gone", key=key, title=title)
    if card.withdrawn:
        return Correction(what="withdrawn", key=key, title=title)
    if card.key not in present:
        return Correction(what="gone", key=key, title=title)
    if card.title != title:
        return Correction(what="title", key=key, title=card.title)
    return None


def _lines(
    question: Question, ranked: Sequence[Ranked], moment: datetime
) -> Iterator[tuple[str, str]]:
    """Key and line of every place, in order."""
    recipe = recipe_for(question)
    for start in range(0, len(ranked), _AT_ONCE):
        for hit in hits(tuple(ranked[start : start + _AT_ONCE]), recipe, start + 1, moment):
            said = {
                "rank": hit.rank,
                "key": hit.card.key,
                "title": hit.card.title,
                "receipt": asdict(hit.receipt),
            }
            yield hit.card.key, orjson.dumps(said, option=orjson.OPT_SORT_KEYS).decode()


def _digest(seal: Seal, lines: Iterable[str]) -> str:
    made = hashlib.sha256()
    head = {
        "field": seal.field,
        "day": seal.day,
        "recipe": seal.recipe,
        "recipe_version": seal.recipe_version,
        "true_at": seal.true_at,
        "total": seal.total,
    }
    made.update(orjson.dumps(head, option=orjson.OPT_SORT_KEYS) + b"\n")
    for line in lines:
        made.update(line.encode() + b"\n")
    return made.hexdigest()
