"""What is held of a reader: all of it to take along, and an end to it."""

from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from broadsheet.digest.subscriptions import changes, wishes
from broadsheet.kernel.errors import OldLink
from broadsheet.mail import queries, suppression

__all__ = ["delete", "export"]

_READER = (
    "address", "zone", "made_at", "confirmed_at", "next_address", "change_asked_at",
    "old_agreed_at", "new_agreed_at",
)  # fmt: skip
_MAILING = (
    "name", "edition", "cadence", "weekday", "hour", "size", "even_empty", "state", "asked_at",
    "confirmed_at", "consent", "network", "left_at", "due_at", "last_day",
)  # fmt: skip
_ISSUE = ("edition", "day", "papers", "left_out", "composed_at")
_WEBHOOK = (
    "name", "url", "edition", "pace", "on", "why_off", "made_at", "since", "answer", "answered_at",
    "failing_since",
)  # fmt: skip
_DISPATCH = ("name", "event", "body", "progress", "attempts", "made_at", "due_at", "ended_at")


def export(token: str) -> dict[str, Any]:
    """Everything that is held of them, as plain JSON; moments in ISO form, UTC.

    Secrets of webhooks are left out. Raises BadLink, OldLink.
    """
    subscriber = changes.subscriber_of(token)
    return {
        **{column: _plain(getattr(subscriber, column)) for column in _READER},
        "mailings": [
            {column: _plain(getattr(row, column)) for column in _MAILING}
            | {"title": wishes.title(row.edition), "issues": _rows(row.issues.all(), _ISSUE)}
            for row in subscriber.subscriptions.order_by("asked_at", "pk")
        ],
        "webhooks": [
            {column: _plain(getattr(hook, column)) for column in _WEBHOOK}
            | {"dispatches": _rows(hook.dispatches.all(), _DISPATCH)}
            for hook in subscriber.webhooks.order_by("pk")
        ],
        "links_asked_for": _rows(changes.askings(subscriber), ("at", "network", "wish", "used_at")),
        "letters": [
            {
                "kind": letter.kind,
                "subject": letter.subject,
                "standing": letter.standing,
                "happenings": [
                    {"at": _plain(one.at), "what": one.what, "said": one.said}
                    for one in letter.happenings
                ],
            }
            for letter in queries.log(subscriber.name)
        ],
    }


def delete(token: str, *, never_again: bool) -> bool:
    """Remove everything that is held of them; False where nothing was any more.

    With ``never_again`` a keyed hash of the address stays, so that nothing is ever sent to it,
    whoever asks. Raises BadLink.
    """
    with transaction.atomic():
        try:
            subscriber = changes.subscriber_of(token, lock=True)
        except OldLink:
            return False
        if never_again:
            suppression.suppress(subscriber.address, "asked")
        changes.forget(subscriber)
    return True


def _rows(rows: QuerySet[Any], columns: tuple[str, ...]) -> list[dict[str, Any]]:
    return [
        {name: _plain(value) for name, value in row.items()}
        for row in rows.order_by("pk").values(*columns)
    ]


def _plain(value: Any) -> Any:
    """As JSON has it."""
    return value.isoformat() if hasattr(value, "isoformat") else value
