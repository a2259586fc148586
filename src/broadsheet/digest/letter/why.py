"""Why a paper stands in a letter, in a sentence made from its receipt."""

from collections.abc import Callable, Mapping
from typing import Final

from broadsheet.editions import wording
from broadsheet.editions.types import Edition, Hit, Marks
from broadsheet.kernel import words
from broadsheet.kernel.text import fold, plural
from broadsheet.search.ranking.receipt import Line

_MOST_WORDS: Final = 4
_SPANS: Final = {"day": "that day", "week": "that week", "month": "that month"}
_LATE: Final = "the first count known"
_NAMED: Final = "It is named in the question."
_ELSEWHERE: Final = (
    "What was asked for stands not in its title or abstract, but in what else is known of it."
)


def label(edition: Edition, hit: Hit) -> str:
    """What the sentence answers: ``Why third``; of a search, whose places change, ``Why here``."""
    is_asked = edition.question.place in ("search", "similar")
    return "Why here" if is_asked else f"Why {words.ordinal(hit.rank)}"


def why(edition: Edition, hit: Hit) -> str:
    """One sentence with the numbers of the receipt, or the words that were found."""
    if hit.found_by == "name":
        return _NAMED
    if hit.reason:
        return hit.reason
    if hit.found_by:
        return _matched(hit.card.title, hit.card.abstract, hit.marks)
    return _BY_RECIPE[hit.receipt.recipe](edition, hit)


def _matched(title: str, abstract: str, marks: Marks) -> str:
    """The words of the question that stand in the paper, as they stand there."""
    in_title = _marked(title, marks.title)
    in_abstract = _marked(abstract, marks.abstract)
    more = {key: said for key, said in in_abstract.items() if key not in in_title}
    found = {"title": in_title, "abstract": more}
    held = [f"its {where} ({_quoted([*said.values()])})" for where, said in found.items() if said]
    return f"The question matches {words.listed(held)}." if held else _ELSEWHERE


def _marked(text: str, marks: tuple[tuple[int, int], ...]) -> dict[str, str]:
    """The marked words as they stand there first, by what they are but for case and accents."""
    found: dict[str, str] = {}
    for start, end in marks:
        found.setdefault(fold(text[start:end]), text[start:end])
    return found


def _quoted(said: list[str]) -> str:
    """``“soft gripper”, “robot” and 2 more``."""
    shown = [f"“{one}”" for one in said[:_MOST_WORDS]]
    more = [f"{len(said) - _MOST_WORDS:,} more"] if len(said) > _MOST_WORDS else []
    return words.listed([*shown, *more])


def _counted(edition: Edition, hit: Hit) -> str:
    """By votes or by comments: how many in the period, and of how many in all."""
    if told := wording.uncounted(hit):
        return told
    line = hit.receipt.lines[0]
    what = line.feature.removesuffix("s")
    count = int(line.value)
    said = plural(count, what)
    period = edition.question.period
    span = f" {_SPANS[period.kind]}" if period else " so far"
    if _LATE in line.seen:
        span = " when they were first counted"
    total = (hit.card.votes if line.feature == "votes" else hit.card.comments) or 0
    whole = f", of {total:,} in all" if total > count else ""
    return f"{said}{span}{whole}{_ahead(edition, hit)}."


def _ahead(edition: Edition, hit: Hit) -> str:
    """That no other paper has as many, where that can be seen."""
    if hit.rank != 1 or len(edition.hits) < 2 or edition.hits[0] is not hit:
        return ""
    alone = hit.receipt.score > edition.hits[1].receipt.score
    return ", more than any other" if alone else ""


def _hot(edition: Edition, hit: Hit) -> str:  # noqa: ARG001  # as its siblings
    lines = {line.feature: line for line in hit.receipt.lines}
    stars = _power(lines["stars"]) if "stars" in lines else 0  # none in version 1
    said = [
        plural(_power(lines["votes"]), "vote") + " so far",
        *([f"{plural(stars, 'new star')} of its code in a week"] if stars else []),
        words.spelled(lines["age"].reading),
    ]
    return f"{', '.join(said)}."


def _power(line: Line) -> int:
    """The count behind log10 (1 + count)."""
    return round(10**line.value) - 1


def _new(edition: Edition, hit: Hit) -> str:  # noqa: ARG001  # as its siblings
    line = hit.receipt.lines[0]
    if not line.value:
        return "Its date is not known: the newest come first, and it behind them."
    return f"It is of {words.spelled(line.reading)}: the newest come first."


def _announced(edition: Edition, hit: Hit) -> str:  # noqa: ARG001  # as its siblings
    notes = hit.receipt.notes
    return words.spelled(notes[0]) if notes else "It stands in the order of announcement."


def _relevance(edition: Edition, hit: Hit) -> str:  # noqa: ARG001  # as its siblings
    return _matched(hit.card.title, hit.card.abstract, hit.marks)


_BY_RECIPE: Final[Mapping[str, Callable[[Edition, Hit], str]]] = {
    "top": _counted,
    "discussed": _counted,
    "hot": _hot,
    "new": _new,
    "announced": _announced,
    "relevance": _relevance,
}
