"""Answers to what no view could answer, in the form that fits the address."""

import logging
from http import HTTPStatus
from typing import Final

from django.conf import settings
from django.core.exceptions import DisallowedHost, RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from broadsheet.api.answers import error as json_error
from broadsheet.api.answers import said as json_said
from broadsheet.api.daily_papers import errors as daily_papers
from broadsheet.editions.addresses import split_suffix
from broadsheet.kernel.errors import BadQuestion, BroadsheetError, NotFound, Refused
from broadsheet.web import errors as pages

log = logging.getLogger(__name__)

_TEXT: Final = "text/plain; charset=utf-8"


def _is_json(request: HttpRequest) -> bool:
    """Whether an address answers in JSON, and so do its errors."""
    return request.path.startswith("/api/") or split_suffix(request.path)[1] == ".json"


def fitting(request: HttpRequest, raised: BroadsheetError) -> HttpResponse:
    """An error as JSON, as text, or as a page, by the suffix of the address.

    The Daily Papers API has its clients' own form.
    """
    if daily_papers.covers(request.path):
        return daily_papers.error(raised)
    if _is_json(request):
        return json_error(raised)
    if split_suffix(request.path)[1]:
        text = f"{raised.user_message}\n"
        return HttpResponse(text, status=raised.status, content_type=_TEXT)
    return pages.page(request, raised)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    """An address that leads nowhere."""
    of_ours = daily_papers.covers(request.path) or _is_json(request)
    if of_ours or split_suffix(request.path)[1]:
        return fitting(request, NotFound(kind="page", name=request.path))
    return pages.not_found(request, exception)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    """A request Django refuses before any view sees it."""
    if isinstance(exception, RequestDataTooBig):
        reason = f"it is longer than {settings.DATA_UPLOAD_MAX_MEMORY_SIZE // 1024} kB"
        return fitting(request, BadQuestion(what="What was sent", reason=reason))
    if not isinstance(exception, DisallowedHost):
        return fitting(request, BadQuestion(what="The request", reason="it is malformed"))
    host = request.META.get("HTTP_HOST", "")[:100]
    remedy = "if it is a name of this site, add it to BROADSHEET_ALLOWED_HOSTS"
    log.warning("request.host_refused", extra={"host": host, "remedy": remedy})
    reason = "this site does not answer to the host name it was sent to"
    return fitting(request, BadQuestion(what="The request", reason=reason))


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form of the operators' pages without its token: too old, or from elsewhere."""
    log.warning("request.form_refused", extra={"reason": reason})
    why = "it is no longer valid; go back, load the page anew and send it again"
    return fitting(request, Refused(what="The form", done="taken", reason=why))


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """What no operator may do by hand."""
    del exception
    return fitting(request, Refused(what="This", done="done", reason="rows are changed by actions"))


def not_allowed(request: HttpRequest, allowed: str) -> HttpResponse:
    """A method that an address does not take."""
    message = f"This address takes {allowed.replace(', ', ' and ')} only."
    if daily_papers.covers(request.path):
        answer = daily_papers.said(message, HTTPStatus.METHOD_NOT_ALLOWED)
    elif _is_json(request):
        answer = json_said("method-not-allowed", message, HTTPStatus.METHOD_NOT_ALLOWED)
    else:
        answer = HttpResponse(f"{message}\n", status=405, content_type=_TEXT)
    answer["Allow"] = allowed
    return answer


def server_error(request: HttpRequest) -> HttpResponseBase:
    """A failure of ours."""
    if daily_papers.covers(request.path):
        return daily_papers.error(BroadsheetError())
    if _is_json(request):
        return json_error(BroadsheetError())
    return pages.server_error(request)
