"""A reader's own webhooks, behind the same signed link as their mail."""

from collections.abc import Callable, Mapping
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from broadsheet.digest.hooks import webhooks
from broadsheet.digest.subscriptions import preferences
from broadsheet.kernel.errors import BadQuestion, TooOften
from broadsheet.web.http import page
from broadsheet.web.present import hooks as shown

Params = Mapping[str, str]


@require_http_methods(["GET", "HEAD", "POST"])
def own(request: HttpRequest, token: str) -> HttpResponse:
    """What is told to the addresses of a reader's programs. A form leads back here."""
    params = request.POST.dict()
    told, status = _do(token, params) if request.method == "POST" else ("", 200)
    if request.method == "POST" and not told:
        done = f"/mail/{token}/webhooks?done={params['do']}"
        return HttpResponse(status=303, headers={"Location": done})
    listed, mailings = webhooks.list_of(token), preferences.standing(token, letters=0)
    typed = {"told": told, "url": params.get("url", ""), "chosen": params.get("edition", "")}
    done = request.GET.get("done", "")
    context = shown.webhooks(token, listed, mailings, done=done) | typed
    return page(request, "webhooks.html", context, status=status)


def _do(token: str, params: Params) -> tuple[str, int]:
    """Do what a form asks for; a sentence where that cannot be done, and its status."""
    act = _ACTS.get(params.get("do", ""))
    if act is None:
        return "Nothing was done: press one of the buttons.", 400
    try:
        act(token, params)
    except (BadQuestion, TooOften) as error:
        return error.user_message, error.status
    return "", 200


def _add(token: str, params: Params) -> None:
    url, edition, pace = (params.get(name, "") for name in ("url", "edition", "pace"))
    webhooks.add(token, url, edition, pace=pace or "at_once")


_ACTS: Final[Mapping[str, Callable[[str, Params], object]]] = {
    "add": _add,
    "test": lambda token, params: webhooks.send_test(token, params.get("name", "")),
    "rotate": lambda token, params: webhooks.rotate(token, params.get("name", "")),
    "on": lambda token, params: webhooks.switch_on(token, params.get("name", "")),
    "remove": lambda token, params: webhooks.remove(token, params.get("name", "")),
}
