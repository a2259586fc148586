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
    """An error, in the one shape."""
    return said(raised.code, raised.user_message, raised.status)


def said(code: str, message: str, status: int) -> HttpResponse:
    """What went wrong: {"code", "message"}, the same on every address."""
    return answer({"code": code, "message": message}, status=status)
