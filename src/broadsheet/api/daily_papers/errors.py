"""Errors as the clients of the Daily Papers API print them, instead of our own one shape."""

import re
import secrets
from typing import Final

from django.http import HttpResponse

from broadsheet.api.answers import answer
from broadsheet.kernel.errors import BroadsheetError

_ADDRESSES: Final = re.compile(
    r"/api/(?:daily_papers|papers|agent-harnesses)(?:/.*)?|/papers/.+\.md"
)
# Headers take no more than Latin-1, and the client shows text and header once if they are equal.
_PLAIN: Final = str.maketrans({"“": '"', "”": '"', "‘": "'", "’": "'", "…": "..."})


def covers(path: str) -> bool:
    """Whether an address belongs to the Daily Papers API."""
    return bool(_ADDRESSES.fullmatch(path))


def error(raised: BroadsheetError) -> HttpResponse:
    """One of the program's own errors."""
    return said(raised.user_message, raised.status)


def said(message: str, status: int) -> HttpResponse:
    """What went wrong: {"error": …}, the same in a header, and a number to ask about it by."""
    message = message.translate(_PLAIN)
    made = answer({"error": message}, status=status)
    if message.isascii() and message.isprintable():
        made["X-Error-Message"] = message
    made["X-Request-Id"] = secrets.token_hex(8)
    return made
