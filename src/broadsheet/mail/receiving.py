"""Reads a provider's report with django-anymail's view for it."""

import logging
from collections.abc import Mapping
from importlib import import_module
from typing import Any, Final

from anymail.exceptions import (
    AnymailConfigurationError,
    AnymailError,
    AnymailWebhookValidationFailure,
)
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from broadsheet.kernel.errors import BadQuestion, Unavailable

__all__ = ["receive"]

log = logging.getLogger(__name__)

_VIEWS: Final = ("TrackingWebhookView", "CombinedWebhookView")
_UNREADABLE: Final = (
    AnymailConfigurationError,  # inbound mail is reported here, say
    AnymailError,
    ValueError,
    LookupError,
    TypeError,
    AttributeError,
    RecursionError,
)


def receive(request: HttpRequest, provider: str, given: Mapping[str, str]) -> HttpResponseBase:
    """Take in a report that carries one of the secrets given.

    Raises BadQuestion for what carries none or cannot be read, Unavailable where a package or a
    key is missing that its signatures need.
    """
    view = _view(provider, given)
    try:
        view.setup(request)
        answered: HttpResponseBase = view.dispatch(request)
    except AnymailWebhookValidationFailure as error:
        log.warning("mail.report_refused", extra={"provider": provider})
        reason = "it does not carry the password or the signature that this site knows"
        raise BadQuestion(what="The report", reason=reason) from error
    except _UNREADABLE as error:
        facts = {"provider": provider, "error": type(error).__name__}
        log.warning("mail.report_unreadable", extra=facts)
        reason = f"it is not what {provider} tells of letters that left"
        raise BadQuestion(what="The report", reason=reason) from error
    return answered


def _view(provider: str, given: Mapping[str, str]) -> Any:
    try:
        module = import_module(f"anymail.webhooks.{provider}")
        named = (one for name, one in vars(module).items() if name.endswith(_VIEWS))
        return next(named)(**given)
    except ImportError as error:
        remedy = f"Install what it needs: pip install 'django-anymail[{provider}]'"
        raise Unavailable(what=f"What reads reports of {provider}", remedy=remedy) from error
    except AnymailConfigurationError as error:
        log.exception("mail.report_keys_missing", extra={"provider": provider})
        remedy = "BROADSHEET_MAIL lacks a key for it. The log says which."
        raise Unavailable(what=f"What reads reports of {provider}", remedy=remedy) from error
