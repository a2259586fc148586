"""Papers like one paper, each with its reason."""

from dataclasses import replace
from datetime import datetime
from typing import Final

from broadsheet.editions import index, near
from broadsheet.editions.asking import Asked, request, without_counts
from broadsheet.editions.making import hits, matching, ranked
from broadsheet.editions.periods import recipe_for
from broadsheet.editions.types import Edition, FoundBy, Hit, Question, Reading
from broadsheet.kernel.errors import NotFound
from broadsheet.kernel.text import title_key
from broadsheet.papers import queries
from broadsheet.search.language.parse import Parsed

SIMILAR: Final = 20
_TWINS: Final = 10  # more are asked for, so that those left out leave no gap
_NOTHING: Final = "No other paper is near enough to it."


def answer(question: Question, moment: datetime, most: int = SIMILAR) -> Edition:
    """The 20 papers nearest to one, or the first of them, of those that the filters let through.

    What bears its title is left out, another form of it; of equal titles the nearest stays.
    Raises NotFound, and Unavailable where the index is not there.
    """
    found = queries.find(question.like)
    if found is None:
        raise NotFound(kind="paper", name=question.like)
    liked = next(iter(queries.documents([found[0]])))
    asked, question = question, replace(question, like=liked.key, page=1, size=SIMILAR)
    question, problems = without_counts(question)
    recipe = recipe_for(question)
    asking = request(question, Asked(parsed=Parsed(None)), recipe)
    nearest = near.nearest([liked], asking, SIMILAR + _TWINS)
    recipe = matching(recipe, nearest, question.mode, like=True)
    by_key = {one.key: one for one in nearest}
    shown = hits(ranked(nearest[: most + _TWINS], recipe, moment), recipe, 1, moment)
    seen = {title_key(liked.title)}
    kept: list[Hit] = []
    for hit in shown:
        title = title_key(hit.card.title)
        if title not in seen and len(kept) < most:
            seen.add(title)
            one = by_key[hit.card.key]
            reason = near.reason(one, hit.card.title, hit.card.abstract, [liked])
            by: FoundBy = "meaning" if one.by_meaning else "words"
            kept.append(replace(hit, rank=len(kept) + 1, found_by=by, reason=reason))
    late, upto = index.behind()
    return Edition(
        question=question,
        asked=asked,
        recipe=recipe.name,
        recipe_version=recipe.version,
        hits=tuple(kept),
        total=len(kept),
        true_at=moment,
        changed=upto,
        reading=Reading(problems=problems),
        why_empty="" if kept else index.changes_behind(late) if late else _NOTHING,
    )
