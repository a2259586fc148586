"""JSON answers, and the one form every error takes."""

from typing import Any

import orjson
from django.http import HttpResponse

from broadsheet.kernel.errors import BroadsheetError

_TYPE = "application/json"


def answer(body: Any, *, status: int = 200) -> HttpResponse:
    """A JSON answer; moments are written in UTC with a Z."""
    written = orjson.dumps(body, option=orjson.OPT_UTC_Z)
    return HttpResponse(written, content_type=_TYPE, status=status)


def error(raised: BroadsheetError) -> HttpResponse:
    """An error: {"code", "message", "fields"}, the same on every address."""
    body = {"code": raised.code, "message": raised.user_message, "fields": {}}
    return answer(body, status=raised.status)
