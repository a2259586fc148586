"""Reading the field files that lie beside this module."""

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as defaulting
from functools import cache
from importlib import resources
from typing import Any

from broadsheet.kernel.errors import BadOption, NotFound

OTHERS = "*"


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldFile:
    """One field.

    ``feeds`` are named in the order that gives a paper its place; "*" stands for every feed
    not named. ``categories`` (none: no limit) keep only papers of one of them, "cs" meaning
    every cs.*. ``recipe`` is the order of its front page; ``weights`` change recipes by
    feature. ``import_hint`` says where papers of this field come from.
    """

    name: str
    title: str
    description: str
    feeds: tuple[str, ...]
    categories: tuple[str, ...] = ()
    recipe: str = "top"
    import_hint: str = ""
    weights: Mapping[str, Mapping[str, float]] = defaulting(default_factory=dict)

    @property
    def only_feeds(self) -> tuple[str, ...]:
        """The feeds to ask, () for all."""
        return () if OTHERS in self.feeds else self.feeds

    def feed_place(self, feed: str) -> int:
        """The place of a feed in this field's order, from 0; unnamed ones share "*"'s."""
        if feed in self.feeds:
            return self.feeds.index(feed)
        return self.feeds.index(OTHERS) if OTHERS in self.feeds else len(self.feeds)

    def covers(self, categories: tuple[str, ...]) -> bool:
        """Say whether a paper of these categories belongs here."""
        return not self.categories or within(categories, self.categories)


def within(categories: Iterable[str], wanted: Sequence[str]) -> bool:
    """Say whether one of these categories is wanted, "cs" wanting every cs.*."""
    return any(c == own or c.startswith(f"{own}.") for c in categories for own in wanted)


@cache
def all_fields() -> tuple[FieldFile, ...]:
    """Every field, "everything" first, then by title. Raises BadOption for a broken file."""
    files = [f for f in resources.files(__package__).iterdir() if f.name.endswith(".toml")]
    fields = [_read(f.name.removesuffix(".toml"), f.read_text(encoding="utf-8")) for f in files]
    return tuple(sorted(fields, key=lambda f: (f.name != "everything", f.title)))


def _read(name: str, text: str) -> FieldFile:
    try:
        raw: dict[str, Any] = tomllib.loads(text)
        for key in ("feeds", "categories"):
            raw[key] = tuple(raw.get(key, ()))
        return FieldFile(name=name, **raw)
    except (tomllib.TOMLDecodeError, TypeError) as error:
        raise BadOption(option=f"The field file {name}.toml", reason=str(error)) from error


def field(name: str) -> FieldFile:
    """The field of that name. Raises NotFound."""
    for known in all_fields():
        if known.name == name:
            return known
    raise NotFound(kind="field", name=name)
