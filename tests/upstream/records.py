"""Papers as arXiv holds them, made from lines of the corpus or out of nothing."""

import hashlib
import itertools
import json
import random
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any, Final, Self

from tests.upstream import days

from broadsheet.sources import streams
from broadsheet.sources.jsonl.withdrawn import says_withdrawn

Line = Mapping[str, Any]  # one line of the corpus

EARLIEST: Final = date(2005, 9, 16)
_ANNOUNCED = re.compile(rb'"announced":"([0-9-]{10})"')
_LICENSES: Final = (
    "http://arxiv.org/licenses/nonexclusive-distrib/1.0/",
    "http://creativecommons.org/licenses/by/4.0/",
    "http://creativecommons.org/publicdomain/zero/1.0/",
)
_SUFFIXES: Final = frozenset(("Jr", "Jr.", "Sr", "Sr.", "II", "III", "IV"))
_PARTICLES: Final = frozenset(("da", "de", "del", "della", "den", "der", "di", "la", "van", "von"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """One version: ``at`` in UTC; ``source_type`` is I where it withdraws the paper."""

    number: int
    at: datetime
    title: str
    abstract: str
    authors: tuple[str, ...]
    comment: str = ""
    size_kb: int = 0
    source_type: str = "D"


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """One paper as it stands at a moment; ``modified`` is what its datestamp is made of."""

    id: str
    versions: tuple[Version, ...]
    categories: tuple[str, ...]
    modified: datetime
    doi: str = ""
    journal_ref: str = ""
    license: str = ""
    code_url: str = ""
    deleted: bool = False

    @property
    def newest(self) -> Version:
        return self.versions[-1]

    @property
    def title(self) -> str:
        return self.newest.title

    @property
    def abstract(self) -> str:
        return self.newest.abstract

    @property
    def authors(self) -> tuple[str, ...]:
        return self.newest.authors

    @property
    def comment(self) -> str:
        return self.newest.comment

    @property
    def withdrawn(self) -> bool:
        return self.newest.source_type == "I"

    @property
    def published(self) -> date:
        return self.versions[0].at.date()

    @property
    def updated(self) -> date:
        return self.newest.at.date()

    @property
    def datestamp(self) -> date:
        return self.modified.date()

    def changed(self, at: datetime, **values: Any) -> Self:
        """The paper with other facts and no new version: a new datestamp."""
        return replace(self, modified=at, **values)

    def replaced(self, at: datetime, **values: Any) -> Self:
        """The paper with one version more."""
        version = replace(self.newest, number=self.newest.number + 1, at=at, **values)
        return replace(self, modified=at, versions=(*self.versions, version))

    def withdraw(self, at: datetime) -> Self:
        """The paper withdrawn by its authors: one version more, without a text."""
        comment = "This paper has been withdrawn by the authors due to an error in Section 3"
        return self.replaced(at, comment=comment, size_kb=0, source_type="I")


def name_parts(name: str) -> tuple[str, str, str]:
    """A printed name as (forenames, keyname, suffix): joined by blanks, the name again."""
    words = name.split()
    suffix = words.pop() if len(words) > 1 and words[-1] in _SUFFIXES else ""
    cut = len(words) - 1
    while cut > 1 and words[cut - 1] in _PARTICLES:
        cut -= 1
    return " ".join(words[:cut]), " ".join(words[cut:]), suffix


def day_of(text: str) -> date | None:
    return date.fromisoformat(text) if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text) else None


def fresh(line: Line, day: date) -> Paper:
    """A paper on the day it is announced: its first version, submitted the day before."""
    draw = _draw(line["id"])
    at = _moment(min(day_of(line.get("published", "")) or day, day - 2 * days.DAY), draw)
    return _paper(line, (_version(line, at, draw),), days.released(day), draw)


def held(line: Line, before: date) -> Paper:
    """A paper announced long ago, with all its versions; last changed before a day."""
    draw = _draw(line["id"])
    last_day = before - 3 * days.DAY
    first = min(day_of(line.get("published", "")) or _month_of(line["id"]), last_day)
    last = min(max(day_of(line.get("updated", "")) or first, first), last_day)
    count = max(int(line.get("version", 1)), 2 if last > first else 1)
    steps = [first + (last - first) * n // max(count - 1, 1) for n in range(count)]
    at = sorted(_moment(step, draw) for step in steps)
    withdrawn = says_withdrawn(line["title"], line.get("abstract", ""), line.get("comment", ""))
    versions = [replace(_version(line, one, draw), number=n) for n, one in enumerate(at, 1)]
    if withdrawn:
        versions[-1] = replace(versions[-1], source_type="I", size_kb=0)
    modified = max(versions[-1].at + days.DAY, datetime.combine(EARLIEST, time(12), UTC))
    return _paper(line, tuple(versions), modified, draw)


def _paper(
    line: Line, versions: tuple[Version, ...], modified: datetime, draw: random.Random
) -> Paper:
    return Paper(
        id=line["id"],
        versions=versions,
        categories=tuple(line.get("categories", ())) or ("cs.LG",),
        modified=modified,
        doi=line.get("doi", ""),
        journal_ref=line.get("journal_ref", ""),
        license=draw.choice(_LICENSES) if draw.random() < 0.98 else "",
        code_url=line.get("code_url", ""),
    )


def _version(line: Line, at: datetime, draw: random.Random) -> Version:
    return Version(
        number=1,
        at=at,
        title=line["title"],
        abstract=line.get("abstract", ""),
        authors=tuple(line.get("authors", ())),
        comment=line.get("comment", ""),
        size_kb=draw.randint(20, 9_000),
    )


def _draw(paper_id: str) -> random.Random:
    return random.Random(int.from_bytes(hashlib.sha256(paper_id.encode()).digest()[:8], "big"))


def _moment(day: date, draw: random.Random) -> datetime:
    return datetime.combine(day, time(), UTC) + timedelta(seconds=draw.randrange(86_400))


def _month_of(paper_id: str) -> date:
    digits = paper_id.rpartition("/")[2][:4]
    year = int(digits[:2])
    return date(year + (1900 if year > 90 else 2000), int(digits[2:]), 15)


def corpus(shared: Path, count: int, start: date) -> list[Line]:
    """Real papers: all that were announced from ``start`` on, and older ones up to ``count``.

    Only what is chosen is read as JSON: the corpus is much longer than most tests need.
    """
    parts = sorted((shared / "corpus").glob("arxiv-*.jsonl.zst"), reverse=True)
    first = start.isoformat().encode()
    coming: list[bytes] = []
    older: list[bytes] = []
    for _, line in itertools.chain.from_iterable(map(streams.lines, parts)):
        if line is None:
            continue
        announced = _ANNOUNCED.search(line)
        is_coming = announced is not None and announced[1] >= first
        if len(found := coming if is_coming else older) < count:
            found.append(line)
    chosen = coming[:count]
    return [json.loads(line) for line in older[: count - len(chosen)] + chosen]


_WORDS: Final = """
    sparse attention entropy lattice transport operators random graphs galaxies noisy spectra
    learning bounds for quantum walks on manifolds with few labels under shift of domains
""".split()  # noqa: SIM905  # words are read more easily than a list of them
_NAMES: Final = (
    ("Ada", "Élodie", "Jürgen", "Mei-Ling", "Søren", "José M.", "Anna K.", "Wei", "Ilya", "Zoë"),
    ("Müller", "van der Berg", "Çelik", "Nguyễn", "O'Neil", "de la Cruz", "Wang", "Ostrowski Jr"),
)
_CATEGORIES: Final = (
    ("cs.CL", "cs.LG"),
    ("cs.CV",),
    ("cs.LG", "stat.ML"),
    ("math-ph", "math.MP"),
    ("cond-mat.mtrl-sci", "physics.chem-ph"),
    ("hep-th",),
)


def generated(count: int, *, start: date, days_ahead: int = 10, per_day: int = 12) -> list[Line]:
    """So many papers of our own making, like lines of the corpus.

    ``per_day`` of them for each of ``days_ahead`` calendar days from ``start`` on (a weekend's
    go to the next listing), the others announced before; ids are unique for all counts below
    90,000 a month.
    """
    coming = [start + n * days.DAY for n in range(days_ahead) for _ in range(per_day)][:count]
    older = [start - days.DAY * (2 + n // 40) for n in range(count - len(coming))]
    numbers: dict[str, Iterator[int]] = {}
    return [_invented(day, numbers) for day in (*reversed(older), *coming)]


def _invented(day: date, numbers: dict[str, Iterator[int]]) -> Line:
    month = f"{day:%y%m}"
    number = next(numbers.setdefault(month, itertools.count(10_001)))
    paper_id = f"{month}.{number}"
    draw = _draw(paper_id)
    line = {
        "id": paper_id,
        "title": _sentence(draw, 6) + (" in $L^p$ with $p<2$" if number % 7 == 0 else ""),
        "abstract": ". ".join(_sentence(draw, 14) for _ in range(3)) + " & more, at 5 < 7.",
        "authors": _authors(draw),
        "categories": list(_CATEGORIES[number % len(_CATEGORIES)]),
        "published": (day - 2 * days.DAY).isoformat(),
        "announced": day.isoformat(),
    }
    if number % 3 == 0:
        line["comment"] = f"{number % 40 + 5} pages, {number % 9} figures"
    if number % 5 == 0:
        line["code_url"] = f"https://github.com/lab-{number % 50}/code-{number}"
    return line


def _authors(draw: random.Random) -> Sequence[str]:
    first, last = _NAMES
    return [f"{draw.choice(first)} {draw.choice(last)}" for _ in range(draw.randint(1, 6))]


def _sentence(draw: random.Random, words: int) -> str:
    return " ".join(draw.choices(_WORDS, k=words)).capitalize()
