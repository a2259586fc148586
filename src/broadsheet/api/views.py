"""Lists and papers as JSON, at their own addresses with the suffix .json."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_safe

from broadsheet.api import shape
from broadsheet.api.answers import answer
from broadsheet.editions import addresses
from broadsheet.editions.answer import answer as answer_question
from broadsheet.editions.site import page_size, root
from broadsheet.editions.status import status as count
from broadsheet.kernel.errors import NotFound
from broadsheet.papers import queries


@require_safe
def edition(request: HttpRequest) -> HttpResponse:
    """Any list."""
    question = addresses.read(request.path, request.GET.dict(), size=page_size())
    found = answer_question(question)
    authors = queries.authors([hit.card.key for hit in found.hits])
    return answer(shape.edition(found, authors, root(request)))


@require_safe
def paper(request: HttpRequest, key: str) -> HttpResponse:
    """One paper; other identifiers redirect to the key."""
    page = queries.paper(key)
    if page is None:
        raise NotFound(kind="paper", name=key)
    if page.redirect_to:
        return HttpResponseRedirect(f"/papers/{page.redirect_to}.json")
    return answer(shape.paper(page, root(request)))


@require_safe
def status(_request: HttpRequest) -> HttpResponse:
    """What is held and how current the index is."""
    return answer(count())
