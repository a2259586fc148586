"""The recipes: named, versioned tables of features and weights. Nothing else ranks.

A score is the sum of value x weight; ties go to the newer paper, then to the key. Pages and
documentation about ranking are made from these tables.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from broadsheet.search.ranking.fusion import TYPED
from broadsheet.search.ranking.receipt import Line, Receipt, total


@dataclass(frozen=True, slots=True, kw_only=True)
class Feature:
    """One thing that counts: what it is called, how its value is made, how much it weighs."""

    name: str
    label: str
    help: str
    weight: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """``name`` stands in addresses, ``label`` in menus after "Ranked by"."""

    name: str
    version: int
    label: str
    help: str
    features: tuple[Feature, ...]

    def with_weights(self, weights: Mapping[str, float]) -> "Recipe":
        """The same recipe with a field's own weights for some features.

        Raises ValueError for a weight of a feature that the recipe does not have.
        """
        unknown = set(weights) - {feature.name for feature in self.features}
        if unknown:
            raise ValueError(f"recipe {self.name} has no feature {', '.join(sorted(unknown))}")
        features = tuple(
            Feature(name=f.name, label=f.label, help=f.help, weight=weights.get(f.name, f.weight))
            for f in self.features
        )
        return Recipe(
            name=self.name,
            version=self.version,
            label=self.label,
            help=self.help,
            features=features,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """What a feature came to for one paper. See Line for ``reading`` and ``seen``."""

    value: float
    reading: str = ""
    seen: str = ""


_VOTES: Final = Feature(
    name="votes",
    label="Votes",
    help="Votes received in the period, by readers of the sites that count them.",
    weight=1.0,
)
_EXACT: Final = Feature(
    name="exact",
    label="Named in the question",
    help="1 where the question is the paper's identifier, address or exact title.",
    weight=1_000.0,
)

RECIPES: Final[Mapping[str, Recipe]] = MappingProxyType(
    {
        recipe.name: recipe
        for recipe in (
            Recipe(
                name="top",
                version=1,
                label="votes",
                help="The paper with the most votes received in the period first.",
                features=(_VOTES,),
            ),
            Recipe(
                name="discussed",
                version=1,
                label="comments",
                help="The paper with the most comments received in the period first.",
                features=(
                    Feature(
                        name="comments",
                        label="Comments",
                        help="Comments received in the period.",
                        weight=1.0,
                    ),
                ),
            ),
            Recipe(
                name="hot",
                version=2,
                label="votes and stars against age",
                help=(
                    "Ten times the votes make up for four days of age, and so do a hundred new"
                    " stars of the code. What is new and voted for rises; every day costs the"
                    " same. A paper without code loses nothing."
                ),
                features=(
                    Feature(
                        name="votes",
                        label="Votes, as a power of ten",
                        help="log10 (1 + all votes so far).",
                        weight=1.0,
                    ),
                    Feature(
                        name="stars",
                        label="New stars, as a power of ten",
                        help="log10 (1 + stars that the paper's code gained in seven days); 0 where"
                        " they were counted less than twice.",
                        weight=0.5,
                    ),
                    Feature(
                        name="age",
                        label="Age",
                        help="Days since the paper was first announced, else since its date.",
                        weight=-0.25,
                    ),
                ),
            ),
            Recipe(
                name="new",
                version=1,
                label="date",
                help="The newest paper first.",
                features=(
                    Feature(
                        name="day",
                        label="Day of the paper",
                        help="Days from 1 January 1970 to the paper's date; 0 where unknown.",
                        weight=1.0,
                    ),
                ),
            ),
            Recipe(
                name="announced",
                version=1,
                label="order of announcement",
                help=(
                    "As the feeds announced them: the field's first feed first, new papers"
                    " before cross-lists and replacements, then the place in the list."
                ),
                features=(
                    Feature(
                        name="feed",
                        label="Feed",
                        help="Place of the feed in the field's order, from 0.",
                        weight=-1_000_000.0,
                    ),
                    Feature(
                        name="kind",
                        label="Kind",
                        help="0 new or picked, 1 cross-list, 2 replacement.",
                        weight=-100_000.0,
                    ),
                    Feature(
                        name="rank",
                        label="Place in the list",
                        help="Place on the announced list, from 1; 99,999 where it has no order.",
                        weight=-1.0,
                    ),
                ),
            ),
            Recipe(
                name="relevance",
                version=2,
                label="best match",
                help=(
                    "How well title and abstract hold the words asked for (BM25 over both"
                    " together, and a little over the title again) and how near their meaning is,"
                    " as shares of the best of the list; then drawn towards the papers that lie"
                    " nearest, for good answers lie together; then how near the paper comes to"
                    " every single word of the question."
                ),
                features=(
                    _EXACT,
                    Feature(
                        name="drawn",
                        label="Words and meaning",
                        help="Both as shares of the list's best, 0.8 and 0.2 where the question"
                        " was typed, drawn towards the nearest papers of the list; 1 for the best"
                        " of the first 100, 0 for the last. Below 0 behind those.",
                        weight=1 - TYPED.late,
                    ),
                    Feature(
                        name="late",
                        label="Every word answered",
                        help="For each word of the question how near the nearest word of the paper"
                        " comes, rare words counting for more; 1 for the best of the first 100,"
                        " 0 for the last.",
                        weight=TYPED.late,
                    ),
                    Feature(
                        name="words",
                        label="Words alone",
                        help="BM25 of the question's words, with today's statistics. It counts"
                        " by itself only where search is by words.",
                        weight=0.0,
                    ),
                    Feature(
                        name="meaning",
                        label="Meaning alone",
                        help="The cosine of the paper's vector to the question's. It counts by"
                        " itself only where search is by meaning.",
                        weight=0.0,
                    ),
                ),
            ),
        )
    }
)


def score(recipe: Recipe, values: Mapping[str, Value], *, notes: tuple[str, ...] = ()) -> Receipt:
    """Write the receipt of one hit: the only place where a score is made.

    Args:
        recipe: its features decide which values are read; a missing one counts 0.
        values: by feature name.
        notes: sentences for the reader about how this hit came to stand here.
    """
    nothing = Value(value=0.0)
    lines = tuple(
        Line(
            feature=feature.name,
            label=feature.label,
            value=values.get(feature.name, nothing).value,
            weight=feature.weight,
            reading=values.get(feature.name, nothing).reading,
            seen=values.get(feature.name, nothing).seen,
        )
        for feature in recipe.features
    )
    return Receipt(
        recipe=recipe.name, version=recipe.version, lines=lines, score=total(lines), notes=notes
    )
