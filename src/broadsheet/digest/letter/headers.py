"""The headers of mail to a list: what it is, where it can be read, and how it is left.

RFC 2369 for the addresses, RFC 2919 for the name, RFC 8058 for leaving with one click. There is
no address to write to for leaving: nobody would read it.
"""

from collections.abc import Mapping
from typing import Final

from broadsheet.digest.links import absolute
from broadsheet.digest.subscriptions import wishes
from broadsheet.editions import site
from broadsheet.mail.sender import sender

_LONGEST: Final = 890  # characters of an address: with its brackets the outbox takes 900


def of_list(edition: str, leave: str) -> Mapping[str, str]:
    """For a letter of an edition that is left at the absolute address ``leave``.

    The List-Id stays the same for every letter of the list, so that mail can be sorted by it.
    """
    asked, page = wishes.question(edition), absolute(edition)
    archive = {"List-Archive": f"<{page}>"} if len(page) <= _LONGEST else {}
    return {
        "List-Id": f"{site.title()} <{asked.place}.{asked.field}.{sender().domain}>",
        "List-Unsubscribe": f"<{leave}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        "List-Help": f"<{absolute('/subscribe')}>",
        "Precedence": "bulk",
        **archive,
    }
