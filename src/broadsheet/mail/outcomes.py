"""Takes in what is told of messages that left: into the log of each, and who gets no more."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final, Literal

from django.db import transaction
from django.db.models import Q, QuerySet

from broadsheet.kernel import clock
from broadsheet.mail import suppression
from broadsheet.mail.models import Event, Message, Standing
from broadsheet.mail.types import Reason, Report

__all__ = ["Taken", "take"]

Taken = Literal["taken", "known", "strange"]
"""It was written down; it was told before; it is about no message of ours."""

_NAMES: Final = 50
_ADDRESSES: Final = 20
_RETURNS: Final = 3
_WITHIN: Final = timedelta(days=14)
# Hosts keep trying for days, then say that they gave up. Whoever knows only the address of a
# reader can say nothing of older mail.
_TRIED: Final = timedelta(days=14)
_SKEW: Final = timedelta(days=1)  # as clocks differ
_REASONS: Final[dict[str, Reason]] = {
    "bounced": "bounced",
    "complained": "complained",
    "unsubscribed": "asked",
}


def take(report: Report) -> Taken:
    """Write a report down, once however often it is told, and draw what follows from it.

    A message is found by what it is called, else it is the last one that went to one of the
    addresses. A bounce for good, a complaint, and the third return within 14 days end mail to its
    address.
    """
    now = clock.now()
    at = min(report.at or now, now)
    with transaction.atomic():
        message = _by_name(report) or _by_address(report, at)
        if message is None:
            return "strange"
        at = max(at, message.composed_at)
        if not _written(message, report, at):
            return "known"
        if message.standing == Standing.DOUBTFUL and report.word != "rejected":
            message.standing = Standing.SENT  # whoever can tell what became of it has had it
            message.save(update_fields=["standing"])
        _conclude(message, report)
    return "taken"


def _by_name(report: Report) -> Message | None:
    """The message that has one of the names; of several the one to one of the addresses."""
    names = [name.strip("<> ") for name in report.names[:_NAMES]]
    names = [name for name in dict.fromkeys([*report.names[:_NAMES], *names]) if name]
    if not names:
        return None
    found = list(_locked().filter(Q(name__in=names) | Q(receipt__in=names)).order_by("-pk")[:20])
    meant = [message for message in found if message.address in _spellings(report.addresses)]
    return next(iter(meant or found), None)


def _by_address(report: Report, at: datetime) -> Message | None:
    for address in report.addresses[:_ADDRESSES]:
        sent = _locked().filter(
            address__in=_spellings([address]),
            claimed_at__range=(at - _TRIED, at + _SKEW),
            standing__in=(Standing.SENDING, Standing.SENT, Standing.DOUBTFUL, Standing.FAILED),
        )
        if message := sent.order_by("-claimed_at", "-pk").first():
            return message
    return None


def _locked() -> QuerySet[Message]:
    return Message.objects.select_for_update()


def _spellings(addresses: Sequence[str]) -> set[str]:
    """An address as it is told, and as it was most likely typed: hosts change its case."""
    return {spelt for address in addresses for spelt in (address, address.lower())}


def _written(message: Message, report: Report, at: datetime) -> bool:
    """Add to the log what is not in it. Each word stands there once, but for delays."""
    same = Event.objects.filter(message=message, what=report.word)
    if report.word == "deferred" and report.at:
        same = same.filter(at=at)
    if same.exists():
        return False
    said = suppression.unnamed(report.said)
    Event.objects.create(message=message, at=at, what=report.word, said=said)
    return True


def _conclude(message: Message, report: Report) -> None:
    """Send no more where that is what follows."""
    address = message.address or next(iter(report.addresses), "")
    reason = report.reason or _REASONS.get(report.word)
    if report.word == "returned" and message.address and _returns_often(message.address):
        reason = "bounced"
    if reason and address:
        suppression.suppress(address, reason, report.said)


def _returns_often(address: str) -> bool:
    returned = Event.objects.filter(message__address=address, what="returned")
    times = list(returned.order_by("at").values_list("at", flat=True))
    windows = zip(times, times[_RETURNS - 1 :], strict=False)
    return any(last - first <= _WITHIN for first, last in windows)
