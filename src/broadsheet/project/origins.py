"""Whose pages may send something: only this site's own. No cookie and no token is needed for it."""

from collections.abc import Callable
from typing import Final
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from broadsheet.kernel.errors import Refused
from broadsheet.project.errors import fitting
from broadsheet.project.links import LINKS

Get = Callable[[HttpRequest], HttpResponse]

_SAFE: Final = ("GET", "HEAD", "OPTIONS")


def own_pages(get_response: Get) -> Get:
    """Refuse what a browser was made to send by a page of another site.

    Browsers say of each request whose page sent it, and no page can change that. What says
    nothing is no browser, so nobody was led to send it.

    Source: Fetch Metadata Request Headers (W3C); Valsorda, "Cross-Site Request Forgery", 2025.
    """

    def answer(request: HttpRequest) -> HttpResponse:
        if request.method in _SAFE or request.path.startswith(LINKS) or _is_ours(request):
            return get_response(request)
        reason = "it was sent from a page of another site"
        return fitting(request, Refused(what="The form", done="taken", reason=reason))

    return answer


def _is_ours(request: HttpRequest) -> bool:
    if site := request.headers.get("Sec-Fetch-Site"):
        return site in ("same-origin", "none")
    origin = request.headers.get("Origin")
    if origin is None:
        return True
    try:
        place = urlsplit(origin).netloc.lower()
    except ValueError:
        return False
    public = urlsplit(settings.PUBLIC_URL).netloc.lower()
    return bool(place) and place in (request.get_host().lower(), public)
