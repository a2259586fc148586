"""When two records without a common identifier speak of one work.

The rule is symmetric and looks at two records only, so that the order in which records come
does not matter. Plain Python: no database. ``docs/merging.md`` says the same in prose.
"""

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Final, Literal, NamedTuple

from broadsheet.kernel import mathml
from broadsheet.kernel.text import fold, title_key
from broadsheet.papers.authors import Shared, shared
from broadsheet.sources.contract import Record

MOST_YEARS: Final = 3
"""Years between the first preprint and the last printing of one work, at most."""

_TITLE_WORDS: Final = 5
_ABSTRACT_WORDS: Final = 15

_FEW: Final = 2

# Shares of the shorter abstract's words: below the first another work by the same people, above
# the last the same text.
_OTHER: Final = 0.15
_UNLIKE: Final = 0.3
_ALIKE: Final = 0.5
_SAME: Final = 0.8
# Shares of the words that either title holds.
_TITLES_ALIKE: Final = 0.5
_TITLES_NEAR: Final = 0.4

_STATUS: Final = re.compile(
    r"^\W*(?:retracted|withdrawn)\b(?: (?:article|paper))?\W+(?=\w)", re.IGNORECASE
)
_WORD: Final = re.compile(r"[^\W_]+")
_NUMBER: Final = re.compile(r"\d+|[ivx]{1,4}")
# Words that make another work of the same title: an answer to it, a part, another length.
_KINDS: Final = frozenset(
    _WORD.findall(
        "abstract addendum addenda appendix comment commentary comments companion corrections"
        " correction corrigendum corrigenda demo demonstration discussion errata erratum"
        " extended keynote long notes part poster preliminary rejoinder remark remarks reply"
        " response retraction review revised revisited short summary supplement supplementary"
        " supplemental survey tutorial update updated version volume one two three four five"
        " first second third"
    )
)
# A title of nothing but such words names no work.
_GENERIC: Final = frozenset(
    _WORD.findall(
        "a abstract abstracts acknowledgments acknowledgements address addendum an and"
        " announcement announcements annual appendix article articles author authors"
        " bibliography book books by chair chairs comment comments committee conclusion"
        " conclusions conference contents contributed contributors correction corrections"
        " corrigendum cover dedication demonstration demonstrations demos discussion editor"
        " editorial editors errata erratum final for foreword from front guest in index"
        " international introduction introductory invited issue keynote lecture lectures"
        " letter list matter message miscellany note notes obituary of on opening organizers"
        " overview panel papers plenary poster posters preface president program programme"
        " proceedings publisher received recent rejoinder remarks reply report reports"
        " response review reviewers reviews s session sessions special speaker speakers"
        " summary symposium system table talk talks task the to track tutorial tutorials"
        " volume welcome workshop workshops"
    )
)

Verdict = Literal["one", "near"]


class Likeness(NamedTuple):
    """``one``: the same work; ``near``: a person should look.

    ``weak`` rests on the title alone; ``evidence`` says in words what was compared.
    """

    verdict: Verdict
    how: str
    evidence: str
    weak: bool = False


def plain_title(title: str) -> str:
    """The title without LaTeX, and without a word on its being retracted; "&" reads "and"."""
    text = mathml.plain(title) if "$" in title or "\\" in title or "{" in title else title
    text = _STATUS.sub("", text)
    return text.replace("&", " and ") if "&" in text else text


def key(title: str) -> str:
    """Equal for titles that differ in case, accents, punctuation, spaces and LaTeX only."""
    return title_key(plain_title(title))


def is_generic(title: str) -> bool:
    """Say whether a title ("Preface", "Introduction to the special issue") names no work."""
    return all(word.isdigit() or word in _GENERIC for word in words(title))


@lru_cache(maxsize=4_096)
def words(title: str) -> tuple[str, ...]:
    """The folded words of a title."""
    return tuple(_WORD.findall(fold(plain_title(title))))


def compare(one: Record, other: Record) -> Likeness | None:
    """Say whether two records speak of one work, by title, authors, years and abstract.

    None where nothing speaks for it. Identifiers are not looked at: see ``rules.contradict``.
    """
    gap = _years_apart(one, other)
    if key(one.title) != key(other.title):
        return _other_title(one, other) if gap <= MOST_YEARS else None
    if is_generic(one.title):
        return None
    if one.authors and other.authors:
        return _same_title(one, other, gap)
    return _nameless(one, other, gap)


def together(said: Iterable[Likeness | None]) -> Likeness | None:
    """How a record stands to a paper, from its likeness to each record of the paper.

    One firm likeness is enough. A weak one is not where any other record of the paper differs.
    """
    found = list(said)
    known = [likeness for likeness in found if likeness]
    ones = [likeness for likeness in known if likeness.verdict == "one"]
    if len(ones) < len(found):
        ones = [likeness for likeness in ones if not likeness.weak]
    near = [likeness for likeness in known if likeness.verdict == "near"]
    return min(ones or near, key=lambda one: (strength(one), one.evidence), default=None)


