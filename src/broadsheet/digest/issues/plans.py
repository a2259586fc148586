"""Who of those that are due is to be sent what: nothing is written here."""

from collections.abc import Iterator
from dataclasses import dataclass
from dataclasses import field as defaulting
from datetime import date, datetime
from typing import NamedTuple

from broadsheet.digest.issues import due
from broadsheet.digest.issues.choosing import Editions
from broadsheet.digest.issues.due import Due
from broadsheet.digest.types import Choice
from broadsheet.kernel.errors import BroadsheetError


class Same(NamedTuple):
    """What makes two letters of one edition the same but for what is each reader's own."""

    label: str
    cadence: str
    size: int
    picks: tuple[tuple[str, str], ...]
    sent_before: int
    earlier: tuple[date, ...]


@dataclass(slots=True)
class Group:
    """Those who are sent the same."""

    choice: Choice
    dues: list[Due] = defaulting(default_factory=list)


@dataclass(slots=True)
class Plan:
    """What is to be done about some subscriptions of one edition.

    ``nothing`` are those who have nothing to be sent at this due time, ``waiting`` those whose
    edition may still come and who are looked at again with the next run.
    """

    groups: dict[Same, Group] = defaulting(default_factory=dict)
    nothing: list[Due] = defaulting(default_factory=list)
    waiting: list[Due] = defaulting(default_factory=list)


def plan(editions: Editions, dues: list[Due]) -> Plan:
    """Choose for each of them. Raises as ``Editions``."""
    made = Plan()
    for one in dues:
        choice = editions.choose(one.reader)
        if choice:
            group = made.groups.setdefault(same(choice, one), Group(choice))
            group.dues.append(one)
        elif editions.awaits(one.reader):
            made.waiting.append(one)
        else:
            made.nothing.append(one)
    return made


def same(choice: Choice, one: Due) -> Same:
    """What a choice has in common with those it may share a letter with."""
    return Same(
        label=choice.label,
        cadence=one.reader.cadence,
        size=one.reader.size,
        picks=tuple((pick.hit.card.key, pick.again) for pick in choice.picks),
        sent_before=choice.sent_before,
        earlier=choice.earlier,
    )


@dataclass(slots=True)
class Outlook:
    """What a run would do about one edition; ``problem`` says why it would do nothing."""

    edition: str
    due: int = 0
    nothing: int = 0
    waiting: int = 0
    letters: list[tuple[Choice, int]] = defaulting(default_factory=list)
    problem: str = ""


def outlooks(now: datetime, *, only: str = "") -> Iterator[Outlook]:
    """What a run would do now, edition by edition."""
    for edition in due.editions(now, only=only):
        yield _outlook(edition, now)


def _outlook(edition: str, now: datetime) -> Outlook:
    found = Outlook(edition)
    groups: dict[Same, tuple[Choice, int]] = {}
    try:
        editions = Editions(edition, now)
        for dues in due.batches(edition, now):
            some = plan(editions, dues)
            found.due += len(dues)
            found.nothing += len(some.nothing)
            found.waiting += len(some.waiting)
            for key, group in some.groups.items():
                before = groups.get(key, (group.choice, 0))[1]
                groups[key] = (group.choice, before + len(group.dues))
    except BroadsheetError as error:
        found.due = due.count(edition, now)
        found.problem = error.user_message
        return found
    found.letters = sorted(groups.values(), key=lambda pair: -pair[1])
    return found
