"""Ways on from a search that found nothing."""

import re
from collections.abc import Iterator

from broadsheet.editions import wording
from broadsheet.editions.addresses import write
from broadsheet.editions.answer import answer
from broadsheet.editions.types import Edition, Question
from broadsheet.kernel.text import plural
from broadsheet.search.contract import Filters
from broadsheet.search.language.matching import telling
from broadsheet.web.present.menus import Way

_MOST = 8
_OPERATORS = re.compile(
    r"\b(?:AND|OR|NOT)\b|[()\"]|(?<!\S)-|(?<!\S)(?:title|abs|author|cat|org|has|date|id):"
)


def ways(edition: Edition) -> list[Way]:
    """Up to three looser questions that do find papers, each with how many."""
    found = []
    for label, question in list(_looser(edition))[:_MOST]:
        total = answer(question).total
        if total:
            found.append(Way(label, write(question), plural(total, "paper")))
        if len(found) == 3:
            break
    return found


def _looser(edition: Edition) -> Iterator[tuple[str, Question]]:
    """Without one filter, without all, without signs, with any one word, in every field."""
    asked = edition.question.but(size=1)
    filters = list(wording.filters(edition))
    for label, without in filters:
        yield f"Leave out the filter “{label}”", asked.but(filters=without)
    if len(filters) > 1:
        yield "Leave out every filter", asked.but(filters=Filters())
    plain = " ".join(_OPERATORS.sub(" ", asked.text).split())
    if plain and plain != asked.text:
        yield f"Search the bare words: {plain}", asked.but(text=plain)
    words = plain.split()
    if 1 < len(words) <= 8:
        loose = asked.but(text=" OR ".join(telling(words)))
        yield f"Any of the words: {loose.text}", loose
        if filters:
            yield f"Any of the words, without filters: {loose.text}", loose.but(filters=Filters())
    if asked.field != "everything":
        everywhere = asked.but(field="everything")
        yield "Search every field", everywhere
        if filters:
            yield "Search every field, without filters", everywhere.but(filters=Filters())
