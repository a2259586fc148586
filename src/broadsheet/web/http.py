"""What every view needs and no view should write again."""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, nullcontext
from typing import Any, Final, NoReturn

from django.conf import settings
from django.db import connections
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers

from broadsheet.editions import addresses
from broadsheet.editions.answer import answer
from broadsheet.editions.site import page_size
from broadsheet.editions.types import Edition

PART_HEADERS: Final = ("HX-Request", "HX-Boosted", "HX-History-Restore-Request")
"""What ``wants_part`` looks at, and a cache must."""

_MAIL_POLICY: Final = (
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none';"
    " frame-ancestors 'none'"
)


def wants_part(request: HttpRequest) -> bool:
    """Say whether htmx asked for a fragment; boosted links and history restores want the page."""
    part, *whole = PART_HEADERS
    asked = request.headers.get(part) == "true"
    return asked and not any(request.headers.get(name) == "true" for name in whole)


@contextmanager
def no_queries() -> Iterator[None]:
    """Refuse every database query inside the block, on every connection."""

    def refuse(_run: object, sql: str, *_rest: object) -> NoReturn:
        raise AssertionError(f"query while rendering: {sql[:200]}")

    with ExitStack() as stack:
        for connection in connections.all():
            stack.enter_context(connection.execute_wrapper(refuse))
        yield


def page(
    request: HttpRequest, template: str, context: Mapping[str, Any], *, status: int = 200
) -> HttpResponse:
    """Render with the database shut (where the settings say so: tests, development)."""
    with no_queries() if settings.REFUSE_RENDER_QUERIES else nullcontext():
        return render(request, f"web/{template}", dict(context), status=status)


def page_or_part(
    request: HttpRequest, template: str, part: str, context: Mapping[str, Any]
) -> HttpResponse:
    """The fragment to htmx, the whole page to everybody else, at one address."""
    made = page(request, part if wants_part(request) else template, context)
    patch_vary_headers(made, PART_HEADERS)
    return made


def asked(request: HttpRequest) -> Edition:
    """The edition that the request's own address asks for."""
    question = addresses.read(request.path, request.GET.dict(), size=page_size())
    return answer(question)


def mail_document(html: str) -> HttpResponse:
    """A letter's HTML as a document of its own: its inline style, and nothing else at all."""
    return HttpResponse(html, headers={"Content-Security-Policy": _MAIL_POLICY})
