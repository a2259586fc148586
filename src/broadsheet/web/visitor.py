"""Who asks: all that is ever looked at of a stranger, and only where limits need it."""

from django.conf import settings
from django.http import HttpRequest


def network(request: HttpRequest) -> str:
    """The address a request came from, "" where the server knows none.

    Behind a proxy of the operator's own it is the last that ``X-Forwarded-For`` names: that one
    the proxy wrote, and what stands before it anybody may have.
    """
    if settings.TRUST_PROXY:
        forwarded = request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip()
        if forwarded:
            return forwarded
    address: str = request.META.get("REMOTE_ADDR", "")
    return address
