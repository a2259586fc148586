"""Who the operators are."""

from dataclasses import dataclass
from datetime import datetime

from broadsheet.people.models import User

__all__ = ["Operator", "operators"]


@dataclass(frozen=True, slots=True)
class Operator:
    """``seen_at`` is when they last signed in, None for never."""

    name: str
    made_at: datetime
    seen_at: datetime | None


def operators() -> tuple[Operator, ...]:
    """All who may sign in under ``/admin/``, by name."""
    rows = User.objects.filter(is_staff=True, is_active=True).order_by("username")
    return tuple(Operator(row.username, row.date_joined, row.last_login) for row in rows)
