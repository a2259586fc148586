"""What each feature is worth for one paper: facts in, a number out."""

import math
from collections.abc import Callable, Mapping
from datetime import date, datetime
from types import MappingProxyType
from typing import Final, NamedTuple

from broadsheet.search.ranking.recipes import Recipe, Value

NO_RANK: Final = 99_999
_EPOCH: Final = date(1970, 1, 1)


class Count(NamedTuple):
    """A running total in a period: what it grew by, and in words from what, counted when."""

    grown: int = 0
    reading: str = ""
    seen: str = ""


class Facts(NamedTuple):
    """All that recipes may ask of one paper. Days are dates, ``moment`` is aware.

    ``votes`` and ``comments`` are counted over the edition's period, up to ``moment``, ``stars``
    over the seven days before its end; ``age``
    counts to ``moment`` from the first announcement, else from the paper's own date.
    ``feed``, ``kind`` and ``rank`` are its best place in the edition's announcements.
    """

    key: str
    moment: datetime
    published: date | None = None
    announced: date | None = None
    votes: Count = Count()
    comments: Count = Count()
    stars: Count = Count()
    feed: int = 0
    feed_name: str = ""
    kind: int = 0
    rank: int | None = None
    words: float = 0.0
    meaning: float = 0.0
    drawn: float = 0.0
    late: float = 0.0
    exact: bool = False


def _votes(facts: Facts) -> float:
    return float(facts.votes.grown)


def _votes_power(facts: Facts) -> float:
    return math.log10(1 + max(facts.votes.grown, 0))


def _stars_power(facts: Facts) -> float:
    return math.log10(1 + max(facts.stars.grown, 0))


def _comments(facts: Facts) -> float:
    return float(facts.comments.grown)


def _age(facts: Facts) -> float:
    since = facts.announced or facts.published
    return float((facts.moment.date() - (since or _EPOCH)).days)


def _day(facts: Facts) -> float:
    return float((facts.published - _EPOCH).days) if facts.published else 0.0


def _rank(facts: Facts) -> float:
    return float(NO_RANK if facts.rank is None else facts.rank)


Feature = Callable[[Facts], float]

_FEATURES: Final[Mapping[str, Mapping[str, Feature]]] = MappingProxyType(
    {
        "top": {"votes": _votes},
        "discussed": {"comments": _comments},
        "hot": {"votes": _votes_power, "stars": _stars_power, "age": _age},
        "new": {"day": _day},
        "announced": {
            "feed": lambda facts: float(facts.feed),
            "kind": lambda facts: float(facts.kind),
            "rank": _rank,
        },
        "relevance": {
            "exact": lambda facts: float(facts.exact),
            "drawn": lambda facts: facts.drawn,
            "late": lambda facts: facts.late,
            "words": lambda facts: facts.words,
            "meaning": lambda facts: facts.meaning,
        },
    }
)


def points(recipe: Recipe, facts: Facts) -> float:
    """The score of a paper, as its receipt will add it up."""
    features = _FEATURES[recipe.name]
    return math.fsum([features[f.name](facts) * f.weight for f in recipe.features])


def values(recipe: Recipe, facts: Facts) -> dict[str, Value]:
    """The features of a paper with what they were made of: the lines of its receipt."""
    words = _words_for(facts)
    return {
        f.name: Value(value=_FEATURES[recipe.name][f.name](facts), **words.get(f.name, {}))
        for f in recipe.features
    }


def _words_for(facts: Facts) -> dict[str, dict[str, str]]:
    since = facts.announced or facts.published
    what = "announced" if facts.announced else "dated"
    return {
        "votes": {"reading": facts.votes.reading, "seen": facts.votes.seen},
        "comments": {"reading": facts.comments.reading, "seen": facts.comments.seen},
        "stars": {"reading": facts.stars.reading, "seen": facts.stars.seen},
        "age": {"reading": f"{what} {since.isoformat()}" if since else "date unknown"},
        "day": {"reading": facts.published.isoformat() if facts.published else "date unknown"},
        "feed": {"reading": facts.feed_name},
        "rank": {"reading": "" if facts.rank is not None else "the list has no order"},
        "words": {"seen": "today's index"},
    }


def order(facts: Facts, score: float) -> tuple[float, int, str]:
    """The sort key of a list: best score, then newest, then key."""
    newest = facts.published.toordinal() if facts.published else 0
    return (-score, -newest, facts.key)
