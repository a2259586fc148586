"""Lists and papers as JSON, at their own addresses with the suffix .json."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_http_methods, require_safe

from broadsheet.api import shape
from broadsheet.api.answers import answer
from broadsheet.editions import addresses
from broadsheet.editions.answer import answer as answer_question
from broadsheet.editions.explaining import explain as explained
from broadsheet.editions.site import page_size, root
from broadsheet.editions.status import status as count
from broadsheet.editions.suggesting import suggestions
from broadsheet.harvest import actions as harvest
from broadsheet.harvest.queries import demand as demanded
from broadsheet.harvest.queries import lately
from broadsheet.kernel.errors import BadQuestion, NotFound
from broadsheet.papers import queries


@require_safe
def edition(request: HttpRequest) -> HttpResponse:
    """Any list."""
    question = addresses.read(request.path, request.GET.dict(), size=page_size())
    found = answer_question(question)
    authors = queries.authors([hit.card.key for hit in found.hits])
    return answer(shape.edition(found, authors, root(request)))


@require_safe
def explain(request: HttpRequest) -> HttpResponse:
    """How one paper stands to one search, found by it or not."""
    params = request.GET.dict()
    name = params.pop("paper", "")
    if not name:
        reason = (
            "name one by its key or an identifier, as in /api/explain?paper=2401.01234&q=lichen"
        )
        raise BadQuestion(what="The paper", reason=reason)
    question = addresses.read("/search", params, size=page_size())
    return answer(shape.explanation(explained(question, name), root(request)))


@require_safe
def suggest(request: HttpRequest) -> HttpResponse:
    """How what was typed may go on; readers' browsers keep it for a minute."""
    typed = request.GET.get("q", "")
    field = {name: request.GET[name] for name in ("field",) if name in request.GET}
    question = addresses.read("/search", field, size=page_size())
    made = answer(shape.suggestions(suggestions(typed, question), root(request)))
    made["Cache-Control"] = "max-age=60"
    return made


@require_safe
def paper(request: HttpRequest, key: str) -> HttpResponse:
    """One paper; other identifiers redirect to the key."""
    page = queries.paper(key)
    if page is None:
        raise NotFound(kind="paper", name=key)
    if page.redirect_to:
        return HttpResponseRedirect(f"/papers/{page.redirect_to}.json")
    return answer(shape.paper(page, root(request)))


@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest, key: str) -> HttpResponse:
    """How it stands with an arXiv number; by POST arXiv is asked for it, if it is not held."""
    posted = request.method == "POST"
    demand = demanded(harvest.ask_for(key) if posted else key)
    if demand is None:
        raise NotFound(kind="arXiv number", name=key)
    held = queries.paper(demand.number) is not None
    return answer(shape.demand(demand, root(request), held=held), status=202 if posted else 200)


@require_safe
def ledger(request: HttpRequest) -> HttpResponse:
    """What was announced on the last days, and what of it is held."""
    states = lately(feed=request.GET.get("feed", ""))
    return answer({"days": [shape.day(state) for state in states]})


@require_safe
def status(_request: HttpRequest) -> HttpResponse:
    """What is held and how current the index is."""
    return answer(count())


@require_safe
def history(request: HttpRequest, key: str) -> HttpResponse:
    """What was said of one paper before; other identifiers redirect to the key."""
    page = queries.paper(key)
    if page is None:
        raise NotFound(kind="paper", name=key)
    if page.redirect_to:
        return HttpResponseRedirect(f"/papers/{page.redirect_to}/history.json")
    return answer(shape.history(key, queries.history(page.number), root(request)))
