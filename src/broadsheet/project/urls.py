"""Every address of the site. A list's suffix chooses the room that answers it."""

from urllib.parse import quote

from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.urls import path, re_path
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe
from django.views.generic import RedirectView

from broadsheet.api import views as api
from broadsheet.api.daily_papers import views as daily_papers
from broadsheet.api.metrics import metrics
from broadsheet.feeds import views as feeds
from broadsheet.mail import webhooks as reports
from broadsheet.web import mail, operators, outbox, preferences, webhooks
from broadsheet.web import views as web

_LISTS = r"(?:latest|trending|search|(?:daily|weekly|monthly)/[^/]+(?:/all)?|papers/.+/similar)"

_KEY = r"(?P<key>[^\x00-\x1f]+)"


@require_safe
def unslashed(request: HttpRequest) -> HttpResponse:
    """An address with a slash behind it leads to the one without."""
    query = request.META.get("QUERY_STRING", "")
    address = f"/{quote(request.path.strip('/'))}{'?' if query else ''}{query}"
    return HttpResponsePermanentRedirect(address)


@require_safe
def known(request: HttpRequest, place: str, period: str = "") -> HttpResponse:
    """The addresses of the Daily Papers page that people know lead to ours."""
    if not place and "q" in request.GET:
        place = "search"
    query = request.META.get("QUERY_STRING", "")
    address = f"/{place}{'/' if period else ''}{quote(period)}"
    return HttpResponsePermanentRedirect(f"{address}{'?' if query else ''}{query}")


def paper(request: HttpRequest, key: str) -> HttpResponse:
    """One paper: a page, or Markdown for a program that asks for that."""
    asked = daily_papers.wants_markdown(request)
    made: HttpResponse = (daily_papers.markdown if asked else web.paper)(request, key)
    patch_vary_headers(made, ["Accept"])
    return made


urlpatterns = [
    path("", web.front),
    path("admin", RedirectView.as_view(url="/admin/")),
    path("admin/", operators.site.urls),
    re_path(r"^(?!papers/https?:).+/$", unslashed),
    re_path(rf"^{_LISTS}\.json$", api.edition),
    re_path(rf"^{_LISTS}\.atom$", feeds.atom),
    re_path(rf"^{_LISTS}\.bib$", feeds.bib),
    path("latest", web.latest, {"kind": "day"}),
    path("daily", web.latest, {"kind": "day"}),
    path("weekly", web.latest, {"kind": "week"}),
    path("monthly", web.latest, {"kind": "month"}),
    re_path(r"^(?:daily|weekly|monthly)/[^/]+$", web.front),
    re_path(r"^daily/[^/]+/all$", web.front),
    path("trending", web.front),
    path("search", web.search),
    path("search/help", web.help_),
    path("search/paste", web.paste),
    path("papers", known, {"place": ""}),
    path("papers/trending", known, {"place": "trending"}),
    path("papers/date/<period>", known, {"place": "daily"}),
    path("papers/week/<period>", known, {"place": "weekly"}),
    path("papers/month/<period>", known, {"place": "monthly"}),
    re_path(rf"^papers/{_KEY}/similar$", web.similar),
    re_path(rf"^papers/{_KEY}/why$", web.why),
    re_path(rf"^papers/{_KEY}/ask$", web.ask),
    re_path(rf"^papers/{_KEY}/ask\.json$", api.ask),
    re_path(rf"^papers/{_KEY}/history$", web.history),
    re_path(rf"^papers/{_KEY}/history\.json$", api.history),
    re_path(rf"^papers/{_KEY}\.json$", api.paper),
    re_path(rf"^papers/{_KEY}\.bib$", feeds.paper_bib),
    re_path(rf"^papers/{_KEY}\.md$", daily_papers.markdown),
    re_path(rf"^papers/{_KEY}$", paper),
    path("about", web.about),
    path("about/ranking", web.ranking),
    path("api/explain", api.explain),
    path("api/suggest", api.suggest),
    path("api/daily_papers", daily_papers.daily),
    path("api/papers/search", daily_papers.search),
    re_path(rf"^api/papers/{_KEY}$", daily_papers.paper),
    path("api/agent-harnesses", daily_papers.harnesses),
    path("ledger", web.ledger),
    path("ledger.json", api.ledger),
    path("mail/reports/<provider>", reports.answer),
    path("status", web.status),
    path("status.json", api.status),
    path("metrics", metrics),
    path("subscribe", mail.subscribe),
    path("subscribe/sample", mail.sample),
    path("subscribe/confirm/<token>", mail.confirm),
    path("unsubscribe/<token>", mail.unsubscribe),
    path("mail/agree/<token>", preferences.agree),
    path("mail/<token>", preferences.own),
    path("mail/<token>/webhooks", webhooks.own),
    path("mail/<token>/export", preferences.export),
    path("mail/<token>/delete", preferences.delete),
    path("outbox", outbox.outbox),
    path("outbox/<name>", outbox.letter),
    path("outbox/<name>/html", outbox.html),
    path("outbox/<name>/eml", outbox.eml),
    path("robots.txt", web.robots),
    path("favicon.ico", web.favicon),
]

handler404 = "broadsheet.project.errors.not_found"
handler500 = "broadsheet.project.errors.server_error"
handler403 = "broadsheet.project.errors.permission_denied"
handler400 = "broadsheet.project.errors.bad_request"
