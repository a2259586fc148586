"""The folder of letters, shown on the machine that it lies on."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from broadsheet.kernel.errors import NotFound
from broadsheet.web.http import mail_document, page
from broadsheet.web.present import letters


@require_safe
def outbox(request: HttpRequest) -> HttpResponse:
    """Every letter in the folder."""
    _only_here()
    return page(request, "outbox.html", letters.outbox())


@require_safe
def letter(request: HttpRequest, name: str) -> HttpResponse:
    """One letter as text, with its headers."""
    _only_here()
    return page(request, "letter.html", letters.letter(name))


@require_safe
def html(_request: HttpRequest, name: str) -> HttpResponse:
    """One letter as mail programs show it."""
    _only_here()
    return mail_document(letters.html(name))


@require_safe
def eml(_request: HttpRequest, name: str) -> HttpResponse:
    """One letter as it lies in the folder."""
    _only_here()
    attached = {"Content-Disposition": f'attachment; filename="{name}.eml"'}
    return HttpResponse(letters.raw(name), content_type="message/rfc822", headers=attached)


def _only_here() -> None:
    """Raises NotFound on a site that sends its mail, or that others reach."""
    if not letters.has_outbox():
        raise NotFound(kind="page", name="/outbox")
