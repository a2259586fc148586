"""Signatures of webhooks and waits between attempts, after Standard Webhooks 1.0.0.

Plain Python. Source: https://www.standardwebhooks.com, its specification and test vectors.
"""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Sequence
from typing import Final

PREFIX: Final = "whsec_"
_SECRET_BYTES: Final = 32

WAITS_S: Final = (
    5.0,
    5 * 60.0,
    30 * 60.0,
    2 * 3_600.0,
    5 * 3_600.0,
    10 * 3_600.0,
    14 * 3_600.0,
    20 * 3_600.0,
    24 * 3_600.0,
)
"""Seconds to wait after the first, the second … attempt that failed: ten attempts in 75 hours."""


def new_secret() -> str:
    """A secret as it is shown: ``whsec_`` and 32 random bytes in base64."""
    return PREFIX + base64.b64encode(secrets.token_bytes(_SECRET_BYTES)).decode()


def signature(secret: str, name: str, timestamp: int, body: bytes) -> str:
    """``v1,`` and the base64 of the HMAC-SHA256 of ``name.timestamp.body``.

    Args:
        secret: with its prefix.
        name: the webhook-id.
        timestamp: of this attempt, in seconds since 1970.
        body: the very bytes that are sent.
    """
    key = base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    told = f"{name}.{timestamp}.".encode() + body
    return "v1," + base64.b64encode(hmac.digest(key, told, hashlib.sha256)).decode()


def headers(good: Sequence[str], name: str, timestamp: int, body: bytes) -> dict[str, str]:
    """The three headers of one attempt, signed with each secret that is good now."""
    signatures = (signature(secret, name, timestamp, body) for secret in good)
    return {
        "webhook-id": name,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": " ".join(signatures),
    }


def wait_s(attempts: int, *, draw: float, asked_s: float | None = None) -> float | None:
    """Seconds until the next attempt; None after the last.

    Args:
        attempts: how many were made, from 1.
        draw: in [0, 1); adds up to a tenth, so that what failed together returns apart.
        asked_s: how long the endpoint asked us to wait (Retry-After), if it did.
    """
    if attempts > len(WAITS_S):
        return None
    return max(WAITS_S[attempts - 1] * (1 + draw / 10), asked_s or 0.0)
