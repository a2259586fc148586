"""The outbox of webhooks: a dispatch is written, taken to be sent, and brought to an end.

Each statement names the attempt it speaks of and changes nothing where that is over. A dispatch
whose sender was killed goes again with the same webhook-id: at least once, as Standard Webhooks
has it, and whoever receives it twice can tell.
"""

import json
import logging
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import random
from typing import Any, Final
from uuid import uuid4

from django.db import transaction
from django.db.models import F, Q, QuerySet

from broadsheet.digest.hooks import signing
from broadsheet.digest.hooks.endings import tell_owner
from broadsheet.digest.models import Dispatch, Progress, Webhook
from broadsheet.kernel import clock

log = logging.getLogger(__name__)

TEST: Final = "test"
"""How events begin that their owner asked for: sent once, and no failure of the webhook's."""

OLD_SECRET: Final = timedelta(days=1)
"""How long after a change of secret what is sent is signed with the old one, too."""

HOPELESS: Final = timedelta(days=5)
"""A webhook that has failed for so long is switched off."""

_LONGEST_ATTEMPT: Final = timedelta(minutes=3)
_SKEW: Final = timedelta(minutes=2)
_KEPT: Final = timedelta(days=30)
_LOOKS: Final = 5
_OPEN: Final = (Progress.WAITING, Progress.SENDING)


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A dispatch that is ours to send; ``run`` names the attempt, ``secrets`` sign it."""

    number: int
    webhook: int
    run: str
    name: str
    url: str
    body: str
    secrets: tuple[str, ...]


def write(webhook: Webhook, event: str, data: Mapping[str, Any], *, at: datetime) -> bool:
    """Write a dispatch, once for each webhook and event; False where it was written before.

    ``event`` begins with the type of the news, then names it: ``day.complete 2026-08-14``.
    """
    told = {
        "type": event.partition(" ")[0],
        "timestamp": at.isoformat(timespec="seconds").replace("+00:00", "Z"),
        "data": data,
    }
    body = json.dumps(told, ensure_ascii=False, separators=(",", ":"))
    now = clock.now()
    _, fresh = Dispatch.objects.get_or_create(
        webhook=webhook,
        event=event,
        defaults={
            "name": f"msg_{uuid4().hex}",
            "body": body,
            "made_at": now,
            "due_at": now,
        },
    )
    return fresh


def is_due() -> bool:
    """Whether there is anything to send."""
    due = Dispatch.objects.filter(progress=Progress.WAITING, due_at__lte=clock.now())
    return due.exists()


def claim(*, but: Collection[int] = ()) -> Claim | None:
    """Take the dispatch that has been due for longest, of any webhook but these.

    Those whose webhook fails come last. None where there is none. Looking costs one query and
    no lock.
    """
    now = clock.now()
    due = Dispatch.objects.filter(progress=Progress.WAITING, due_at__lte=now)
    due = due.exclude(webhook__in=but)
    healthy_first = F("webhook__failing_since").asc(nulls_first=True)
    first = due.order_by(healthy_first, "due_at", "pk").values_list("pk", flat=True)
    for number in first[:_LOOKS]:
        run = uuid4().hex
        if due.filter(pk=number).update(
            progress=Progress.SENDING, run=run, attempts=F("attempts") + 1, claimed_at=now
        ):
            return _claimed(run, now)
    return None


def _claimed(run: str, now: datetime) -> Claim | None:
    """What was taken; None where its webhook was removed at this very moment."""
    row = Dispatch.objects.select_related("webhook").filter(run=run).first()
    if row is None:
        return None
    webhook = row.webhook
    is_new = webhook.rotated_at is not None and now < webhook.rotated_at + OLD_SECRET
    old = (webhook.old_secret,) if is_new and webhook.old_secret else ()
    return Claim(
        number=row.pk,
        webhook=webhook.pk,
        run=run,
        name=row.name,
        url=webhook.url,
        body=row.body,
        secrets=(webhook.secret, *old),
    )


def _sending(run: str) -> QuerySet[Dispatch]:
    return Dispatch.objects.filter(run=run, progress=Progress.SENDING)


def taken(sent: Claim, answer: str) -> None:
    """It was taken: so what else waits for this webhook goes at once."""
    now = clock.now()
    with transaction.atomic():
        Webhook.objects.filter(pk=sent.webhook).update(
            answer=answer, answered_at=now, failing_since=None
        )
        _sending(sent.run).update(progress=Progress.TAKEN, ended_at=now)
        _waiting(sent.webhook).update(due_at=now)


def _waiting(webhook: int) -> QuerySet[Dispatch]:
    return Dispatch.objects.filter(webhook=webhook, progress=Progress.WAITING)


def failed(sent: Claim, answer: str, *, asked_s: float | None, is_gone: bool) -> None:
    """It was not taken: it waits, and with it all that waits for this webhook.

    A webhook that is gone, or has failed for days, is switched off; a test does neither.

    ``answer`` is what came of it, as the end of a sentence; ``asked_s`` how long the endpoint
    asked us to wait; ``is_gone``: it said that it wants nothing more, ever.
    """
    now = clock.now()
    with transaction.atomic():
        webhook = Webhook.objects.select_for_update().filter(pk=sent.webhook).first()
        row = _sending(sent.run).first()
        if webhook is None or row is None:
            return
        webhook.answer, webhook.answered_at = answer, now
        is_test = row.event.startswith(TEST)
        if not is_test:
            webhook.failing_since = webhook.failing_since or now
        webhook.save(update_fields=["answer", "answered_at", "failing_since"])
        wait = None if is_test else signing.wait_s(row.attempts, draw=random(), asked_s=asked_s)  # noqa: S311  # no secret
        if wait is None:
            _sending(sent.run).update(progress=Progress.FAILED, ended_at=now)
        else:
            again = now + timedelta(seconds=wait)
            _sending(sent.run).update(progress=Progress.WAITING, due_at=again)
            _waiting(sent.webhook).update(due_at=again)
        why = "" if is_test else _why_off(webhook, now, is_gone=is_gone)
        if why and webhook.on:
            switch_off(webhook, why)


def _why_off(webhook: Webhook, now: datetime, *, is_gone: bool) -> str:
    if is_gone:
        return "It answered that it is gone."
    if webhook.failing_since and now - webhook.failing_since >= HOPELESS:
        days = f"Nothing was taken for {HOPELESS.days} days"
        return f"{days}; what came of the last attempt: {webhook.answer}."
    return ""


def switch_off(webhook: Webhook, why: str) -> None:
    """Send nothing more to a webhook, of what waits neither, and tell its owner."""
    now = clock.now()
    webhook.on, webhook.why_off = False, why
    webhook.save(update_fields=["on", "why_off"])
    under_way = Dispatch.objects.filter(webhook=webhook, progress__in=_OPEN)
    under_way.update(progress=Progress.FAILED, ended_at=now)
    tell_owner(webhook)
    log.info("webhook.switched_off", extra={"webhook": webhook.name, "reason": why})


def take_back() -> int:
    """Let dispatches wait again whose sender is gone; gives how many."""
    now = clock.now()
    lost = Q(claimed_at__lte=now - _LONGEST_ATTEMPT) | Q(claimed_at__gt=now + _SKEW)
    rows = Dispatch.objects.filter(lost, progress=Progress.SENDING)
    return rows.update(progress=Progress.WAITING, due_at=now)


def forget() -> None:
    """Drop what ended a month ago."""
    ended = Dispatch.objects.exclude(progress__in=_OPEN)
    ended.filter(ended_at__lt=clock.now() - _KEPT).delete()
