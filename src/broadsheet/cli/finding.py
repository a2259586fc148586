"""``search``, ``explain`` and ``show``: papers on the terminal."""

import sys
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Final, Literal

import typer

from broadsheet.cli.output import complain, give, say
from broadsheet.cli.ready import ready
from broadsheet.kernel.errors import NotFound
from broadsheet.kernel.text import plural

if TYPE_CHECKING:
    from broadsheet.editions.explaining import Explained
    from broadsheet.editions.types import Edition
    from broadsheet.papers.queries.paper import PaperPage

Sort = Literal["relevance", "new", "top", "discussed"]
Mode = Literal["hybrid", "words", "meaning"]
_NAMED: Final = 20


def search(
    words: Annotated[list[str], typer.Argument(help="What to find, as on the page.")],
    limit: Annotated[int, typer.Option("--limit", min=1, max=100, help="How many.")] = 10,
    sort: Annotated[
        Sort, typer.Option("--sort", help="What comes first; top: votes, discussed: comments.")
    ] = "relevance",
    mode: Annotated[
        Mode, typer.Option("--mode", help="What it goes by: words, meaning, or both.")
    ] = "hybrid",
    *,
    as_json: Annotated[bool, typer.Option("--json", help="As the page's JSON.")] = False,
) -> None:
    """Search; prints ranked titles with dates and scores.

    The shell takes quotes for itself: a phrase is written '"deep sea"'.
    """
    for word in words:
        if word.startswith("--") and "--" not in sys.argv:
            raise typer.BadParameter(f"There is no option {word}.")
    ready()
    from django.conf import settings

    from broadsheet.api import shape
    from broadsheet.editions import addresses
    from broadsheet.editions.answer import answer
    from broadsheet.papers import queries

    params = {"q": " ".join(words), "recipe": sort, "mode": mode}
    asked = addresses.read("/search", params, size=limit)
    edition = answer(asked)
    if as_json:
        authors = queries.authors([hit.card.key for hit in edition.hits])
        give(shape.edition(edition, authors, settings.PUBLIC_URL))
    else:
        _print(edition)


def _print(edition: "Edition") -> None:
    from broadsheet.kernel.mathml import plain

    for problem in edition.reading.problems:
        complain(problem)
    if edition.why_empty:
        say(edition.why_empty)
        return
    scored = any(hit.receipt.score for hit in edition.hits)  # by what was asked there may be none
    for hit in edition.hits:
        card = hit.card
        date = card.published or "undated"
        score = f"{hit.receipt.score:>8.3f}  " if scored else ""
        how = "  by meaning" if hit.found_by == "meaning" else ""
        say(f"{hit.rank:>3}  {date:<10}  {score}{plain(card.title)}  [{card.key}]{how}")
    more = f" by word, {edition.by_meaning:,} more by meaning" if edition.by_meaning else ""
    say(f"{plural(edition.total, 'paper')}{more} in {edition.took_ms:.0f} ms")


def explain(
    key: Annotated[str, typer.Argument(help="A key, arXiv number, DOI or address.")],
    text: Annotated[str, typer.Option("--q", help="The search, as on the page.")],
    mode: Annotated[
        Mode, typer.Option("--mode", help="What it goes by: words, meaning, or both.")
    ] = "hybrid",
    *,
    as_json: Annotated[bool, typer.Option("--json", help="As the site's JSON.")] = False,
) -> None:
    """Why a search finds a paper, and where, or why it does not."""
    ready()
    from django.conf import settings

    from broadsheet.api import shape
    from broadsheet.editions import addresses
    from broadsheet.editions.explaining import explain as explained

    told = explained(addresses.read("/search", {"q": text, "mode": mode}), key)
    if as_json:
        give(shape.explanation(told, settings.PUBLIC_URL))
    else:
        _tell(told)


def _tell(told: "Explained") -> None:
    from broadsheet.kernel.mathml import plain

    for problem in told.problems:
        complain(problem)
    say(f"{plain(told.card.title)}\n{told.card.key}")
    say(f"{'rank':>12}  {told.rank or 'not among the first 1,000'}")
    for check in told.checks:
        failed = "no" if check.binds else "no, and need not"
        say(f"{'yes' if check.passed else failed:>12}  {check.label}")
    for term, points in sorted(told.terms.items(), key=lambda item: (-item[1], item[0])):
        say(f"{points:>12.4f}  {term}")
    rows = (
        ("words", told.words),
        ("meaning", told.meaning),
        ("drawn", told.drawn),
        ("late", told.late),
        ("score", told.score),
    )
    for label, value in rows:
        if value:
            say(f"{label:>12}  {value:.4f}")


def show(
    name: Annotated[str, typer.Argument(help="A key, arXiv number, DOI or address.")],
    *,
    as_json: Annotated[bool, typer.Option("--json", help="As the page's JSON.")] = False,
) -> None:
    """Everything held of one paper, and the merges that made it."""
    ready()
    from django.conf import settings

    from broadsheet.api import shape
    from broadsheet.papers import queries

    page = queries.paper(name)
    if page is None:
        raise NotFound(kind="paper", name=name)
    merges = queries.merges(page.number)
    if as_json:
        give(
            {
                **shape.paper(page, settings.PUBLIC_URL),
                "merges": [asdict(merge) for merge in merges],
            }
        )
        return
    say(f"{page.card.title}\n{page.card.key}")
    rows = [
        ("authors", _authors(page)),
        ("published", page.card.published),
        ("known as", ", ".join(str(i) for i in page.identifiers)),
        ("categories", ", ".join(page.card.categories)),
        ("organisation", page.card.organization_name),
        ("votes", page.card.votes),
        ("comments", page.card.comments),
        ("code", page.code_url),
    ]
    for label, value in rows:
        if value not in ("", None):
            say(f"{label:>12}  {value}")
    for a in page.announcements:
        say(f"{'announced':>12}  {a.day} in {a.feed}, place {a.rank or '–'} of {a.of}")
    for record in page.records:
        say(
            f"{'record':>12}  {record.source} {record.source_id}, true at {record.seen_at:%Y-%m-%d}"
        )
    for merge in merges:
        undone = f"; undone {merge.undone_at:%Y-%m-%d}" if merge.undone_at else ""
        weak = " (weak)" if merge.weak else ""
        say(f"{'merge':>12}  {merge.number}: {merge.how}{weak}, {merge.evidence}{undone}")


def _authors(page: "PaperPage") -> str:
    """The first names and how many more there are; their number where no name is known."""
    names = ", ".join(page.authors[:_NAMED])
    if not names:
        return plural(page.card.n_authors, "author") if page.card.n_authors else ""
    more = len(page.authors) - _NAMED
    return f"{names} and {more:,} more" if more > 0 else names
