"""Takes in what is told of messages that left: into the log of each, and who gets no more."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final, Literal

from django.db import transaction
from django.db.models import Max, Q, QuerySet

from broadsheet.kernel import clock
from broadsheet.mail import suppression
from broadsheet.mail.models import Event, Message, Standing
from broadsheet.mail.types import Reason, Report

__all__ = ["Taken", "come_back", "take"]

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
_ALONE: Final = "By the address alone: "
"""What the words of a report begin with that anybody may have made up."""
_HARMLESS: Final = ("delivered", "deferred")
_REASONS: Final[dict[str, Reason]] = {
    "bounced": "bounced",
    "complained": "complained",
    "unsubscribed": "asked",
}


def take(report: Report) -> Taken:
    """Write a report down, once however often it is told, and draw what follows from it.

    A message is found by what it is called, else it is the last one that went to one of the
    addresses. A bounce for good, a complaint, and the third return within the last 14 days end
    mail to its address; what came before the operator let mail go there again does not count.

    Whoever does not know what a message is called, and cannot be known for a provider, may be
    anybody who knows an address. What they tell is written down as a return, and all that is told
    so is at most one of the three.
    """
    now = clock.now()
    at = min(report.at or now, now)
    with transaction.atomic():
        message = _by_name(report)
        if message is None:
            message = _by_address(report, at)
            if message and not report.is_proven and report.word not in _HARMLESS:
                said = f"{_ALONE}{report.word}. {report.said}"
                report = replace(report, word="returned", said=said, reason=None)
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


def come_back(number: int, said: str) -> None:
    """Write down that a message was refused for good, in words that may not be of its address.

    It counts as a return, as if it had come back later.
    """
    with transaction.atomic():
        if message := _locked().filter(pk=number).first():
            report = Report(word="returned", said=said)
            if _written(message, report, clock.now()):
                _conclude(message, report)


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
    """Whether it was the third of late, since the operator last let mail go there."""
    told = Event.objects.filter(message__address=address, at__gte=clock.now() - _WITHIN)
    lifted = told.filter(what="lifted").aggregate(at=Max("at"))["at"]
    returned = told.filter(what="returned")
    if lifted:
        returned = returned.filter(at__gt=lifted)
    alone = returned.filter(said__startswith=_ALONE).count()
    return returned.count() - alone + min(alone, 1) >= _RETURNS
