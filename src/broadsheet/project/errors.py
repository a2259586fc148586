"""Answers to what no view could answer, in the form that fits the address."""

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from broadsheet.api.answers import error as json_error
from broadsheet.editions.addresses import split_suffix
from broadsheet.kernel.errors import BadQuestion, BroadsheetError, NotFound
from broadsheet.web import errors as pages


def fitting(request: HttpRequest, raised: BroadsheetError) -> HttpResponse:
    """An error as JSON, as text, or as a page, by the suffix of the address."""
    suffix = split_suffix(request.path)[1]
    if suffix == ".json":
        return json_error(raised)
    if suffix:
        text = f"{raised.user_message}\n"
        return HttpResponse(text, status=raised.status, content_type="text/plain; charset=utf-8")
    return pages.page(request, raised)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    """An address that leads nowhere."""
    if split_suffix(request.path)[1]:
        return fitting(request, NotFound(kind="page", name=request.path))
    return pages.not_found(request, exception)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    """A request Django refuses before any view sees it."""
    del exception
    return fitting(request, BadQuestion(what="The request", reason="it is malformed"))


def server_error(request: HttpRequest) -> HttpResponseBase:
    """A failure of ours."""
    if split_suffix(request.path)[1] == ".json":
        return json_error(BroadsheetError())
    return pages.server_error(request)
