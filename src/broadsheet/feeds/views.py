"""Lists and papers as files: Atom and BibTeX, at their own addresses with a suffix."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_safe

from broadsheet.editions import addresses
from broadsheet.editions.answer import answer
from broadsheet.editions.site import page_size, root, title
from broadsheet.editions.titles import heading
from broadsheet.feeds.atom import feed
from broadsheet.kernel.errors import NotFound
from broadsheet.papers import bibtex, queries

_ATOM = "application/atom+xml; charset=utf-8"
_BIBTEX = "application/x-bibtex; charset=utf-8"


@require_safe
def atom(request: HttpRequest) -> HttpResponse:
    """Any list as a feed."""
    question = addresses.read(request.path, request.GET.dict(), size=page_size())
    edition = answer(question)
    citations = {c.key: c for c in queries.citations([h.card.key for h in edition.hits])}
    return HttpResponse(feed(edition, citations, title(), root(request)), content_type=_ATOM)


@require_safe
def bib(request: HttpRequest) -> HttpResponse:
    """Any list as a BibTeX file."""
    question = addresses.read(request.path, request.GET.dict(), size=page_size())
    edition = answer(question)
    text = bibtex.entries(queries.citations([hit.card.key for hit in edition.hits]))
    return _file(text, name=heading(edition.question))


@require_safe
def paper_bib(_request: HttpRequest, key: str) -> HttpResponse:
    """One paper as a BibTeX file."""
    page = queries.paper(key)
    if page is None:
        raise NotFound(kind="paper", name=key)
    if page.redirect_to:
        return HttpResponseRedirect(f"/papers/{page.redirect_to}.bib")
    return _file(bibtex.entry(page.citation), name=key)


def _file(text: str, *, name: str) -> HttpResponse:
    safe = "".join(c if c.isascii() and (c.isalnum() or c in ".-") else "-" for c in name)[:80]
    answer = HttpResponse(text, content_type=_BIBTEX)
    answer["Content-Disposition"] = f'attachment; filename="{safe}.bib"'
    return answer
