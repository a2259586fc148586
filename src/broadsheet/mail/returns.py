"""What came back and who complained, counted for the operator."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import timedelta
from types import MappingProxyType
from typing import Final

from django.db.models import Count, QuerySet

from broadsheet.kernel import clock
from broadsheet.mail.models import Event, Message, Standing

__all__ = ["WORDS", "Domain", "Returns", "returns"]

SPAN: Final = timedelta(days=14)
WORDS: Final = MappingProxyType(
    {
        "delivered": "taken by their hosts",
        "deferred": "put off by their hosts",
        "returned": "came back, not for good",
        "rejected": "refused by the provider",
        "bounced": "bounced for good",
        "complained": "called spam",
        "unsubscribed": "left by the provider's own button",
    }
)
"""What may be told of a message that was handed over, as a reader says it."""

_BAD: Final = ("returned", "rejected", "bounced", "complained")
_DOMAINS: Final = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Domain:
    """A receiving domain: what was handed over to it, and what became of that."""

    name: str
    sent: int
    returned: int
    rejected: int
    bounced: int
    complained: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Returns:
    """``sent`` and ``words`` (how often each was told) are of 14 days, ``day`` of the last one.

    ``domains`` are those with most trouble.
    """

    sent: int
    words: dict[str, int]
    day: dict[str, int]
    domains: tuple[Domain, ...]


def returns() -> Returns:
    """The counts."""
    now = clock.now()
    sent = Message.objects.filter(standing=Standing.SENT, ended_at__gt=now - SPAN)
    told = Event.objects.filter(at__gt=now - SPAN, what__in=WORDS)
    return Returns(
        sent=sent.count(),
        words=_counted(told),
        day=_counted(told.filter(at__gt=now - timedelta(days=1))),
        domains=_domains(),
    )


def _counted(told: QuerySet[Event]) -> dict[str, int]:
    counts = dict(told.values_list("what").annotate(count=Count("pk")))
    return {word: counts.get(word, 0) for word in WORDS}


def _domains() -> tuple[Domain, ...]:
    """One query for what came back, one for what went to those it came back from."""
    since = clock.now() - SPAN
    bad = Event.objects.filter(at__gt=since, what__in=_BAD).exclude(message__domain="")
    counted: dict[str, Counter[str]] = defaultdict(Counter)
    for name, word, count in bad.values_list("message__domain", "what").annotate(n=Count("pk")):
        counted[name][word] += count
    worst = sorted(counted, key=lambda name: (-counted[name].total(), name))[:_DOMAINS]
    sent = Message.objects.filter(standing=Standing.SENT, ended_at__gt=since, domain__in=worst)
    by_name = dict(sent.values_list("domain").annotate(count=Count("pk")))
    return tuple(
        Domain(
            name=name,
            sent=by_name.get(name, 0),
            **{word: counted[name][word] for word in _BAD},
        )
        for name in worst
    )
