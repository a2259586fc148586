"""News for webhooks: days that are complete, papers that match; each told once.

A look writes a dispatch for each, in the transaction that notes it as told; ``dispatching`` sends
them. So a restart tells nothing twice, and what a stopped site missed is told when it looks again.
"""

import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import lru_cache
from types import MappingProxyType
from typing import Any, Final

from django.db import transaction
from django.db.models import OuterRef, QuerySet, Subquery

from broadsheet.digest import matching
from broadsheet.digest.apps import WEBHOOKS
from broadsheet.digest.hooks import dispatches
from broadsheet.digest.issues.days import Days
from broadsheet.digest.links import absolute
from broadsheet.digest.models import Clipping, Dispatch, Pace, Webhook
from broadsheet.digest.subscriptions import wishes
from broadsheet.editions import addresses
from broadsheet.editions.answer import answer
from broadsheet.fields import field as field_named
from broadsheet.jobs import actions as jobs
from broadsheet.kernel import clock
from broadsheet.kernel.dates import Period
from broadsheet.kernel.errors import BadQuestion, NotFound
from broadsheet.papers import queries
from broadsheet.papers.cards import Card

log = logging.getLogger(__name__)

DAY: Final = "day.complete"
MATCH: Final = "search.matched"

MOST_PAPERS: Final = 25
"""How many papers a piece of news holds at most; it says how many there are."""

OLDEST: Final = timedelta(days=7)
"""A day that is longer ago is no news."""

_LONGEST_TITLE: Final = 300
_GATHERED: Final[Mapping[str, timedelta]] = MappingProxyType(
    {Pace.HOURLY: timedelta(hours=1), Pace.DAILY: timedelta(days=1)}
)


def look(beat: Callable[[str], None]) -> None:
    """Clip what newly matches, tell each webhook what is new to it, and have that sent."""
    matching.clip(beat)
    dispatches.forget()
    told = tell_matches() + tell_days()
    if told:
        jobs.enqueue(WEBHOOKS, WEBHOOKS)
        log.info("webhooks.told", extra={"dispatches": told})


def tell_matches() -> int:
    """Write what was clipped for webhooks whose time has come; gives how many dispatches."""
    now = clock.now()
    first = _untold().order_by("pk").values("found_at")[:1]
    waiting = Webhook.objects.filter(on=True).exclude(search="")
    waiting = waiting.annotate(first=Subquery(first)).filter(first__isnull=False)
    due = [
        number
        for number, pace, first_at in waiting.order_by("pk").values_list("pk", "pace", "first")
        if pace not in _GATHERED or first_at <= now - _GATHERED[pace]
    ]
    return sum(_tell_matches(number, now) for number in due)


def _untold(webhook: Webhook | None = None) -> QuerySet[Clipping]:
    """The clippings that a webhook, or that of the outer query, was not told of."""
    search, told, since = (
        (webhook.search, webhook.told, webhook.since)
        if webhook
        else (OuterRef("search"), OuterRef("told"), OuterRef("since"))
    )
    return Clipping.objects.filter(search=search, pk__gt=told, held_at__gt=since)


def _tell_matches(number: int, now: datetime) -> bool:
    """Write one dispatch of all that a webhook was not told, and note that, at one blow."""
    with transaction.atomic():
        webhook = Webhook.objects.select_for_update().filter(pk=number, on=True).first()
        clippings = list(_untold(webhook).order_by("pk")) if webhook else []
        if webhook is None or not clippings:
            return False
        webhook.told = clippings[-1].pk
        webhook.save(update_fields=["told"])
        found = _found([one.key for one in clippings], now)
        event = f"{MATCH} {webhook.told}"
        return bool(found["total"]) and dispatches.write(
            webhook, event, {"edition": absolute(webhook.edition), **found}, at=now
        )


def _found(keys: Sequence[str], now: datetime) -> dict[str, Any]:
    """The papers of these keys that still stand, newest first."""
    held = queries.numbers(keys)
    cards = queries.cards([number for number, _ in held.values()], until=now).values()
    standing = [card for card in cards if not card.withdrawn]
    standing.sort(key=lambda card: card.key)
    standing.sort(key=lambda card: card.published_on or date.min, reverse=True)
    papers = [_paper(card) for card in standing[:MOST_PAPERS]]
    return {"total": len(standing), "papers": papers}


def _paper(card: Card, **more: object) -> dict[str, Any]:
    title = card.title
    if len(title) > _LONGEST_TITLE:
        title = f"{title[: _LONGEST_TITLE - 1]}…"
    return {
        "key": card.key,
        "title": title,
        "link": absolute(addresses.paper_href(card.key)),
        "published": card.published,
        "votes": card.votes,
        **more,
    }


def tell_days() -> int:
    """Write the days that are complete and were not told; gives how many dispatches."""
    now = clock.now()
    editions = _Editions(now)
    webhooks = Webhook.objects.filter(on=True, search="").order_by("pk")
    coming = [
        (webhook, day)
        for webhook in webhooks
        for day in editions.complete(webhook.edition, webhook.since_day)
    ]
    if not coming:
        return 0
    events = {f"{DAY} {day}" for _, day in coming}
    known = Dispatch.objects.filter(event__in=events).values_list("webhook", "event")
    told_before = {*known}
    return sum(
        _tell_day(webhook.pk, f"{DAY} {day}", data, now)
        for webhook, day in coming
        if (webhook.pk, f"{DAY} {day}") not in told_before
        if (data := editions.data(webhook.edition, day))
    )


def _tell_day(number: int, event: str, data: dict[str, Any], now: datetime) -> bool:
    with transaction.atomic():
        webhook = Webhook.objects.select_for_update().filter(pk=number, on=True).first()
        return webhook is not None and dispatches.write(webhook, event, data, at=now)


def newest_day(edition: str) -> date | None:
    """The newest day of an edition that is complete, if it is no older than a week."""
    return next(reversed(_Editions(clock.now()).complete(edition, None)), None)


class _Editions:
    """Days and their editions at one moment: each is asked for once, whoever is told of it."""

    def __init__(self, moment: datetime) -> None:
        self._moment = moment
        self._days = lru_cache(maxsize=None)(self._days_of)
        self.data = lru_cache(maxsize=None)(self._data)

    def complete(self, edition: str, after: date | None) -> list[date]:
        """The complete days of an edition after one, of the last week, oldest first."""
        days = self._days(self._field(edition))
        return [day for day in days if after is None or day > after]

    def _field(self, edition: str) -> str:
        """The field of an edition; "" where it means nothing any more."""
        try:
            return wishes.question(edition).field
        except (BadQuestion, NotFound):
            return ""

    def _days_of(self, field: str) -> list[date]:
        if not field:
            return []
        oldest = self._moment.date() - OLDEST
        return [*Days(field_named(field), self._moment).complete(oldest)][::-1]

    def _data(self, edition: str, day: date) -> dict[str, Any] | None:
        """What is told of a day; None where no paper passes the filters of the edition."""
        asked = wishes.question(edition).but(period=Period.day(day), as_of=None, size=MOST_PAPERS)
        found = answer(asked)
        if not found.hits:
            return None
        return {
            "edition": absolute(addresses.write(asked)),
            "field": asked.field,
            "day": day.isoformat(),
            "total": found.total,
            "papers": [
                _paper(hit.card, rank=hit.rank, score=hit.receipt.score) for hit in found.hits
            ],
        }
