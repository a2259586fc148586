"""``verify``: whether a sealed day is still what was sealed."""

from typing import Annotated

import typer

from broadsheet.cli.output import give, say
from broadsheet.cli.ready import ready
from broadsheet.kernel.errors import BadQuestion, Unreadable
from broadsheet.kernel.text import plural


def verify(
    day: Annotated[str, typer.Argument(help="The day, as 2026-08-03.")],
    field: Annotated[str, typer.Option("--field", help="Of this field; default: the site's.")] = "",
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False,
) -> None:
    """Whether a sealed day is still as sealed, and what came to light."""
    ready()
    from broadsheet.editions import seals, site
    from broadsheet.kernel.dates import Period

    period = Period.parse(day)
    if period.kind != "day":
        raise BadQuestion(what=day, reason="only days are sealed; write one as 2026-08-14")
    verified = seals.verify(period.first, field or site.field())
    sealed = verified.sealed
    if as_json:
        give({"whole": verified.whole, "found": verified.found, "sealed": sealed,
              "corrections": verified.corrections})  # fmt: skip
    elif verified.whole:
        papers = plural(sealed.total, "paper")
        say(f"{sealed.day}: {papers}, sealed {sealed.true_at:%Y-%m-%d %H:%M} UTC, unchanged.")
        say(f"SHA-256 {sealed.digest}")
        for one in verified.corrections:
            say(f"  {one.what}: {one.key} {one.title}")
    if not verified.whole:
        reason = f"its rows make {verified.found}, it was sealed as {sealed.digest}"
        raise Unreadable(where=f"The seal of {sealed.day}", reason=reason)
