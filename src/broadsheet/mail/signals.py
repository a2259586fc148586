"""What a provider tells of a letter, as django-anymail says it, in words of our own."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, Final

from anymail.signals import AnymailTrackingEvent, EventType, RejectReason

from broadsheet.mail import outcomes
from broadsheet.mail.reports import is_coded, is_for_good
from broadsheet.mail.types import Reason, Report, Word

__all__ = ["hear", "report"]

# Whether a letter was opened or a link followed is nobody's business here.
_WORDS: Final[dict[str, Word]] = {
    EventType.DELIVERED: "delivered",
    EventType.DEFERRED: "deferred",
    EventType.BOUNCED: "bounced",
    EventType.REJECTED: "rejected",
    EventType.FAILED: "rejected",
    EventType.COMPLAINED: "complained",
    EventType.UNSUBSCRIBED: "unsubscribed",
}
# A provider that sends nothing to an address, whoever asks, says why.
_REASONS: Final[dict[str, Reason]] = {
    RejectReason.INVALID: "bounced",
    RejectReason.BOUNCED: "bounced",
    RejectReason.SPAM: "complained",
    RejectReason.UNSUBSCRIBED: "asked",
}
# Where providers say of what kind a bounce is; only their word for it, never what a host said.
_KINDS: Final = frozenset(
    {"event", "type", "status", "bouncetype", "hard_bounce", "severity", "suppressionreason"}
)
_SOFT: Final = re.compile(r"soft.?bounce|hard_bounce=false")
_SOFTER: Final = re.compile(r"soft|transient|undetermined")  # of a delay: that it is none yet
_HARD: Final = re.compile(r"hard|permanent")
_SPARKPOST_HARD: Final = ("10", "30")
_DEPTH: Final = 4


def hear(event: AnymailTrackingEvent) -> None:
    """Take in one event of a provider; the receiver of django-anymail's signal."""
    if told := report(event):
        outcomes.take(told)


def report(event: AnymailTrackingEvent) -> Report | None:
    """The event as a report; None for one that says nothing of delivery."""
    word = _WORDS.get(event.event_type)
    if word is None:
        return None
    answer = event.mta_response or ""
    if event.event_type == EventType.FAILED and is_for_good(answer):
        word = "bounced"
    elif word in ("bounced", "deferred"):
        word = _bounce(word, event.esp_event, answer)
    reason = _REASONS.get(event.reject_reason or "") if word == "rejected" else None
    return Report(
        word=word,
        names=(str(event.message_id),) if event.message_id else (),
        addresses=(str(event.recipient),) if event.recipient else (),
        said=" ".join(dict.fromkeys(part for part in (answer, event.description) if part)),
        reason=reason,
        at=_aware(event.timestamp),
        is_proven=True,
    )


def _bounce(word: Word, told: Any, answer: str) -> Word:
    """For good or not, by the provider's own word, else by the code its host answered with."""
    kinds = " ".join(_kinds(told))
    if _SOFT.search(kinds) or (word == "bounced" and _SOFTER.search(kinds)):
        return "returned"
    if word == "deferred" or _HARD.search(kinds) or not is_coded(answer):
        return word
    return "bounced" if is_for_good(answer) else "returned"


def _kinds(told: Any, depth: int = 0) -> Iterator[str]:
    """What stands under the names that tell a kind, however deep."""
    if not isinstance(told, dict) or depth > _DEPTH:
        return
    for name, value in told.items():
        if isinstance(value, dict):
            yield from _kinds(value, depth + 1)
        elif name.lower() in _KINDS:
            yield f"{name}={value}".lower()
        elif name == "bounce_class":
            yield "hard" if str(value) in _SPARKPOST_HARD else "undetermined"


def _aware(at: datetime | None) -> datetime | None:
    return at.replace(tzinfo=UTC) if at and at.tzinfo is None else at
