"""Errors as pages that help."""

from django.http import HttpRequest, HttpResponse

from broadsheet.kernel.errors import BadLink, BadQuestion, BroadsheetError, NotFound
from broadsheet.web.http import page as render_page
from broadsheet.web.present import mail

_TITLES = {
    NotFound.code: "Not here",
    BadQuestion.code: "That cannot be read",
}


def page(request: HttpRequest, raised: BroadsheetError) -> HttpResponse:
    """One of the program's own errors: what happened and what can be done."""
    if isinstance(raised, BadLink):
        return render_page(request, "link_lost.html", mail.lost(raised), status=raised.status)
    context = {
        "page_title": _TITLES.get(raised.code, "Not now"),
        "said": raised.user_message,
        "lost": raised.status < 500,
        "looked_for": str(raised.facts.get("name", "")) if isinstance(raised, NotFound) else "",
    }
    return render_page(request, "error.html", context, status=raised.status)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """An address that leads nowhere."""
    del exception
    context = {
        "page_title": "Not here",
        "said": "There is no page at this address.",
        "lost": True,
        "looked_for": request.path.strip("/").rpartition("/")[2][:80],
    }
    return render_page(request, "error.html", context, status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """A failure of ours, shown without database, settings or other templates."""
    del request
    return HttpResponse(_FAILED, status=500)


_FAILED = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Something failed here</title>
<main>
<h1>Something failed here</h1>
<p>This page could not be made. The fault is ours, it has been written to the log of this
site, and nothing you sent was lost or kept.</p>
<p>Try again in a minute, or go to <a href="/">the latest edition</a>. If it stays so, tell
whoever runs this site, with the address of the page and the time.</p>
</main>
</html>
"""
