"""Signing mail with DKIM (RFC 6376), so that receivers know it is from us and whole."""

import re
from base64 import b64encode
from typing import Final

import dkim
from django.conf import settings

from broadsheet.kernel.errors import BadOption

__all__ = ["is_signing", "is_whole", "record", "signed"]

_NAME: Final = re.compile(rb"^([!-9;-~]+):", re.MULTILINE)
_INTEGER: Final = 0x02
_BITS: Final = 0x03
_SEQUENCE: Final = 0x30
_RSA: Final = bytes.fromhex("300d06092a864886f70d0101010500")  # rsaEncryption, no parameters


def is_signing() -> bool:
    """Whether mail through SMTP is signed here."""
    return bool(settings.DKIM_KEY)


def signed(content: bytes, domain: str) -> bytes:
    """A message, with a signature for the domain before it where there is a key.

    Every header is covered, List-Unsubscribe and List-Unsubscribe-Post with them as RFC 8058
    wants it, and ``From`` once more, so that nobody adds a second one. Raises BadOption for a
    key that cannot be used.
    """
    if not is_signing():
        return content
    covered = [name.lower() for name in _NAME.findall(content.partition(b"\r\n\r\n")[0])]
    try:
        header: bytes = dkim.sign(
            content,
            settings.DKIM_SELECTOR.encode(),
            domain.encode(),
            settings.DKIM_KEY.encode(),
            canonicalize=(b"relaxed", b"relaxed"),
            include_headers=[*covered, b"from"],
        )
    except (dkim.DKIMException, ValueError) as error:
        raise _unusable() from error
    return header + content


def record() -> str:
    """What the DNS has to say at ``<selector>._domainkey.<domain>``, made from the key.

    Raises BadOption for a key that cannot be used.
    """
    try:
        key = dkim.parse_pem_private_key(settings.DKIM_KEY.encode())
    except (dkim.DKIMException, ValueError) as error:
        raise _unusable() from error
    numbers = _der(_INTEGER, _signed(key["modulus"])) + _der(
        _INTEGER, _signed(key["publicExponent"])
    )
    public = _der(_SEQUENCE, _RSA + _der(_BITS, b"\0" + _der(_SEQUENCE, numbers)))
    return f"v=DKIM1; k=rsa; p={b64encode(public).decode()}"


def is_whole(content: bytes, known: str) -> bool:
    """Whether a message bears a signature that holds by the record ``known``."""
    try:
        return bool(dkim.verify(content, dnsfunc=lambda *_, **__: known.encode()))
    except dkim.DKIMException:
        return False


def _unusable() -> BadOption:
    reason = "it is no private RSA key; make one with openssl genrsa 2048"
    return BadOption(option="BROADSHEET_DKIM_KEY", reason=reason)


def _signed(number: int) -> bytes:
    return number.to_bytes(number.bit_length() // 8 + 1, "big")


def _der(tag: int, content: bytes) -> bytes:
    """One value in the distinguished encoding (X.690), as public keys are written."""
    size = len(content)
    if size < 0x80:
        return bytes([tag, size]) + content
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(length)]) + length + content
