"""The world behind the upstreams: papers, what happened to them by when, and a clock."""

import random
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final, Literal

from tests.upstream import days, records, taxonomy
from tests.upstream.records import Line, Paper

Kind = Literal["new", "cross", "replace", "replace-cross"]
KINDS: Final = ("new", "cross", "replace", "replace-cross")
_MOST_VERSIONS: Final = 5  # what is replaced for the sixth time is not announced


@dataclass(frozen=True, slots=True, kw_only=True)
class Habits:
    """How much happens by itself: on a day of announcements, and on any day at 15:00 UTC."""

    replaced: int = 3
    withdrawn: int = 1
    crosslisted: int = 1
    published: int = 1  # a DOI and a journal appear; never announced
    restamped: int = 2  # nothing changes but the datestamp


CALM: Final = Habits(replaced=0, withdrawn=0, crosslisted=0, published=0, restamped=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """A paper in the listing of a day, as it stood then; ``among`` are the categories it is
    listed under."""

    paper: Paper
    action: Literal["new", "cross", "replace"]
    among: frozenset[str]

    def kind(self, asked: frozenset[str]) -> Kind | None:
        """How a feed of these categories names it; None where it is not in that feed."""
        if not self.among & asked:
            return None
        primary = self.paper.categories[0] in asked
        if self.action == "replace":
            return "replace" if primary else "replace-cross"
        return "new" if primary and self.action == "new" else "cross"


@dataclass(frozen=True, slots=True, kw_only=True)
class Truth:
    """What is so at a moment, and what was announced on every day up to it."""

    now: datetime
    papers: Mapping[str, Paper]
    listings: Mapping[date, Mapping[str, Listing]]

    def announced(self, day: date, *specs: str) -> dict[str, Kind]:
        """Ids with their kinds in the order of the feed; of all archives if none is named.

        Replacements beyond the fifth version are held and never announced.
        """
        return self.kinds(day, taxonomy.asked_for("+".join(specs or taxonomy.ARCHIVES)))

    def kinds(self, day: date, asked: frozenset[str]) -> dict[str, Kind]:
        """The same, of categories together with their other names."""
        kinds = {
            listing.paper.id: kind
            for listing in self.listings.get(day, {}).values()
            if (kind := listing.kind(asked))
            if listing.action != "replace" or listing.paper.newest.number <= _MOST_VERSIONS
        }
        return dict(sorted(kinds.items(), key=lambda item: (KINDS.index(item[1]), item[0])))

    @property
    def withdrawn(self) -> set[str]:
        return {paper.id for paper in self.papers.values() if paper.withdrawn}


@dataclass(slots=True)
class Archive:
    """Papers that change as the clock is moved. The same lines and seed live the same life."""

    lines: Iterable[Line]
    start: date
    seed: int = 0
    habits: Habits = field(default_factory=Habits)
    deferred: frozenset[date] = days.DEFERRED
    now: datetime = field(init=False)
    papers: dict[str, Paper] = field(init=False, default_factory=dict)
    listings: dict[date, dict[str, Listing]] = field(init=False, default_factory=dict)
    revision: int = field(init=False, default=0)
    _coming: dict[date, list[Line]] = field(init=False)
    _asked: list[tuple[str, Callable[[Paper, datetime], Paper]]] = field(init=False)
    _sorted: tuple[int, list[Paper]] = field(init=False, default=(-1, []))

    def __post_init__(self) -> None:
        """Put in what was announced before the first day; the clock shows noon UTC of it."""
        self._coming, self._asked = defaultdict(list), []
        first = self.start.isoformat()
        for line in self.lines:
            announced = line.get("announced", "")
            if announced >= first:
                day = days.next_announced(date.fromisoformat(announced), self.deferred)
                self._coming[day].append(line)
            else:
                self.papers[line["id"]] = records.held(line, self.start)
        self.now = datetime.combine(self.start, time(), UTC)
        self.move_to(self.now + timedelta(hours=12))

    def move_to(self, moment: datetime) -> None:
        """Let everything happen up to a moment; the clock never goes back."""
        day = self.now.date() - days.DAY
        while day <= moment.date() + days.DAY:
            for at, happen in self._events(day):
                if self.now < at <= moment:
                    self.now = at
                    happen(day, random.Random(f"{self.seed}/{at}"))
                    self.revision += 1
            day += days.DAY
        self.now = max(self.now, moment)

    def _events(self, day: date) -> Iterable[tuple[datetime, Callable[..., None]]]:
        if days.is_announced(day, self.deferred):
            yield days.released(day), self._announce
        yield datetime.combine(day, time(15), UTC), self._amend

    def _announce(self, day: date, draw: random.Random) -> None:
        """The listing of a day: what is new, what was asked for, and what habit brings."""
        changed = self._habitual(draw)
        listing: dict[str, Listing] = {}
        for paper_id, change in [*self._asked, *changed]:
            if paper_id in listing:
                continue
            before, paper = self.papers[paper_id], change(self.papers[paper_id], self.now)
            added = frozenset(paper.categories) - frozenset(before.categories)
            self.papers[paper_id] = paper
            action = "replace" if len(paper.versions) > len(before.versions) else "cross"
            listing[paper_id] = Listing(
                paper=paper, action=action, among=added or frozenset(paper.categories)
            )
        for line in self._coming.pop(day, ()):
            paper = self.papers[line["id"]] = records.fresh(line, day)
            listing[paper.id] = Listing(
                paper=paper, action="new", among=frozenset(paper.categories)
            )
        self._asked.clear()
        self.listings[day] = listing

    def _habitual(
        self, draw: random.Random
    ) -> list[tuple[str, Callable[[Paper, datetime], Paper]]]:
        habits = self.habits
        changes = ([_revise] * habits.replaced + [Paper.withdraw] * habits.withdrawn) + [
            _crosslist
        ] * habits.crosslisted
        return list(zip(self._some(draw, len(changes)), changes, strict=False))

    def _amend(self, _: date, draw: random.Random) -> None:
        habits = self.habits
        for n, paper_id in enumerate(self._some(draw, habits.published + habits.restamped)):
            number = draw.randrange(10**6)
            more = {
                "doi": f"10.5555/{number}",
                "journal_ref": f"J. Imag. Res. {number % 90} (2026)",
            }
            self.papers[paper_id] = self.papers[paper_id].changed(
                self.now, **more if n < habits.published else {}
            )

    def _some(self, draw: random.Random, count: int) -> list[str]:
        """Ids of papers that are neither withdrawn nor deleted, by lot; fewer if there are few."""
        if not count:
            return []
        ids = list(self.papers)
        drawn = draw.sample(ids, min(len(ids), 3 * count))
        whole = [one for one in drawn if not self.papers[one].withdrawn]
        return [one for one in whole if not self.papers[one].deleted][:count]

    def change(self, paper_id: str, **values: Any) -> None:
        """Other facts at once: a new datestamp, no version, no announcement."""
        self.papers[paper_id] = self.papers[paper_id].changed(self.now, **values)
        self.revision += 1

    def at_next_listing(self, paper_id: str, change: Callable[[Paper, datetime], Paper]) -> None:
        """Have a paper replaced or withdrawn in the next listing."""
        self._asked.append((paper_id, change))

    def in_order(self) -> list[Paper]:
        """All papers by the moment of their last change, then by id."""
        revision, papers = self._sorted
        if revision != self.revision:
            papers = sorted(self.papers.values(), key=lambda paper: (paper.modified, paper.id))
            self._sorted = (self.revision, papers)
        return papers

    def truth(self) -> Truth:
        return Truth(now=self.now, papers=dict(self.papers), listings=dict(self.listings))


def _revise(paper: Paper, at: datetime) -> Paper:
    """A new version: another title, abstract or author, by the number of the version."""
    newest = paper.newest
    match newest.number % 3:
        case 0:
            values: dict[str, Any] = {"title": f"{newest.title}, Revisited"}
        case 1:
            values = {"abstract": f"{newest.abstract} This version corrects Table 2."}
        case _:
            values = {"authors": (*newest.authors, "Nora Newcomer")}
    return paper.replaced(at, size_kb=newest.size_kb + 7, **values)


def _crosslist(paper: Paper, at: datetime) -> Paper:
    added = "cs.DL" if "cs.DL" not in paper.categories else "cs.SI"
    return paper.changed(at, categories=(*paper.categories, added))
