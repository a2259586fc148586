"""The headers of mail to a list: what it is, and how it is left with one click (RFC 8058)."""

from collections.abc import Mapping

from broadsheet.digest import wishes
from broadsheet.editions import site
from broadsheet.mail.sender import sender


def of_list(edition: str, leave: str) -> Mapping[str, str]:
    """For a letter of an edition that is left at the absolute address ``leave``.

    The List-Id stays the same for every letter of the list, so that mail can be sorted by it.
    """
    asked = wishes.question(edition)
    return {
        "List-Id": f"{site.title()} <{asked.place}.{asked.field}.{sender().domain}>",
        "List-Unsubscribe": f"<{leave}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        "Precedence": "bulk",
    }
