"""A receipt as words and sums."""

from typing import Any, Final
from urllib.parse import urlencode

from django.utils.safestring import SafeString

from broadsheet.editions import wording
from broadsheet.editions.addresses import paper_href, write
from broadsheet.editions.explaining import DEPTH, Check, Explained
from broadsheet.editions.titles import heading
from broadsheet.editions.types import Edition, Hit
from broadsheet.kernel import mathml, words
from broadsheet.papers.cards import Card
from broadsheet.search.ranking.receipt import Line
from broadsheet.search.ranking.recipes import RECIPES

_NEAR: Final = (
    "How near title and abstract are to those of that paper: what they share of words, of which"
    " one that few papers hold counts for more (BM25), and how near their meaning is."
)


def receipt(edition: Edition, hit: Hit, like: Card | None = None) -> dict[str, Any]:
    """Why one hit stands where it stands in an edition; ``like`` is the paper it is similar to."""
    recipe = RECIPES[hit.receipt.recipe]
    is_similar = edition.question.place == "similar"
    lines = [line for line in hit.receipt.lines if not (is_similar and line.feature == "exact")]
    said = _NEAR if is_similar else wording.uncounted(hit) or recipe.help
    return {
        "page_title": f"Why {words.ordinal(hit.rank)}? {mathml.plain(hit.card.title)}",
        "place": words.ordinal(hit.rank),
        "of": f"{edition.length:,}",
        "edition": f"Papers like “{mathml.plain(like.title)}”"
        if like
        else heading(edition.question),
        "edition_href": write(edition.question),
        "json_href": write(edition.question, ".json"),
        "href": paper_href(hit.card.key),
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


def _line(line: Line) -> dict[str, str]:
    return {
        "label": line.label,
        "reading": words.spelled(line.reading),
        "seen": words.spelled(line.seen),
        "value": words.number(line.value),
        "weight": words.number(line.weight),
        "points": words.number(line.points),
    }


def explained(told: Explained) -> dict[str, Any]:
    """How one paper stands to a search, whether that finds it or not."""
    title = mathml.plain(told.card.title)
    place = f"Why {words.ordinal(told.rank)}?" if told.rank else "Why not here?"
    return {
        "page_title": f"{place} {title}",
        "receipt": receipt(*told.receipt) if told.receipt else None,
        "edition": heading(told.question),
        "edition_href": write(told.question),
        "json_href": explain_href(told),
        "href": paper_href(told.card.key),
        "title": SafeString(mathml.html(told.card.title)),
        "standing": _standing(told),
        "checks": tuple((words.spelled(c.label), _outcome(c)) for c in told.checks),
        "terms": tuple(
            (term, words.number(round(points, 4)))
            for term, points in sorted(told.terms.items(), key=lambda item: (-item[1], item[0]))
        ),
        "halves": _halves(told),
        "scored": told.scored,
        "joined": told.joined,
        "problems": told.problems,
    }


def explain_href(told: Explained) -> str:
    """The address of the same as JSON."""
    query = write(told.question).partition("?")[2]
    return f"/api/explain?{urlencode({'paper': told.card.key})}{'&' if query else ''}{query}"


def _standing(told: Explained) -> str:
    """Why the paper does not stand among the first of the search, in a sentence."""
    failed = sum(not check.passed for check in told.checks if check.binds)
    if failed:
        asked = "condition" if failed == 1 else "conditions"
        verb = "does" if failed == 1 else "do"
        return f"It is not found: {failed:,} {asked} of this search {verb} not hold for it."
    return f"It is not among the first {DEPTH:,} papers of this search."


def _outcome(check: Check) -> str:
    if check.passed:
        return "holds"
    return "does not hold" if check.binds else "does not hold, and need not: meaning may do"


def _halves(told: Explained) -> tuple[tuple[str, str], ...]:
    """The score of words and of meaning, and what they came to, as far as they count."""
    rows = (
        ("Words (BM25)", told.words),
        ("Meaning (cosine)", told.meaning),
        ("Words and meaning, among its neighbours", told.drawn),
        ("Every word answered", told.late),
        ("Joined", told.score if told.drawn or told.late else 0.0),
    )
    return tuple((label, words.number(round(value, 4))) for label, value in rows if value)
