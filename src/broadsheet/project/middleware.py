"""What every answer passes: kept pages with ETags, headers, and errors as pages or JSON."""

import gzip
import hashlib
import logging
import re
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.utils.cache import patch_vary_headers
from django.utils.http import parse_etags
from isal import igzip

import broadsheet
from broadsheet.api.daily_papers.views import wants_markdown
from broadsheet.editions.kept import Kept
from broadsheet.editions.state import state
from broadsheet.fields import all_fields
from broadsheet.harvest import queries as harvest
from broadsheet.kernel import clock
from broadsheet.kernel.errors import BroadsheetError
from broadsheet.project.errors import fitting, not_allowed
from broadsheet.project.links import LINKS
from broadsheet.web import operators
from broadsheet.web.http import PART_HEADERS, wants_part
from broadsheet.web.present import mail

Get = Callable[[HttpRequest], HttpResponse]

log = logging.getLogger(__name__)

_KEPT: Final = 512
_LARGEST: Final = 128 * 1024  # packed: all of them in 64 MB
_LEVEL: Final = 2  # of ISA-L: the third saves 3 % of a page for twice the time
_FRESH: Final = "no-cache"
MAIL: Final = ("/subscribe", "/unsubscribe/", "/mail/", "/outbox")
"""The pages of mail: of one reader each, and no cache, crawler or other site hears of them."""
_LEAVING: Final = "/unsubscribe/"
HIDDEN: Final = (*MAIL, operators.ROOT)
_MOVING: Final = (
    "/static/",
    "/status",
    "/ledger",
    "/metrics",
    "/api/suggest",
    *HIDDEN,
)  # not kept: too many, or never the same
_FORMATS: Final = (
    "application/json",
    "application/atom+xml",
    "application/x-bibtex",
    "text/markdown",
)


@dataclass(frozen=True, slots=True)
class Page:
    """A packed answer with its headers, ready to be given again."""

    zipped: bytes
    headers: tuple[tuple[str, str], ...]


def _site() -> str:
    """What else stands on pages: a site that is renamed, set or updated otherwise has new ones."""
    options = ("TITLE", "CONTACT", "PUBLIC_URL", "PAGE_SIZE", "FIELD")
    named = [getattr(settings, name) for name in options]
    parts = (broadsheet.__version__, *named, mail.is_open(), all_fields())
    return hashlib.blake2b(repr(parts).encode(), digest_size=12).hexdigest()


_SITE: Final = _site()
_pages: Kept[Page] = Kept(_KEPT)


def kept_pages(get_response: Get) -> Get:
    """Keep pages until catalogue, index, ledger, seals or day change; the same key is the ETag.

    Nothing else moves a page but ``/status``, which is never kept: no fact is dated later than
    the moment it was learned. So a reader who has the page is answered without making it. A page
    during whose making something changed may hold some of both: it is given and not kept.
    """

    def answer(request: HttpRequest) -> HttpResponse:
        if request.method not in ("GET", "HEAD") or request.path.startswith(_MOVING):
            return get_response(request)
        key = _key(request)
        etag = f'W/"{hashlib.blake2b(repr(key).encode(), digest_size=12).hexdigest()}"'
        if etag in parse_etags(request.headers.get("If-None-Match", "")):
            return _marked(HttpResponseNotModified(headers={"Cache-Control": _FRESH}), etag)
        page = _pages.peek(key)
        if page is None:
            response = get_response(request)
            if response.status_code != 200 or response.streaming or response.cookies:
                return response
            page = _page(response)
            if _key(request) != key:
                return _varied(_packed(request, page))
            if len(page.zipped) <= _LARGEST:
                _pages.put(key, page)
        return _marked(_packed(request, page), etag)

    return answer


def _key(request: HttpRequest) -> tuple[object, ...]:
    return (
        request.get_full_path(),
        request.headers.get("Host"),
        request.is_secure(),
        wants_part(request),
        wants_markdown(request),
        state(),
        harvest.mark(),
        clock.now().date(),
        _SITE,
    )


def _page(response: HttpResponse) -> Page:
    headers = tuple((n, v) for n, v in response.items() if n != "Content-Length")
    return Page(zipped=igzip.compress(response.content, _LEVEL, mtime=0), headers=headers)


def _packed(request: HttpRequest, page: Page) -> HttpResponse:
    response = HttpResponse(page.zipped, headers=dict(page.headers))
    if _takes_gzip(request.headers.get("Accept-Encoding", "")):
        response["Content-Encoding"] = "gzip"
    else:
        response.content = gzip.decompress(page.zipped)
    response["Content-Length"] = str(len(response.content))
    return response


def _takes_gzip(accepted: str) -> bool:
    """Whether gzip is among the encodings a client names, and not at the weight of nought."""
    names = dict(part.replace(" ", "").lower().partition(";")[::2] for part in accepted.split(","))
    return "gzip" in names and not re.fullmatch(r"q=0(\.0*)?", names["gzip"])


def _marked(response: HttpResponse, etag: str) -> HttpResponse:
    response["ETag"] = etag
    return _varied(response)


def _varied(response: HttpResponse) -> HttpResponse:
    patch_vary_headers(response, ["Accept-Encoding", *PART_HEADERS])
    return response


def headers(get_response: Get) -> Get:
    """Headers every answer of ours carries."""

    def answer(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.setdefault("Permissions-Policy", "interest-cohort=(), geolocation=(), camera=()")
        if request.path.startswith(HIDDEN):
            return _hidden(request, response)
        kind = response.get("Content-Type", "").partition(";")[0]
        if kind in (*_FORMATS, "text/html"):
            response.setdefault("Cache-Control", _FRESH)
        if kind in _FORMATS:
            response["Access-Control-Allow-Origin"] = "*"
        return response

    return answer


def _hidden(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Keep a page of one person from caches and crawlers, and its address from everybody else.

    Where the page has a form that leads to another address, pages of this site are told of it:
    else a browser says of that form that it comes from nowhere.
    """
    response["Cache-Control"] = "no-store"
    response["X-Robots-Tag"] = "noindex"
    secret = request.path.startswith(LINKS) and not request.path.startswith(_LEAVING)
    response["Referrer-Policy"] = "no-referrer" if secret else "same-origin"
    return response


class errors:  # noqa: N801  # a middleware like the two above, needing a second hook
    """Turn the program's own errors into the answer that fits the address."""

    def __init__(self, get_response: Get) -> None:
        self._get = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self._get(request)
        if response.status_code == HTTPStatus.METHOD_NOT_ALLOWED and not response.content:
            return not_allowed(request, response["Allow"])
        return response

    def process_exception(self, request: HttpRequest, raised: Exception) -> HttpResponse | None:
        if not isinstance(raised, BroadsheetError):
            return None
        if raised.status >= 500:
            log.error("request.failed", extra={"facts": raised.facts, "code": raised.code})
        return fitting(request, raised)
