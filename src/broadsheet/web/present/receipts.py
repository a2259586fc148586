"""A receipt as words and sums."""

from typing import Any
from urllib.parse import urlencode

from django.utils.safestring import SafeString

from broadsheet.editions.addresses import write
from broadsheet.editions.titles import heading
from broadsheet.editions.types import Edition, Hit
from broadsheet.kernel import mathml
from broadsheet.search.ranking.receipt import Line
from broadsheet.search.ranking.recipes import RECIPES
from broadsheet.web.present import words


def receipt(edition: Edition, hit: Hit) -> dict[str, Any]:
    """Why one hit stands where it stands in an edition."""
    recipe = RECIPES[hit.receipt.recipe]
    return {
        "page_title": f"Why {words.ordinal(hit.rank)}? {mathml.plain(hit.card.title)}",
        "place": words.ordinal(hit.rank),
        "of": f"{edition.total:,}",
        "edition": heading(edition),
        "edition_href": write(edition.question),
        "json_href": write(edition.question, ".json"),
        "href": words.paper_href(hit.card.key),
        "title": SafeString(mathml.html(hit.card.title)),
        "lines": tuple(_line(line) for line in hit.receipt.lines),
        "sum": words.number(hit.receipt.score),
        "notes": hit.receipt.notes,
        "recipe": recipe.label,
        "recipe_name": recipe.name,
        "recipe_help": recipe.help,
        "version": hit.receipt.version,
        "true_at": words.moment(edition.true_at),
        "newest_day": words.day(edition.newest_day) if edition.newest_day else "",
    }


def _line(line: Line) -> dict[str, str]:
    return {
        "label": line.label,
        "reading": line.reading,
        "seen": line.seen,
        "value": words.number(line.value),
        "weight": words.number(line.weight),
        "points": words.number(line.points),
    }


def why_href(key: str, edition_address: str) -> str:
    """The address of a receipt."""
    return f"{words.paper_href(key)}/why?{urlencode({'in': edition_address})}"