def strength(likeness: Likeness) -> tuple[bool, bool, bool]:
    """Smaller is stronger."""
    return likeness.verdict != "one", likeness.weak, likeness.how != "title"


def _years_apart(one: Record, other: Record) -> int:
    """0 where one of the years is unknown."""
    if not one.published or not other.published:
        return 0
    return abs(int(one.published[:4]) - int(other.published[:4]))


def _same_title(one: Record, other: Record, gap: int) -> Likeness | None:
    common = shared(one.authors, other.authors)
    said = abstracts_alike(one.abstract, other.abstract)
    evidence = f"equal title, {_told(common, said, one, other)}"
    if gap > MOST_YEARS:
        return Likeness("near", "title", evidence) if common.found == common.of else None
    agree = (common.first or common.found > 1) and common.found * 2 >= common.of
    if common.found and said is not None and said >= _SAME:
        return Likeness("one", "title", evidence)
    if agree and _tells(len(words(one.title)), common, said, gap):
        return Likeness("one", "title", evidence)
    return Likeness("near", "title", evidence) if common.found else None


def _tells(length: int, common: Shared, said: float | None, gap: int) -> bool:
    """Say whether an equal title of so many words, by agreeing authors, is enough.

    A short title, years between, or few authors ask for more.
    """
    everybody = common.found == common.of
    listed = common.of if gap <= 1 else common.longest
    several = common.found > 1 and common.found * 5 >= listed * 4
    is_long = length >= _TITLE_WORDS
    if said is not None:
        if several:
            return said >= (_OTHER if is_long else _UNLIKE)
        return said >= (_UNLIKE if is_long and gap <= 1 else _ALIKE)
    if is_long:
        return gap <= 1 or several
    if several:
        return length > 1 and (gap <= 1 or common.of > _FEW)
    return everybody and common.first and length > _FEW and gap <= 1


def _nameless(one: Record, other: Record, gap: int) -> Likeness | None:
    """The very same title, or an equal long one, where one side names nobody.

    The abstract of a very same title may be a summary by somebody else.
    """
    said = abstracts_alike(one.abstract, other.abstract)
    long = len(words(one.title)) >= _TITLE_WORDS and (said is None or said >= _ALIKE)
    if gap > 1 or not (long or one.title == other.title):
        return None
    evidence = f"equal title, no authors to compare; {_years(one, other)}"
    return Likeness("one", "title only", evidence, weak=True)


def _other_title(one: Record, other: Record) -> Likeness | None:
    if not titles_near(one.title, other.title):
        return None
    common = shared(one.authors, other.authors)
    said = abstracts_alike(one.abstract, other.abstract)
    if not common.found or common.found != common.of or said is None or said < _ALIKE:
        return None
    alike, continued = _overlap(one.title, other.title), _continues(one.title, other.title)
    titles = "one title continues the other" if continued else f"{alike:.0%} of the titles' words"
    evidence = f"{titles}, {_told(common, said, one, other)}"
    sure = said >= _SAME and (alike >= _TITLES_ALIKE or continued)
    return Likeness("one" if sure else "near", "abstract", evidence)


def titles_near(one: str, other: str) -> bool:
    """Say whether two titles share many words, and no number or kind tells them apart."""
    alike = _overlap(one, other) >= _TITLES_NEAR or _continues(one, other)
    return alike and _marks(one) == _marks(other)


def _continues(one: str, other: str) -> bool:
    """Say whether one title, of two words at least, is the beginning of the other."""
    short, long = sorted((words(one), words(other)), key=len)
    return len(short) > 1 and long[: len(short)] == short


def _overlap(one: str, other: str) -> float:
    ours, theirs = set(words(one)), set(words(other))
    return len(ours & theirs) / (len(ours | theirs) or 1)


def _marks(title: str) -> frozenset[str]:
    return frozenset(w for w in words(title) if w in _KINDS or _NUMBER.fullmatch(w))


def abstracts_alike(one: str, other: str) -> float | None:
    """The share of the shorter abstract's words that the other holds; None for too few words."""
    ours, theirs = _said(one), _said(other)
    if min(len(ours), len(theirs)) < _ABSTRACT_WORDS:
        return None
    return len(ours & theirs) / min(len(ours), len(theirs))


def _said(abstract: str) -> set[str]:
    return {word for word in _WORD.findall(fold(abstract)) if len(word) > 3}


def _told(common: Shared, said: float | None, one: Record, other: Record) -> str:
    about = "" if said is None else f", {_share(said)}"
    return f"{common.found} of {common.of} authors shared{about}; {_years(one, other)}"


def _share(said: float) -> str:
    return f"{said:.0%} of the shorter abstract's words in the other"


def _years(one: Record, other: Record) -> str:
    first, second = sorted((one.published[:4] or "unknown", other.published[:4] or "unknown"))
    return f"years {first} and {second}"
