"""The pages of mail for strangers: asking for it, seeing a sample, confirming, leaving."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods, require_safe

from broadsheet.digest.letter import samples
from broadsheet.digest.subscriptions import leaving, subscribing
from broadsheet.kernel.errors import BadQuestion, TooOften
from broadsheet.web.forms import Form
from broadsheet.web.http import mail_document, page
from broadsheet.web.present import mail
from broadsheet.web.visitor import network

_FORMS = require_http_methods(["GET", "HEAD", "POST"])


@_FORMS
def subscribe(request: HttpRequest) -> HttpResponse:
    """The form for an edition by mail; what is sent is answered alike for every address."""
    posted = request.method == "POST"
    if not mail.is_open():
        return page(request, "mail_off.html", mail.off(), status=409 if posted else 200)
    if not posted:
        context = mail.subscribe(Form.fresh(request.GET.dict()), fresh=True)
        return page(request, "subscribe.html", context)
    form, status = _ask(Form.typed(request.POST.dict()), network(request))
    if form.errors:
        return page(request, "subscribe.html", mail.subscribe(form), status=status)
    return page(request, "asked.html", mail.asked(form))


def _ask(form: Form, near: str) -> tuple[Form, int]:
    """Ask, where the form has no errors; the form with what is wrong, and the status of that."""
    if form.errors:
        return form, 400
    try:
        subscribing.ask(form.wish(), network=near)
    except (BadQuestion, TooOften) as error:
        return form.refused(error.user_message), error.status
    return form, 200


@require_safe
def sample(request: HttpRequest) -> HttpResponse:
    """The mail of an edition as it would come now: a page with its text, or its HTML alone."""
    form = Form.fresh(request.GET.dict())
    if form.errors:
        return page(request, "subscribe.html", mail.subscribe(form), status=400)
    letter = samples.sample(form.edition, cadence=form.often.partition("-")[0])
    if request.GET.get("format") == "html":
        return mail_document(letter.html)
    return page(request, "sample.html", mail.sample(form, letter))


@_FORMS
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """What a link from a confirmation begins; it begins when the button is pressed."""
    if request.method == "POST":
        newest_now = "newest_now" in request.POST
        mailing = subscribing.confirm(token, newest_now=newest_now)
        context = mail.confirmed(mailing, newest_now=newest_now)
        return page(request, "confirmed.html", context)
    mailing = subscribing.offered(token)
    if mailing.state == "active":
        return page(request, "confirmed.html", mail.confirmed(mailing))
    return page(request, "confirm.html", mail.confirm(mailing))


@_FORMS
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """Leave a mailing. By POST at once, whoever sends it and whatever it holds: the link says all.

    Source: RFC 8058, section 3.2.
    """
    mailing = leaving.leave(token) if request.method == "POST" else leaving.leaving(token)
    return page(request, "leave.html", mail.leave(mailing))
