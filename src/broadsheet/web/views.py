"""The pages: each view asks for what it shows and gives it to a template."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.templatetags.static import static
from django.views.decorators.http import require_http_methods, require_safe

from broadsheet.editions import addresses
from broadsheet.editions import answer as editions
from broadsheet.editions.addresses import paper_href
from broadsheet.editions.explaining import explain
from broadsheet.editions.site import page_size, root
from broadsheet.editions.status import status as standing_of_site
from broadsheet.editions.types import Edition
from broadsheet.fields import all_fields
from broadsheet.harvest import actions as harvest
from broadsheet.harvest.queries import demand as demanded
from broadsheet.harvest.queries import lately
from broadsheet.kernel.errors import NotFound, Unavailable
from broadsheet.mail import queries as outbox
from broadsheet.papers import queries
from broadsheet.search.ranking.recipes import RECIPES
from broadsheet.web.http import asked, page, page_or_part, wants_part
from broadsheet.web.present import about as abouts
from broadsheet.web.present import ledger as ledgers
from broadsheet.web.present import lists, mail, papers, past, people, receipts, unheld
from broadsheet.web.present.offers import offers
from broadsheet.web.present.ways import ways


@require_safe
def front(request: HttpRequest) -> HttpResponse:
    """The ranked papers of a day, a week or a month; what is trending; everything of a day."""
    edition = asked(request)
    if edition.hits:
        return page(request, "front.html", lists.front(edition))
    week = lists.week_before(edition)
    meanwhile = lists.meanwhile(editions.answer(week)) if week else {}
    return page(request, "empty.html", lists.front(edition) | meanwhile)


@require_safe
def latest(request: HttpRequest, kind: str) -> HttpResponse:
    """The newest day, week or month with papers, at its own address."""
    question = addresses.read("/", request.GET.dict(), size=page_size())
    filled, _ = editions.filled(question, kind)  # type: ignore[arg-type]  # from the URL table
    return HttpResponseRedirect(addresses.write(filled))


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Search; without a question, everything that passes the filters."""
    edition = asked(request)
    names = people.asked(edition.question.text)
    authors = queries.authors(hidden) if (hidden := people.hidden(edition.hits, names)) else {}
    context = lists.search(edition, request.GET, people.marking(names, authors))
    context |= offers(edition.question)
    if not edition.hits and not edition.from_catalogue:
        context["ways"] = ways(edition)
    return page(request, "search.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def paste(request: HttpRequest) -> HttpResponse:
    """Room for a text; what is sent leads to the address of its search, and is not kept."""
    if request.method == "POST":
        question = addresses.read("/search", request.POST.dict(), size=page_size())
        # Made by hand: Django's own redirects end at 2,048 characters.
        return HttpResponse(status=303, headers={"Location": addresses.write(question)})
    return page(request, "paste.html", lists.paste(request.GET))


@require_safe
def paper(request: HttpRequest, key: str) -> HttpResponse:
    """Everything held of one paper; every other name of it redirects to its key."""
    found = queries.paper(key)
    if found is None:
        return _unheld(request, key)
    if found.redirect_to:
        return HttpResponseRedirect(paper_href(found.redirect_to))
    stood = editions.standings(key)
    merges = queries.merges(found.number)
    context = papers.paper(found, stood, _similar(key), merges=merges, root=root(request))
    if stood and (found_receipt := editions.receipt(stood[0].question, key)):
        context["receipt"] = receipts.receipt(*found_receipt)
        context["stood"] = papers.first_place(stood)
    return page(request, "paper.html", context)


def _unheld(request: HttpRequest, key: str) -> HttpResponse:
    """How it stands with an arXiv number that is not held. Raises NotFound for anything else."""
    demand = demanded(key)
    if demand is None:
        raise NotFound(kind="paper", name=key)
    return page(request, "unheld.html", unheld.page(demand), status=404)


@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest, key: str) -> HttpResponse:
    """Have arXiv asked for a paper that is not held; its page says what comes of it."""
    name = harvest.ask_for(key) if request.method == "POST" else key
    return HttpResponse(status=303, headers={"Location": paper_href(name)})


@require_safe
def history(request: HttpRequest, key: str) -> HttpResponse:
    """What was said of one paper before, and what was taken for it."""
    found = queries.paper(key)
    if found is None:
        raise NotFound(kind="paper", name=key)
    if found.redirect_to:
        return HttpResponseRedirect(f"{paper_href(found.redirect_to)}/history")
    return page(request, "history.html", past.history(found, queries.history(found.number)))


def _similar(key: str) -> Edition | None:
    """Papers like it; none while the index is not there, for the rest of the page is."""
    try:
        return editions.alike(key, papers.SIMILAR)
    except Unavailable:
        return None


@require_safe
def similar(request: HttpRequest, key: str) -> HttpResponse:
    """Papers that share words with one paper."""
    edition = asked(request)
    if edition.question.like != key:
        return HttpResponseRedirect(addresses.write(edition.question))
    liked = queries.paper(key)
    context = lists.similar(edition, liked.card if liked else None, request.GET)
    return page(request, "similar.html", context)


@require_safe
def why(request: HttpRequest, key: str) -> HttpResponse:
    """The receipt of one paper in one edition, alone or within the list that asked.

    Of a search alone everything is told, for papers that it does not find too.
    """
    path, _, query = request.GET.get("in", "").partition("?")
    question = addresses.read(path, QueryDict(query).dict(), size=page_size())
    if question.place == "search" and not wants_part(request):
        context = receipts.explained(explain(question, key))
        return page_or_part(request, "explained.html", "_receipt.html", context)
    found = editions.receipt(question, key)
    if found is None:
        raise NotFound(kind="place in that list for a paper", name=key)
    liked = queries.paper(question.like) if question.like else None
    told = receipts.receipt(*found, like=liked.card if liked else None)
    context = {"page_title": told["page_title"], "receipt": told}
    return page_or_part(request, "why.html", "_receipt.html", context)


@require_safe
def about(request: HttpRequest) -> HttpResponse:
    """What this is and who runs it."""
    return page(request, "about.html", abouts.about(all_fields()))


@require_safe
def ranking(request: HttpRequest) -> HttpResponse:
    """How ranking works, made from the recipes themselves."""
    return page(request, "ranking.html", abouts.ranking(RECIPES.values()))


@require_safe
def status(request: HttpRequest) -> HttpResponse:
    """What is held and how current the index is."""
    letters = outbox.standing() if mail.is_open() else None
    return page(request, "status.html", abouts.status(standing_of_site(), letters))


@require_safe
def ledger(request: HttpRequest) -> HttpResponse:
    """What was announced on the last days, and what of it is held."""
    return page(request, "ledger.html", ledgers.ledger(lately(feed=request.GET.get("feed", ""))))


@require_safe
def help_(request: HttpRequest) -> HttpResponse:
    """How to write a search."""
    return page(request, "help.html", {"page_title": "How to search"})


@require_safe
def robots(_request: HttpRequest) -> HttpResponse:
    """What crawlers may fetch: every page but the endless ones."""
    return HttpResponse(abouts.ROBOTS, content_type="text/plain")


@require_safe
def favicon(_request: HttpRequest) -> HttpResponse:
    """The old address of the icon."""
    return HttpResponseRedirect(static("web/favicon.svg"))
