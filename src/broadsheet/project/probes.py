"""``/healthz`` and ``/readyz``: for whoever watches the process. Any host name may ask."""

import logging
from collections.abc import Callable
from typing import Final

from django.db import Error as DatabaseError
from django.http import HttpRequest, HttpResponse, JsonResponse

from broadsheet.editions import index
from broadsheet.kernel.errors import BroadsheetError
from broadsheet.papers import queries

Get = Callable[[HttpRequest], HttpResponse]

log = logging.getLogger(__name__)

_WELL: Final = "ok"


def probes(get_response: Get) -> Get:
    """Answer before anything else looks at the request."""

    def answer(request: HttpRequest) -> HttpResponse:
        if request.path == "/healthz":
            return _said({"alive": True}, 200)
        if request.path == "/readyz":
            return _ready()
        return get_response(request)

    return answer


def _ready() -> HttpResponse:
    """200 while pages can be made, which takes the catalogue; the index is only told of."""
    catalogue = _catalogue()
    if catalogue != _WELL:
        return _said({"ready": False, "catalogue": catalogue}, 503)
    return _said({"ready": True, "catalogue": catalogue, "index": _index()}, 200)


def _catalogue() -> str:
    try:
        queries.state()
    except DatabaseError:
        log.exception("probe.failed")
        return "cannot be read; the log says why"
    return _WELL


def _index() -> str:
    try:
        late, _ = index.behind()
    except BroadsheetError as error:
        return error.user_message
    return index.changes_behind(late) if late else _WELL


def _said(what: dict[str, object], status: int) -> HttpResponse:
    return JsonResponse(what, status=status, headers={"Cache-Control": "no-store"})
