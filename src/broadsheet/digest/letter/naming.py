"""What a letter is called: its name, its subject, and the sentences about it as a whole."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from broadsheet.digest.letter.items import Item
from broadsheet.digest.models import Cadence
from broadsheet.digest.types import Choice
from broadsheet.editions import wording
from broadsheet.editions.addresses import named_field
from broadsheet.editions.titles import asked
from broadsheet.editions.types import Edition
from broadsheet.fields import field as field_named
from broadsheet.harvest import saying
from broadsheet.kernel import words
from broadsheet.kernel.text import clean, shortened
from broadsheet.search.contract import Filters
from broadsheet.search.ranking.recipes import RECIPES

LONGEST_SUBJECT: Final = 78
_LEAST_TITLE: Final = 12
_MOST_KEYS: Final = 5
_LONGEST_HEAD: Final = 40  # of a title, up to its colon
_NEXT: Final = {
    Cadence.WEEKLY: "The next letter comes in a week.",
    Cadence.MONTHLY: "The next letter comes on the first of next month.",
    Cadence.AT_ONCE: "The next letter comes as soon as something new matches.",
}
_NEXT_MATCH: Final = "The next letter comes on the next day that something new matches."


def name(choice: Choice) -> str:
    """``Friday 14 August 2026``, ``Robotics, August 2026, with code``, ``“soft gripper”``."""
    question = choice.edition.question
    field = field_named(question.field).title if named_field(question) else ""
    filters = [said for said, _ in wording.filters(choice.edition)]
    if question.place == "search":
        what = f"“{asked(question)}”" if question.text else " ".join(["Papers", *filters[:1]])
        named = [what, *(filters if question.text else filters[1:])]
        return clean(", ".join([*named, *([f"in {field}"] if field else [])]))
    when = wording.headline(question)
    if question.period is None:
        when = f"{when}, {words.day(choice.day, weekday=True)}"
    return clean(", ".join(filter(None, (field, when, *filters))))


def subject(choice: Choice, items: Sequence[Item]) -> str:
    """One line of at most 78 characters, with as much of the first title as there is room for."""
    named, count = name(choice), len(items)
    if choice.edition.question.place == "search":
        return shortened(_matching(choice, count), LONGEST_SUBJECT)
    if not count:
        what = "nothing new to you" if choice.sent_before else papers(choice, items)
        return f"{shortened(named, LONGEST_SUBJECT - len(what) - 2)}: {what}"
    begun = f"{papers(choice, items)}, {'led by' if items[0].rank == 1 else 'among them'} "
    told = f"{shortened(named, LONGEST_SUBJECT - len(begun) - _LEAST_TITLE - 2)}: {begun}"
    return f"{told}{shortened(_head(items[0].title), LONGEST_SUBJECT - len(told))}"


def _matching(choice: Choice, count: int) -> str:
    """``3 new papers match “soft gripper”``, ``1 new paper in cs.RO, with code``."""
    found = words.count(count, "new paper").capitalize()
    if not choice.edition.question.text:
        return f"{found} {name(choice).removeprefix('Papers ')}"
    return f"{found} {'matches' if count == 1 else 'match'} {name(choice)}"


def papers(choice: Choice, items: Sequence[Item]) -> str:
    """How many there are: ``27 papers``, of a search how many are new."""
    if choice.edition.question.place == "search":
        return words.count(len(items), "new paper")
    return words.count(choice.edition.length, "paper")


def _head(title: str) -> str:
    """A title up to its colon, where that is how one speaks of the paper."""
    head, colon, _ = title.partition(": ")
    return head if colon and 1 < len(head) <= _LONGEST_HEAD else title


def preview(choice: Choice, items: Sequence[Item]) -> str:
    """What is shown beside the subject: the first titles; without any what the letter says."""
    heads = [shortened(_head(item.title), LONGEST_SUBJECT) for item in items[:3]]
    return f"{words.listed(heads)}." if heads else opening(choice, items)


def opening(choice: Choice, items: Sequence[Item]) -> str:
    """What the letter holds, in a sentence or two."""
    edition, count = choice.edition, len(items)
    if not count:
        return _nothing(choice)
    by = RECIPES[edition.recipe].label
    if edition.question.place == "search":
        first = ", the newest first" if edition.recipe == "new" and count > 1 else ""
        said = f"{_matching(choice, count)}{first}."
    elif count == edition.length:
        all_of = f"All {count:,} papers" if count > 1 else "The one paper"
        said = f"{all_of} of this edition, ranked by {by}."
    else:
        said = (
            f"These are {count:,} of the {edition.length:,} papers of this edition, ranked by {by}."
        )
    return " ".join(filter(None, (said, _before(choice), _stale(edition))))


def _nothing(choice: Choice) -> str:
    if choice.edition.length:
        return _before(choice) or "None of its papers is in this letter."
    if choice.edition.question.place == "search":
        return f"{_matching(choice, 0)}."
    edition = choice.edition
    headline = wording.nothing(edition) if edition.question.filters == Filters() else ""
    return f"{headline} {edition.why_empty}".strip()


def _before(choice: Choice) -> str:
    if not choice.sent_before:
        return ""
    is_one = choice.sent_before == 1
    papers = "One paper" if is_one else f"{choice.sent_before:,} papers"
    return f"{papers} that you were sent before {'is' if is_one else 'are'} left out."


def _stale(edition: Edition) -> str:
    if edition.newest_day is None:
        return ""
    newest = words.day(edition.newest_day)
    return f"Nothing held is younger than seven days, so age counts from {newest}."


def withdrawn(choice: Choice) -> str:
    """Which papers of the edition their authors took back."""
    keys = [hit.card.key for hit in choice.edition.hits if hit.card.withdrawn]
    if not keys:
        return ""
    one, many = "was withdrawn by its authors and is", "were withdrawn by their authors and are"
    return f"{some(keys)} {one if len(keys) == 1 else many} left out."


def some(keys: Sequence[str]) -> str:
    """The first of these papers by their keys, and how many more there are."""
    named = [shortened(key, _LONGEST_HEAD) for key in keys[:_MOST_KEYS]]
    more = [f"{len(keys) - _MOST_KEYS:,} more"] if len(keys) > _MOST_KEYS else []
    return words.listed([*named, *more])


def coming(choice: Choice, cadence: str) -> str:
    """When there is more: of the days of a front by the ledger, else by the rhythm."""
    edition = choice.edition
    if cadence in _NEXT:
        return _NEXT[Cadence(cadence)]
    if edition.question.place == "search":
        return _NEXT_MATCH
    due = _due(edition)
    said = saying.nothing((), due) if due else ""
    return "" if said and said in edition.why_empty and not choice.picks else said


def _due(edition: Edition) -> datetime | None:
    return min((state.next_due for state in edition.ledger if state.next_due), default=None)
