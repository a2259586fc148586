"""A service with an API, through django-anymail."""

import re
from email.utils import formataddr
from importlib import import_module
from pkgutil import iter_modules
from types import TracebackType
from typing import Any, Final, Self

import requests
from anymail import backends
from anymail.exceptions import (
    AnymailAPIError,
    AnymailConfigurationError,
    AnymailError,
    AnymailRecipientsRefused,
    AnymailUnsupportedFeature,
)
from anymail.message import AnymailMessage
from urllib3.exceptions import MaxRetryError

from broadsheet.kernel.errors import BadOption, Unavailable
from broadsheet.mail.places import Provider
from broadsheet.mail.suppression import unnamed
from broadsheet.mail.transports.contract import Answer, Outgoing

_NO_SERVICE: Final = frozenset({"base", "base_requests", "console", "test"})
_MISSING: Final = re.compile(r"ANYMAIL = \{'(\w+)'")
_BAD_REQUEST: Final = 400
# Of the account, not of a message.
_OF_ALL: Final = {
    401: "It refuses the key",
    402: "It wants to be paid",
    403: "It refuses the key",
    404: "It knows nothing under what it was asked for",
    429: "It wants fewer messages",
}
_TIMED_OUT: Final = 408  # it waited for the rest of the message
# What Amazon calls its errors; its library raises them with no status that can be relied on.
_OF_ALL_AT_AMAZON: Final = (
    (re.compile(r"Throttl|TooManyRequests|LimitExceeded"), "It wants fewer messages"),
    (re.compile(r"SendingPaused|AccountSuspended"), "It lets this account send nothing"),
    (
        re.compile(
            r"AccessDenied|InvalidClientTokenId|UnrecognizedClient|Signature|ExpiredToken"
            r"|AuthenticationToken|OptInRequired|NotAuthorized"
        ),
        "It refuses the key",
    ),
    (re.compile(r"MailFromDomainNotVerified"), "It does not know the sender's domain"),
    (re.compile(r"^NotFound"), "It knows nothing under what it was asked for"),
)
_UNSENT_AT_AMAZON: Final = re.compile(
    r"NoCredentials|PartialCredentials|EndpointConnection|ConnectTimeout|NoRegion|SSLError"
)
# It says itself that it did not work; after the gateway's 502 and 504 nobody knows.
_DID_NOT_WORK: Final = (500, 503)


def known() -> list[str]:
    """The names of all providers."""
    names = {module.name for module in iter_modules(backends.__path__)}
    return sorted(names - _NO_SERVICE)


class Service:
    """Hands messages to a provider. Nobody is to be tracked, and the provider is told so."""

    def __init__(self, provider: Provider) -> None:
        self.where = provider.name
        if provider.name not in known():
            reason = f"{provider.name} is none of smtp, smtps, {', '.join(known())}"
            raise BadOption(option="BROADSHEET_MAIL", reason=reason)
        try:
            module = import_module(f"anymail.backends.{provider.name}")
            self._backend: Any = module.EmailBackend()
        except AnymailConfigurationError as error:
            raise BadOption(option="BROADSHEET_MAIL", reason=_lack(provider.name, error)) from error
        self._untracked = {"track_opens": False, "track_clicks": False}

    def hand_over(self, message: Outgoing) -> Answer:
        try:
            return self._sent(message)
        except AnymailRecipientsRefused as error:
            return Answer("never", _line(error))
        except AnymailAPIError as error:
            return self._judged(error)
        except (AnymailError, ValueError) as error:
            return Answer("never", _line(error))

    def _sent(self, message: Outgoing) -> Answer:
        mail = self._mail(message)
        try:
            self._backend.send_messages([mail])
        except AnymailUnsupportedFeature:
            if not self._untracked:
                raise
            self._untracked = {}  # one that knows no such switch; nothing has left yet
            return self._sent(message)
        status = mail.anymail_status
        name = status.message_id if isinstance(status.message_id, str) else ""
        # A refusal may name nobody; then the address is "unknown" and only the answer tells.
        is_refused = getattr(status.esp_response, "status_code", 200) >= _BAD_REQUEST
        is_taken = not (is_refused or status.status & {"invalid", "rejected", "failed"})
        said = ", ".join(sorted(status.status))
        return Answer("taken" if is_taken else "never", said, name)

    def _mail(self, message: Outgoing) -> AnymailMessage:
        sender = message.sender
        mail = AnymailMessage(
            subject=message.subject,
            body=message.text,
            from_email=formataddr((sender.name, sender.address)),
            to=[message.address],
            headers={"Auto-Submitted": "auto-generated", **message.headers},
            **self._untracked,
        )
        if message.html:
            mail.attach_alternative(message.html, "text/html")
        return mail

    def _judged(self, error: AnymailAPIError) -> Answer:
        """By the status of the answer, or by how there came none."""
        (code, at_amazon), said = _amazon(error.__cause__), _line(error)
        status = error.status_code or at_amazon
        of_all = next((why for find, why in _OF_ALL_AT_AMAZON if find.search(code)), "")
        if why := of_all or _OF_ALL.get(status or 0):
            raise self._unusable(f"{why}: {said}") from error
        if status is None and _is_unsent(error.__cause__):
            raise self._unusable(f"It cannot be reached: {said}") from error
        if status in _DID_NOT_WORK or status == _TIMED_OUT:
            return Answer("later", said)
        is_refusal = status is not None and status // 100 == 4
        return Answer("never" if is_refusal else "unclear", said)

    def _unusable(self, remedy: str) -> Unavailable:
        return Unavailable(what=f"The provider {self.where}", remedy=remedy)

    def look(self) -> None:
        """Nothing all of them can be asked without a message: their keys are there, no more."""

    def __enter__(self) -> Self:
        self._backend.open()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._backend.close()


def _lack(name: str, error: Exception) -> str:
    """What a provider's part of django-anymail wants before it begins."""
    if missing := _MISSING.search(str(error)):
        return f"it lacks a key: {name}://?{missing[1].lower().removeprefix(f'{name}_')}=KEY"
    return _line(error)


def _is_unsent(cause: BaseException | None) -> bool:
    """Whether no connection came to be. One that broke may have carried the whole message."""
    if isinstance(cause, requests.ConnectTimeout | requests.exceptions.SSLError):
        return True
    if type(cause).__module__.startswith("botocore"):
        return bool(_UNSENT_AT_AMAZON.search(type(cause).__name__))
    return isinstance(cause, requests.ConnectionError) and isinstance(
        next(iter(cause.args), None), MaxRetryError
    )


def _amazon(cause: BaseException | None) -> tuple[str, int | None]:
    """Code and status in an error of Amazon's library, which need not be there."""
    told = getattr(cause, "response", None)
    if not isinstance(told, dict):
        return "", None
    status = told.get("ResponseMetadata", {}).get("HTTPStatusCode")
    # A code without a status is a refusal all the same: an answer came.
    return str(told.get("Error", {}).get("Code", "")), status or _BAD_REQUEST


def _line(error: Exception) -> str:
    return unnamed(str(error))
