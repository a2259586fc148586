"""What became of letters: for their readers' logs, for the operator, and for status pages."""

from collections.abc import Iterator

from broadsheet.mail.models import Message
from broadsheet.mail.types import Delivery, Happening

__all__ = ["log"]

_LONGEST_LOG = 500


def log(owner: str, *, limit: int = _LONGEST_LOG) -> tuple[Delivery, ...]:
    """Everything that was written to the owner, the newest first."""
    rows = Message.objects.filter(owner=owner).select_related("content")
    rows = rows.prefetch_related("events").order_by("-composed_at", "-pk")[:limit]
    return tuple(
        Delivery(
            number=row.pk,
            kind=row.kind,
            subject=row.content.subject,
            standing=row.standing,
            happenings=tuple(sorted(_happenings(row), key=lambda one: one.at)),
        )
        for row in rows
    )


def _happenings(row: Message) -> Iterator[Happening]:
    """The row tells how it began and ended; what lies between and after are events."""
    yield Happening(at=row.composed_at, what="composed")
    for event in row.events.all():
        yield Happening(at=event.at, what=event.what, said=event.said)
    if row.ended_at:
        yield Happening(at=row.ended_at, what=row.standing, said=row.error)
