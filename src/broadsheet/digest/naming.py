"""What a letter is called: its name, its subject, and the sentences about it as a whole."""

from datetime import datetime
from typing import Final

from broadsheet.digest.models import Cadence
from broadsheet.digest.types import Choice
from broadsheet.editions import wording
from broadsheet.editions.addresses import named_field
from broadsheet.editions.titles import asked
from broadsheet.editions.types import Edition
from broadsheet.fields import field as field_named
from broadsheet.harvest import saying
from broadsheet.kernel import words
from broadsheet.kernel.mathml import plain
from broadsheet.kernel.text import clean, plural
from broadsheet.search.ranking.recipes import RECIPES

LONGEST_SUBJECT: Final = 78
_LEAST_TITLE: Final = 12
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


def subject(choice: Choice) -> str:
    """One line of at most 78 characters, with as much of the first title as there is room for."""
    named, count = name(choice), len(choice.picks)
    if choice.edition.question.place == "search":
        what = "1 new paper: " if count == 1 else f"{words.count(count, 'new paper')}: "
        return _short(what.capitalize() + named, LONGEST_SUBJECT)
    if not count:
        what = "nothing new to you" if choice.sent_before else "no papers"
        return f"{_short(named, LONGEST_SUBJECT - len(what) - 2)}: {what}"
    papers = plural(choice.edition.length, "paper")
    first = choice.picks[0].hit
    begun = f"{papers}, {'led by' if first.rank == 1 else 'among them'} "
    told = f"{_short(named, LONGEST_SUBJECT - len(begun) - _LEAST_TITLE - 2)}: {begun}"
    return f"{told}{_short(_head(first.card.title), LONGEST_SUBJECT - len(told))}"


def papers(choice: Choice) -> str:
    """How many there are: ``27 papers``, of a search how many are new."""
    if choice.edition.question.place == "search":
        return words.count(len(choice.picks), "new paper")
    return words.count(choice.edition.length, "paper")


def _head(title: str) -> str:
    """A title up to its colon, where that is how one speaks of the paper."""
    said = clean(plain(title))
    head, colon, _ = said.partition(": ")
    return head if colon and 1 < len(head) <= _LONGEST_HEAD else said


def _short(text: str, longest: int) -> str:
    """The text, or as many of its words as there is room for."""
    if len(text) <= longest:
        return text
    cut = text[: longest - 2]
    return f"{(cut.rpartition(' ')[0] or cut).rstrip(' ,;:')} …"


def opening(choice: Choice, count: int) -> str:
    """What the letter holds, in a sentence or two; ``count`` papers could be set."""
    edition = choice.edition
    if not count:
        return _nothing(choice)
    by = RECIPES[edition.recipe].label
    if edition.question.place == "search":
        matches = "new paper matches" if count == 1 else "new papers match"
        said = f"{count:,} {matches} {name(choice)}."
    elif count == edition.length:
        all_of = f"All {count:,} papers" if count > 1 else "The one paper"
        said = f"{all_of} of this edition, ranked by {by}."
    else:
        said = f"{count:,} of {plural(edition.length, 'paper')}, ranked by {by}."
    return " ".join(filter(None, (said, _before(choice), _stale(edition))))


def _nothing(choice: Choice) -> str:
    if choice.edition.length and choice.sent_before:
        return _before(choice)
    if choice.edition.question.place == "search":
        return f"Nothing new matches {name(choice)}."
    return " ".join((wording.nothing(choice.edition), choice.edition.why_empty)).strip()


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
    were = (
        "was withdrawn by its authors and is"
        if len(keys) == 1
        else ("were withdrawn by their authors and are")
    )
    return f"{words.listed(keys)} {were} left out."


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
