"""A receipt as words and sums."""

from typing import Any, Final
from urllib.parse import urlencode

from django.utils.safestring import SafeString

from broadsheet.editions.addresses import write
from broadsheet.editions.titles import heading
from broadsheet.editions.types import Edition, Hit
from broadsheet.kernel import mathml
from broadsheet.papers.cards import Card
from broadsheet.search.ranking.receipt import Line
from broadsheet.search.ranking.recipes import RECIPES
from broadsheet.web.present import words

_COUNTED: Final = ("votes", "comments")
_NEAR: Final = (
    "How many words of title and abstract it shares with that paper: a word that few papers"
    " hold counts for more (BM25)."
)


def receipt(edition: Edition, hit: Hit, like: Card | None = None) -> dict[str, Any]:
    """Why one hit stands where it stands in an edition; ``like`` is the paper it is similar to."""
    recipe = RECIPES[hit.receipt.recipe]
    is_similar = edition.question.place == "similar"
    lines = [line for line in hit.receipt.lines if not (is_similar and line.feature == "exact")]
    said = _NEAR if is_similar else _uncounted(hit) or recipe.help
    return {
        "page_title": f"Why {words.ordinal(hit.rank)}? {mathml.plain(hit.card.title)}",
        "place": words.ordinal(hit.rank),
        "of": f"{edition.total:,}",
        "edition": f"Papers like “{mathml.plain(like.title)}”"
        if like
        else heading(edition.question),
        "edition_href": write(edition.question),
        "json_href": write(edition.question, ".json"),
        "href": words.paper_href(hit.card.key),
        "title": SafeString(mathml.html(hit.card.title)),
        "lines": tuple(_line(line) for line in lines),
        "sum": words.number(hit.receipt.score),
        "notes": tuple(words.spelled(note) for note in hit.receipt.notes),
        "recipe": recipe.label,
        "recipe_name": recipe.name,
        "said": said,
        "version": hit.receipt.version,
        "true_at": words.moment(edition.true_at),
        "newest_day": words.day(edition.newest_day) if edition.newest_day else "",
    }


def _name(edition: Edition, like: Card | None) -> str:
    return f"Papers like “{mathml.plain(like.title)}”" if like else heading(edition.question)


def _uncounted(hit: Hit) -> str:
    """What decides the place of a paper that nobody voted for; "" where the sum does."""
    lines = hit.receipt.lines
    if hit.receipt.score or any(line.feature not in _COUNTED for line in lines):
        return ""
    what = words.listed([line.label.lower() for line in lines])
    none = "It received no" if any(line.seen for line in lines) else "Nobody counted its"
    return f"{none} {what} in this period: among such papers the newer comes first, then the key."


def _line(line: Line) -> dict[str, str]:
    return {
        "label": line.label,
        "reading": words.spelled(line.reading),
        "seen": words.spelled(line.seen),
        "value": words.number(line.value),
        "weight": words.number(line.weight),
        "points": words.number(line.points),
    }


def why_href(key: str, edition_address: str) -> str:
    """The address of a receipt."""
    return f"{words.paper_href(key)}/why?{urlencode({'in': edition_address})}"
