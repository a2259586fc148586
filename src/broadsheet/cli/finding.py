"""``search`` and ``show``: papers on the terminal."""

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from broadsheet.cli.output import complain, give, say
from broadsheet.cli.ready import ready
from broadsheet.kernel.errors import NotFound
from broadsheet.kernel.text import plural

if TYPE_CHECKING:
    from broadsheet.editions.types import Edition

_ROOT = ""


def search(
    question: Annotated[str, typer.Argument(help='What to find, as on the page: "deep sea" -map')],
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, max=100, help="How many.")] = 10,
    sort: Annotated[
        str, typer.Option("--sort", help="relevance, new, top or discussed.")
    ] = "relevance",
    *,
    as_json: Annotated[bool, typer.Option("--json", help="As the page's JSON.")] = False,
) -> None:
    """Search; prints ranked titles with dates and scores."""
    ready()
    from broadsheet.api import shape
    from broadsheet.editions import addresses
    from broadsheet.editions.answer import answer
    from broadsheet.papers import queries

    asked = addresses.read("/search", {"q": question, "recipe": sort}, size=limit)
    edition = answer(asked)
    if as_json:
        citations = queries.citations([hit.card.key for hit in edition.hits])
        give(shape.edition(edition, {c.key: c for c in citations}, _ROOT))
    else:
        _print(edition)


def _print(edition: "Edition") -> None:
    from broadsheet.kernel.mathml import plain

    for problem in edition.reading.problems:
        complain(problem)
    if edition.why_empty:
        say(edition.why_empty)
        return
    for hit in edition.hits:
        card = hit.card
        date = card.published or "undated"
        score = f"{hit.receipt.score:>8.3f}"
        say(f"{hit.rank:>3}  {date:<10}  {score}  {plain(card.title)}  [{card.key}]")
    say(f"{plural(edition.total, 'paper')} in {edition.took_ms:.0f} ms")


def show(
    name: Annotated[str, typer.Argument(help="A key, arXiv number, DOI or address.")],
    *,
    as_json: Annotated[bool, typer.Option("--json", help="As the page's JSON.")] = False,
) -> None:
    """Everything held of one paper, and the merges that made it."""
    ready()
    from broadsheet.api import shape
    from broadsheet.papers import queries

    page = queries.paper(name)
    if page is None:
        raise NotFound(kind="paper", name=name)
    merges = queries.merges(page.number)
    if as_json:
        give({**shape.paper(page, _ROOT), "merges": [asdict(merge) for merge in merges]})
        return
    say(f"{page.card.title}\n{page.card.key}")
    rows = [
        ("authors", ", ".join(page.card.authors) or page.card.organization_name),
        ("published", page.card.published),
        ("known as", ", ".join(str(i) for i in page.identifiers)),
        ("categories", ", ".join(page.card.categories)),
        ("votes", page.card.votes),
        ("comments", page.card.comments),
        ("code", page.code_url),
    ]
    for label, value in rows:
        if value not in ("", None):
            say(f"{label:>11}  {value}")
    for a in page.announcements:
        say(f"{'announced':>11}  {a.day} in {a.feed}, place {a.rank or '–'} of {a.of}")
    for record in page.records:
        say(
            f"{'record':>11}  {record.source} {record.source_id}, true at {record.seen_at:%Y-%m-%d}"
        )
    for merge in merges:
        undone = f"; undone {merge.undone_at:%Y-%m-%d}" if merge.undone_at else ""
        weak = " (weak)" if merge.weak else ""
        say(f"{'merge':>11}  {merge.number}: {merge.how}{weak}, {merge.evidence}{undone}")
