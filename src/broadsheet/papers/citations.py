"""What a citation needs of a paper, and how names are parted."""

from dataclasses import dataclass

from broadsheet.kernel.identifiers import Identifier
from broadsheet.kernel.text import PARTICLES

_SUFFIXES = frozenset(("jr", "jr.", "sr", "sr.", "ii", "iii", "iv"))
_GROUPS = ("collaboration", "team", "group", "consortium", "committee", "project", "lab", "labs")


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation:
    """A paper as reference managers know it; all authors, in order."""

    key: str
    title: str
    abstract: str
    authors: tuple[str, ...]
    n_authors: int
    organization: str
    published: str
    identifiers: tuple[Identifier, ...]
    categories: tuple[str, ...]
    venue: str
    url: str

    @property
    def year(self) -> str:
        return self.published[:4]


@dataclass(frozen=True, slots=True)
class Name:
    """One author. A group, or a name of one word, has only a ``family``."""

    family: str
    given: str = ""
    group: bool = False

    @property
    def inverted(self) -> str:
        """``Family, Given``."""
        return f"{self.family}, {self.given}" if self.given else self.family


def part(author: str) -> Name:
    """Part a printed name into family and given names.

    Particles stay with the family name ("van Beethoven, Ludwig"), suffixes with the given
    one. Names of groups are not parted.
    """
    if "," in author:
        family, _, given = author.partition(",")
        return Name(family.strip(), given.strip())
    words = author.split()
    if len(words) < 2 or words[-1].lower() in _GROUPS:
        return Name(author, group=len(words) > 1)
    suffix = [words.pop()] if words[-1].lower() in _SUFFIXES and len(words) > 2 else []
    start = len(words) - 1
    while start > 1 and words[start - 1] in PARTICLES:
        start -= 1
    return Name(" ".join(words[start:]), " ".join((*words[:start], *suffix)))
