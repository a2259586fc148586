"""Sessions and sign-in, under ``/admin/`` and nowhere else: other pages know nobody."""

from collections.abc import Callable
from typing import cast

from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.messages.middleware import MessageMiddleware
from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpRequest, HttpResponse

from broadsheet.web.operators import ROOT

Get = Callable[[HttpRequest], HttpResponse]


def operators(get_response: Get) -> Get:
    """Let the operators' pages know who asks. Their forms carry tokens that their views check."""
    chain = SessionMiddleware(AuthenticationMiddleware(MessageMiddleware(get_response)))
    signed_in = cast("Get", chain)  # nothing here is awaited

    def answer(request: HttpRequest) -> HttpResponse:
        if request.path == ROOT or request.path.startswith(f"{ROOT}/"):
            return signed_in(request)
        return get_response(request)

    return answer
