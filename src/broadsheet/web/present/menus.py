"""Ways from one list to others: periods, orders, fields, filters, pages, formats."""

from dataclasses import replace
from typing import Final, NamedTuple

from broadsheet.editions import wording
from broadsheet.editions.addresses import write
from broadsheet.editions.types import MODES, ORDERS, Edition, Question
from broadsheet.fields import all_fields
from broadsheet.kernel.dates import Kind, Period
from broadsheet.search.contract import FacetName, Filters, Mode
from broadsheet.search.ranking.recipes import RECIPES

_SHOWN: Final = 20  # values of a facet
_TABS: Final = {
    "relevance": "Best match",
    "new": "Newest",
    "top": "Votes",
    "discussed": "Comments",
}
_MODES: Final[dict[Mode, tuple[str, str]]] = {
    "hybrid": ("words and meaning", "Papers that hold the words, and papers that mean the same."),
    "words": ("words alone", "Only papers that hold the words."),
    "meaning": ("meaning alone", "The papers nearest in meaning, whatever their words."),
}
FORMATS: Final = ((".atom", "Atom"), (".json", "JSON"), (".bib", "BibTeX"))


class Way(NamedTuple):
    """A link of a menu. ``note`` is its count or a sentence; ``here`` where the reader is."""

    label: str
    href: str
    note: str = ""
    here: bool = False


def periods(question: Question) -> tuple[Way, ...]:
    """Daily, Weekly, Monthly, Trending, around the days of this list."""
    kinds: tuple[tuple[Kind, str], ...] = (
        ("day", "Daily"),
        ("week", "Weekly"),
        ("month", "Monthly"),
    )
    ways = [
        Way(
            label,
            write(_around(question, kind)),
            here=question.period is not None and question.period.kind == kind,
        )
        for kind, label in kinds
    ]
    trending = question.but(place="trending", period=None, recipe="")
    return (*ways, Way("Trending", write(trending), here=question.place == "trending"))


def _around(question: Question, kind: Kind) -> Question:
    """The period of that kind at the end of this one; the latest where this list has none."""
    period = question.period and Period.around(question.period.last, kind)
    if period and kind == "day" and question.period and question.period.kind != "day":
        period = None
    recipe = question.recipe if question.place == "front" else ""
    return question.but(place="front", period=period, recipe=recipe)


def orders(edition: Edition) -> tuple[Way, ...]:
    """Every recipe this list can be ranked by."""
    asked = edition.question
    nothing_asked = asked.place == "search" and not asked.text
    names = [name for name in ORDERS[asked.place] if not (nothing_asked and name == "relevance")]
    return tuple(
        Way(
            RECIPES[name].label,
            write(asked.but(recipe=name)),
            RECIPES[name].help,
            here=name == edition.recipe,
        )
        for name in names
    )


def sorts(edition: Edition) -> tuple[Way, ...]:
    """The orders of a search, as tabs."""
    labels = {RECIPES[name].label: tab for name, tab in _TABS.items()}
    return tuple(way._replace(label=labels[way.label]) for way in orders(edition))


def modes(question: Question) -> tuple[Way, ...]:
    """What a search can go by."""
    return tuple(
        Way(_MODES[mode][0], write(question.but(mode=mode)), _MODES[mode][1], mode == question.mode)
        for mode in MODES
    )


def fields(question: Question) -> tuple[Way, ...]:
    """Every field, with this list in it."""
    period = None if question.place == "trending" else question.period
    return tuple(
        Way(
            field.title,
            write(question.but(field=field.name, period=period, recipe="")),
            field.description,
            here=field.name == question.field,
        )
        for field in all_fields()
    )


def facets(edition: Edition, name: FacetName) -> tuple[Way, ...]:
    """The first values of a facet with counts, and those chosen, which lead back to all."""
    chosen = _chosen(edition.question.filters, name)
    found = edition.facets.get(name, ())
    shown = (*found[:_SHOWN], *(facet for facet in found[_SHOWN:] if facet.value in chosen))
    return tuple(
        Way(
            facet.label,
            write(_with(edition.question, name, "" if facet.value in chosen else facet.value)),
            f"{facet.count:,}",
            here=facet.value in chosen,
        )
        for facet in shown
    )


def _chosen(filters: Filters, name: FacetName) -> tuple[str, ...]:
    return {"category": filters.categories, "organization": filters.organizations}.get(name, ())


def _with(question: Question, name: FacetName, value: str) -> Question:
    values = (value,) if value else ()
    if name == "category":
        return question.but(filters=replace(question.filters, categories=values))
    return question.but(filters=replace(question.filters, organizations=values))


def held(edition: Edition) -> tuple[Way, ...]:
    """Every filter in force, each with the address without it."""
    return tuple(
        Way(label, write(edition.question.but(filters=without)))
        for label, without in wording.filters(edition)
    )


def formats(question: Question) -> tuple[Way, ...]:
    """The same list for machines, this page of it."""
    return tuple(Way(label, write(question, suffix), suffix[1:]) for suffix, label in FORMATS)


def pages(edition: Edition) -> tuple[Way, ...]:
    """Links to the first, the last and the nearest pages; a gap is a Way without address."""
    here, last = edition.question.page, edition.pages
    near = sorted({1, last, *range(max(1, here - 1), min(last, here + 1) + 1)})
    ways: list[Way] = []
    for before, page in zip([0, *near], near, strict=False):
        if page - before > 1:
            ways.append(Way("…", ""))
        href = write(edition.question.but(page=page))
        ways.append(Way(f"{page:,}", href, here=page == here))
    return tuple(ways) if last > 1 else ()
