"""What somebody fills into a form about mail: as it was typed, as a Wish, or wrong by the field."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from dataclasses import field as defaulting
from typing import Final, Self

from broadsheet.digest.subscriptions import wishes
from broadsheet.digest.types import Wish
from broadsheet.editions import addresses
from broadsheet.editions.types import Question
from broadsheet.kernel.errors import BadQuestion, NotFound

LATEST: Final = "/latest"
TRENDING: Final = "/trending"
SIZES: Final = (5, 10, 15, 20, 30, 50)
OFTEN: Final = ("announced", "weekdays", *(f"weekly-{day}" for day in range(7)), "monthly")
"""The cadences of a form. A week's day is part of it: one choice instead of two."""
AT_ONCE: Final = "at_once"

_FIELDS: Final = ("address", "edition", "often", "hour", "zone", "size")
_LONGEST: Final = 2_000  # characters of any one field that are shown again


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """A form as it was filled in.

    ``errors`` has a sentence for each field that cannot be used, and under "" what else is wrong.
    """

    address: str = ""
    edition: str = LATEST
    often: str = OFTEN[0]
    hour: str = "7"
    zone: str = "UTC"
    size: str = "10"
    even_empty: bool = False
    errors: Mapping[str, str] = defaulting(default_factory=dict)

    @classmethod
    def fresh(cls, params: Mapping[str, str]) -> Self:
        """An empty form for the edition, and the rhythm, that an address names, if any."""
        given = {name: params[name][:_LONGEST] for name in ("edition", "often") if params.get(name)}
        form = cls.typed(given)
        often = OFTEN[0] if "often" in form.errors else form.often
        return replace(form.only("edition"), often=often)

    @classmethod
    def typed(cls, params: Mapping[str, str]) -> Self:
        """What was sent, whatever it is. A field that was left out has its default."""
        given = {name: params[name].strip()[:_LONGEST] for name in _FIELDS if params.get(name)}
        form = cls(**given, even_empty="even_empty" in params)  # type: ignore[arg-type]  # texts
        wrong = {name: told for name in _FIELDS if (told := form._mistake(name))}
        edition = LATEST if "edition" in wrong else wishes.edition(form.edition)
        return replace(form, edition=edition, errors=wrong)

    def wish(self) -> Wish:
        """What is wanted. Only of a form without errors, but for that of the address."""
        cadence, _, weekday = self.often.partition("-")
        return Wish(
            address=self.address,
            edition=self.edition,
            cadence=cadence,
            weekday=int(weekday or 0),
            hour=int(self.hour),
            zone=self.zone,
            size=int(self.size),
            even_empty=self.even_empty,
        )

    def only(self, *names: str) -> Self:
        """The same form where it asks for no more than these fields."""
        kept = {name: told for name, told in self.errors.items() if name in names}
        return replace(self, errors=kept)

    def refused(self, told: str) -> Self:
        """The same form, which could not be used for another reason than one of its fields."""
        return replace(self, errors={**self.errors, "": told})

    def _mistake(self, name: str) -> str:
        """What is wrong with a field, and how to write it; "" where nothing is."""
        if name == "address":
            return _told(wishes.address, self.address) if self.address else "Write your address."
        if name == "edition":
            return _told(wishes.edition, self.edition)
        if name == "often":
            return self._rhythm()
        if name == "hour":
            return "" if _whole(self.hour) in range(24) else "Choose an hour from 0 to 23."
        if name == "zone":
            known = self.zone in wishes.zones()
            return "" if known else "Choose a time zone from the list, as Europe/Berlin."
        most = wishes.MOST_PAPERS
        return "" if 1 <= _whole(self.size) <= most else f"Choose from 1 to {most} papers."

    def _rhythm(self) -> str:
        if self.often == AT_ONCE and not is_search(self.edition):
            return "Only a search writes as soon as something matches: choose another rhythm."
        return "" if self.often in (*OFTEN, AT_ONCE) else "Choose one of the ways in the list."


def is_search(edition: str) -> bool:
    """Whether an edition is a search, going by its address."""
    return edition.startswith("/search")


def standing(of: Question) -> str:
    """The address to be mailed of the list that goes on, where this one is a part of it.

    The latest edition where this list cannot be mailed.
    """
    front = of.place in ("front", "all")
    place = "front" if front else of.place
    recipe = of.recipe if of.place != "all" else ""
    moving = of.but(place=place, period=None, as_of=None, recipe=recipe)
    try:
        return wishes.edition(addresses.write(moving))
    except BadQuestion:
        return LATEST


def _told(check: Callable[[str], object], text: str) -> str:
    try:
        check(text)
    except (BadQuestion, NotFound) as error:
        return error.user_message
    return ""


def _whole(text: str) -> int:
    """The number in a field, -1 where there is none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 4 else -1
