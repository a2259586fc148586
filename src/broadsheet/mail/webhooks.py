"""Where providers report: the address of the one that mail goes by.

Only where a password or a key is set that a report can be known by; else the address is nothing.
"""

from typing import Final

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from broadsheet.kernel.errors import BadQuestion, NotFound
from broadsheet.mail.places import Provider, place

__all__ = ["PREFIX", "answer"]

PREFIX: Final = "/mail/reports/"
"""What the address begins with; the provider's name in django-anymail follows."""

_LARGEST: Final = 4 * 1024 * 1024  # a thousand events in one report
_PASSWORD: Final = "webhook_secret"  # noqa: S105  # its name
# The key that django-anymail verifies a provider's signature by. A key by another name opens
# nothing: it would be set, and looked at by nobody. All others are known by the password alone.
_SIGNED_BY: Final = {
    "mailersend": "signing_secret",
    "mailgun": "webhook_signing_key",
    "mailtrap": "tracking_secret",
    "mandrill": "webhook_key",
    "postal": "webhook_key",
    "resend": "signing_secret",
    "sendgrid": "tracking_webhook_verification_key",
    "unisender_go": "api_key",
}


def answer(request: HttpRequest, provider: str) -> HttpResponseBase:
    """Take in a provider's report, or the call by which it makes sure that somebody answers.

    Raises NotFound for any provider but the one mail goes by, and for that one where no secret
    is set; else as ``receiving.receive`` does.
    """
    given = _given(provider)
    if not given:
        raise NotFound(kind="page", name=request.path)
    if settings.PUBLIC_URL:  # some sign the address too, as it stands out there
        given["webhook_url"] = f"{settings.PUBLIC_URL}{request.path}"
    _take_body(request)
    from broadsheet.mail import receiving  # noqa: PLC0415  # half a second that pages do without

    return receiving.receive(request, provider, given)


def _given(provider: str) -> dict[str, str]:
    """The secrets that reports of this provider are known by; none where mail goes otherwise."""
    try:
        way = place(settings.MAIL) if "://" in settings.MAIL else None
    except ValueError:
        return {}
    if not isinstance(way, Provider) or way.name != provider:
        return {}
    wanted = (_PASSWORD, _SIGNED_BY.get(provider, _PASSWORD))
    return {name: way.given[name] for name in wanted if way.given.get(name)}


def _take_body(request: HttpRequest) -> None:
    """Read a report whole. Django has one limit for all addresses, which is for people's forms."""
    too_long = BadQuestion(what="The report", reason=f"it is longer than {_LARGEST // 1024} kB")
    if int(request.META.get("CONTENT_LENGTH") or 0) > _LARGEST:
        raise too_long
    body = request.read(_LARGEST + 1)
    if len(body) > _LARGEST:
        raise too_long
    request._body = body  # noqa: SLF001  # where Django looks first
