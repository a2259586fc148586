"""A reader's own pages, by the signed link that every letter ends with."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Final

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_http_methods, require_safe

from broadsheet.digest.subscriptions import keeping, moving, preferences
from broadsheet.kernel.errors import BadQuestion, TooOften
from broadsheet.web.forms import Form
from broadsheet.web.http import page
from broadsheet.web.present import preferences as shown
from broadsheet.web.visitor import network

_FORMS: Final = require_http_methods(["GET", "HEAD", "POST"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a form on the page asks for: of which mailing, how, and from where."""

    token: str
    name: str
    form: Form
    near: str


@_FORMS
def own(request: HttpRequest, token: str) -> HttpResponse:
    """Everything that comes to one address. A form does one thing and leads back here."""
    if request.method != "POST":
        found = preferences.standing(token)
        context = shown.preferences(token, found, done=request.GET.get("done", ""))
        return page(request, "preferences.html", context)
    do, name = request.POST.get("do", ""), request.POST.get("name", "")
    form = Form.typed(request.POST.dict())
    form, status = _do(do, Asked(token=token, name=name, form=form, near=network(request)))
    if form.errors:
        at, found = name or do, preferences.standing(token)
        context = shown.preferences(token, found, wrong=form, at=at)
        return page(request, "preferences.html", context, status=status)
    return HttpResponse(status=303, headers={"Location": f"/mail/{token}?done={do}"})


def _do(do: str, asked: Asked) -> tuple[Form, int]:
    """Do it; the form with what is wrong with it, and the status of that."""
    if do not in _ACTS:
        return asked.form.only().refused("Nothing was done: press one of the buttons."), 400
    fields, act = _ACTS[do]
    form = asked.form.only(*fields)
    if form.errors:
        return form, 400
    try:
        act(asked)
    except (BadQuestion, TooOften) as error:
        return form.refused(error.user_message), error.status
    return form, 200


def _change(asked: Asked) -> None:
    zone = preferences.standing(asked.token, letters=0).zone
    preferences.change(asked.token, asked.name, replace(asked.form.wish(), zone=zone))


def _add(asked: Asked) -> None:
    zone = preferences.standing(asked.token, letters=0).zone
    preferences.add(asked.token, replace(asked.form.wish(), zone=zone))


def _address(asked: Asked) -> None:
    moving.change_address(asked.token, asked.form.address, network=asked.near)


_ACTS: Final[Mapping[str, tuple[tuple[str, ...], Callable[[Asked], object]]]] = {
    "change": (("often", "hour", "size"), _change),
    "pause": ((), lambda asked: preferences.pause(asked.token, asked.name)),
    "resume": ((), lambda asked: preferences.resume(asked.token, asked.name)),
    "leave": ((), lambda asked: preferences.leave(asked.token, asked.name)),
    "add": (("edition", "often", "hour", "size"), _add),
    "zone": (("zone",), lambda asked: preferences.set_zone(asked.token, asked.form.zone)),
    "address": (("address",), _address),
}


@require_safe
def export(_request: HttpRequest, token: str) -> HttpResponse:
    """Everything that is held of a reader, as a file."""
    attached = {"Content-Disposition": 'attachment; filename="mail.json"'}
    indented = {"indent": 2, "ensure_ascii": False}
    return JsonResponse(keeping.export(token), headers=attached, json_dumps_params=indented)


@_FORMS
def delete(request: HttpRequest, token: str) -> HttpResponse:
    """Whether everything that is held of a reader is to go; it goes when the button is pressed."""
    if request.method == "POST":
        never_again = "never_again" in request.POST
        keeping.delete(token, never_again=never_again)
        return page(request, "deleted.html", shown.deleted(never_again=never_again))
    preferences.standing(token, letters=0)
    return page(request, "delete.html", shown.delete(token))


@_FORMS
def agree(request: HttpRequest, token: str) -> HttpResponse:
    """Whether mail moves to another address, asked of either side."""
    posted = request.method == "POST"
    move = moving.agree(token) if posted else moving.agreeing(token)
    return page(request, "agree.html", shown.agree(move))
