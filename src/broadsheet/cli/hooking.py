"""``webhook``: the webhooks of all readers, for whoever runs the site."""

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from broadsheet.cli.output import give, say
from broadsheet.cli.ready import ready
from broadsheet.kernel.text import plural

if TYPE_CHECKING:  # its room wants Django, which a command sets up when it runs
    from broadsheet.digest.hooks.webhooks import WebhookState

app = typer.Typer(
    help="Webhooks of readers: list, test, remove.", no_args_is_help=True, rich_markup_mode=None
)

_JSON = typer.Option("--json", help="Print it as JSON, without secrets.")
_NAME = typer.Argument(help="The name of a webhook, as broadsheet webhook list tells it.")


@app.command("list")
def listed(*, as_json: Annotated[bool, _JSON] = False) -> None:
    """Every webhook: what it is told, and how the last attempt went."""
    ready()
    from broadsheet.digest.hooks import webhooks

    found = webhooks.every()
    if as_json:
        give([_shown(one) for one in found])
        return
    say(plural(len(found), "webhook"))
    for one in found:
        say(f"{one.name}  {one.event} {one.edition} to {_shown(one)['url']}{_told(one)}")


def _shown(one: "WebhookState") -> dict[str, object]:
    """Without what is its owner's secret, in its address too."""
    from broadsheet.net.targets import shown

    rest = {name: value for name, value in asdict(one).items() if name != "secret"}
    return rest | {"url": shown(one.url)}


def _told(one: "WebhookState") -> str:
    parts = [one.pace.replace("_", " ")] if one.event == "search.matched" else []
    if one.waiting:
        parts.append(f"{one.waiting:,} waiting")
    if one.answer and one.answered_at:
        parts.append(f"{one.answered_at:%Y-%m-%d %H:%M} UTC {one.answer}")
    if one.failing_since:
        parts.append(f"failing since {one.failing_since:%Y-%m-%d %H:%M} UTC")
    if not one.on:
        parts.append(f"switched off: {one.why_off}")
    return "".join(f", {part}" for part in parts)


@app.command()
def test(name: Annotated[str, _NAME]) -> None:
    """Have the worker send it a test; list tells what came of it."""
    ready()
    from broadsheet.digest.hooks import webhooks

    webhooks.send_test(None, name)
    say("A test waits for the worker. See broadsheet webhook list for the answer.")


@app.command()
def remove(name: Annotated[str, _NAME]) -> None:
    """Remove it and whatever waits for it; its owner is not told."""
    ready()
    from broadsheet.digest.hooks import webhooks

    webhooks.remove(None, name)
    say(f"Webhook {name} is removed.")
