"""A paper as Markdown: what is held of it, its receipt, never its full text."""

from collections.abc import Iterator

from broadsheet.editions.answer import Standing
from broadsheet.editions.titles import period_name
from broadsheet.editions.types import Edition, Hit
from broadsheet.fields.feeds import feed_title
from broadsheet.kernel.text import plural
from broadsheet.papers.queries.paper import PaperPage
from broadsheet.search.ranking.recipes import RECIPES


def paper(page: PaperPage, stood: Standing | None, why: tuple[Edition, Hit] | None) -> str:
    """The text. ``stood`` is its newest place in an edition, ``why`` its receipt there."""
    parts = [f"# {page.card.title}", _byline(page), _counts(page)]
    if page.withdrawn:
        parts.insert(1, "> **Withdrawn.** Its source says that this paper was withdrawn.")
    parts += ["## Abstract", page.abstract or "No abstract is held."]
    parts += ["## Links", "\n".join(f"- {name}: <{to}>" for name, to in _links(page))]
    if page.announcements:
        parts += ["## Announced", "\n".join(_announced(page))]
    if stood and why:
        parts += ["## Why it stood there", *_why(stood, *why)]
    return "\n\n".join(part for part in parts if part) + "\n"


def _byline(page: PaperPage) -> str:
    card = page.card
    unnamed = plural(card.n_authors, "author") if card.n_authors else ""
    authors = ", ".join(page.authors) or unnamed
    house = card.organization_name or card.organization
    named = (
        ("Authors", authors),
        ("Organization", house),
        ("Published", card.published),
        ("Categories", ", ".join(card.categories)),
    )
    return "\n".join(f"- {name}: {text}" for name, text in named if text)


def _counts(page: PaperPage) -> str:
    card = page.card
    counted = ((card.votes, "vote"), (card.comments, "comment"), (card.stars, "star"))
    return ", ".join(plural(count, what) for count, what in counted if count is not None)


def _links(page: PaperPage) -> Iterator[tuple[str, str]]:
    for identifier in page.identifiers:
        yield str(identifier), identifier.href
    named = (("PDF", page.card.pdf), ("Code", page.code_url), ("Project", page.project_url))
    yield from ((name, to) for name, to in named if to)


def _announced(page: PaperPage) -> Iterator[str]:
    for one in page.announcements:
        place = f", place {one.rank} of {one.of}" if one.rank is not None else ""
        yield f"- {one.day}: {feed_title(one.feed)} ({one.kind}){place}"


def _why(stood: Standing, edition: Edition, hit: Hit) -> Iterator[str]:
    receipt = hit.receipt
    period = period_name(stood.question.period) if stood.question.period else ""
    yield (
        f"{period}: {stood.rank} of {stood.total} by {RECIPES[receipt.recipe].label}"
        f" (recipe {receipt.recipe}, version {receipt.version}), as of {edition.true_at:%Y-%m-%d}."
    )
    rows = ["| what | value | weight | points |", "| --- | --- | --- | --- |"]
    rows += [f"| {a.label} | {a.value} | {a.weight} | {a.points} |" for a in receipt.lines]
    yield "\n".join([*rows, f"| score | | | {receipt.score} |"])
    yield "\n".join(f"- {note}" for note in receipt.notes)
