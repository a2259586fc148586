"""One batch of records on its way into the catalogue: match, resolve, write.

Everything is read in a few queries, decided in memory, and written in bulk, so that a batch
costs the same number of statements however many records it holds. ``actions.ingest`` calls
this inside one transaction.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from operator import attrgetter
from typing import NamedTuple

from django.db.models.base import ModelState

from broadsheet.kernel.identifiers import Identifier as Named
from broadsheet.kernel.identifiers import stored
from broadsheet.papers import bulk, history, likeness, rules
from broadsheet.papers.candidates import Asked, Candidates
from broadsheet.papers.likeness import Likeness
from broadsheet.papers.models import Identifier, Merge, NearMiss, Paper, Record
from broadsheet.papers.packing import packed
from broadsheet.papers.queries import known
from broadsheet.papers.refresh import append_changes, refresh
from broadsheet.sources.contract import Record as Said

_INDEXED_SIGNALS = frozenset(("votes", "comments"))
_COLUMNS = tuple(f.attname for f in Paper._meta.concrete_fields)  # noqa: SLF001  # documented
_EMPTY = {**dict.fromkeys(_COLUMNS), "key": ""}

Name = tuple[str, str]
"""Source and id: what names a record in its source for ever."""


class Word(NamedTuple):
    """The newest that is known of one name."""

    seen_at: datetime
    turn: int
    digest: int


@dataclass(slots=True)
class Row:
    """A record on its way to becoming a row; ``number`` is its primary key once it has one."""

    said: Said
    digest: int
    turn: int
    marks: rules.Marks
    number: int = 0


@dataclass(slots=True, eq=False)
class Work:
    """A paper this batch touches, with what the batch adds to it."""

    paper: Paper
    is_new: bool
    rows: list[Row] = field(default_factory=list)
    named: set[Named] = field(default_factory=set)
    matches: list[tuple[Likeness, Row]] = field(default_factory=list)
    changed: bool = False


class Absorption(NamedTuple):
    """A record of paper ``one`` speaks of paper ``other`` too: the two may be one."""

    one: Paper
    other: Paper
    why: Likeness


class Batch:
    """Sorts records to papers, then writes all of it. Use once.

    ``returned`` is kept through a whole import: by name, the digest of a held word that came
    again after another one of the same moment, and was not followed by it again.
    """

    def __init__(self, records: Sequence[Said], now: datetime, returned: dict[Name, int]) -> None:
        self.now = now
        self.records = records
        self._returned = returned
        self.counts: defaultdict[str, int] = defaultdict(int)
        self._digests = [rules.digest(record.raw) for record in records]
        self._works: dict[int, Work] = {}
        self._new: list[Work] = []
        self.absorptions: list[Absorption] = []
        self._near: list[tuple[Work, Work, str]] = []
        self._read_records()
        self._read_identifiers()
        self._read_likely()

    # Reading

    def _read_records(self) -> None:
        """Which of these records, or earlier ones of the same source and id, are held."""
        self._held: set[tuple[str, str, int]] = set()
        self._home: dict[Name, Work] = {}
        self._newest: dict[Name, Word] = {}
        by_source: defaultdict[str, set[str]] = defaultdict(set)
        for record in self.records:
            by_source[record.source].add(record.source_id)
        homes: dict[Name, int] = {}
        for source, ids in by_source.items():
            for word in known.words(source, ids):
                name = source, word.source_id
                self._held.add((*name, word.digest))
                self._newest[name] = Word(word.seen_at, word.turn, word.digest)
                homes[name] = word.paper
        fresh = {
            homes[r.source, r.source_id]
            for r, digest in zip(self.records, self._digests, strict=True)
            if (r.source, r.source_id) in homes
            and (r.source, r.source_id, digest) not in self._held
        }
        self._load(fresh)
        self._home = {name: self._works[p] for name, p in homes.items() if p in self._works}

    def _read_identifiers(self) -> None:
        self._owners: dict[Named, Work] = {}
        by_scheme: defaultdict[str, set[str]] = defaultdict(set)
        for record, digest in zip(self.records, self._digests, strict=True):
            if (record.source, record.source_id, digest) not in self._held:
                for named in record.identifiers:
                    by_scheme[named.scheme].add(named.value)
        owners: dict[Named, int] = {}
        for scheme, values in by_scheme.items():
            for value, paper in known.owners(scheme, values).items():
                owners[stored(scheme, value)] = paper
        self._load(set(owners.values()))
        self._stored = frozenset(owners)
        self._owners = {named: self._works[paper] for named, paper in owners.items()}

    def _read_likely(self) -> None:
        """Records held that may speak of the same works as the new words among these."""
        self._marks: dict[tuple[str, str, int], rules.Marks] = {}
        asked: list[Asked] = []
        for record, digest in zip(self.records, self._digests, strict=True):
            name = (record.source, record.source_id)
            if (*name, digest) in self._held:
                continue
            marks = rules.marks(record)
            self._marks[*name, digest] = marks
            works = [self._home.get(name), *map(self._owners.get, record.identifiers)]
            own = frozenset(work.paper.pk for work in works if work)
            asked.append(Asked(record, marks, own))
        self._candidates: Candidates[Work] = Candidates(asked)
        self._load(self._candidates.papers())
        self._candidates.take(self._works)

    def _load(self, papers: Iterable[int]) -> None:
        wanted = set(papers) - set(self._works)
        if not wanted:
            return
        for paper in Paper.objects.filter(pk__in=wanted):
            self._works[paper.pk] = Work(paper=paper, is_new=False)
        rows = Identifier.objects.filter(paper__in=wanted)
        for scheme, value, paper_id in rows.values_list("scheme", "value", "paper_id"):
            self._works[paper_id].named.add(stored(scheme, value))

    # Deciding

    def sort(self) -> None:
        """Give every record to a paper, old or new, and count what that made of it."""
        for record, digest in zip(self.records, self._digests, strict=True):
            name = (record.source, record.source_id)
            if (*name, digest) in self._held:
                self.counts["unchanged"] += 1
                self._hear_again(name, record, digest)
                continue
            row = Row(record, digest, self._hear(name, record, digest), self._marks[*name, digest])
            work = self._place(row)
            work.rows.append(row)
            self._home[name] = work
            self._claim(work, record)
            self._candidates.add(record, row.marks, work)

    def _hear(self, name: Name, record: Said, digest: int) -> int:
        """Note a new word; gives its turn among those of the same moment."""
        self._held.add((*name, digest))
        newest = self._newest.get(name)
        turn = newest.turn if newest and newest.seen_at == record.seen_at else 0
        if newest is None or newest.seen_at <= record.seen_at:
            self._newest[name] = Word(record.seen_at, turn, digest)
            self._returned.pop(name, None)
        return turn

    def _hear_again(self, name: Name, record: Said, digest: int) -> None:
        """Note a word that is held. It may be the one that the source has returned to."""
        newest = self._newest[name]
        if newest.digest == digest:
            self._returned.pop(name, None)
        elif newest.seen_at == record.seen_at:
            self._returned[name] = digest

    def _place(self, row: Row) -> Work:
        """The paper of a record; others that it speaks of as well are noted."""
        record = row.said
        alike = self._alike(row)
        ones = [found for found in alike if found[0].verdict == "one"]
        work = self._home.get((record.source, record.source_id))
        owned = next((n for n in record.identifiers if self._is_owned(n, record)), None)
        if work is not None:
            self.counts["updated"] += 1
        elif owned is not None:
            work = self._owners[owned]
            self._match(work, Likeness("one", "identifier", f"both are {owned}"), row)
        elif ones and not (ones[0][0].weak and len(ones) > 1):
            why, work = ones[0]
            self._match(work, why, row)
        else:
            work = self._found(record)
        self._note(work, alike)
        return work

    def _match(self, work: Work, why: Likeness, row: Row) -> None:
        work.matches.append((why, row))
        self.counts["merged"] += 1

    def _is_owned(self, named: Named, record: Said) -> bool:
        """Say whether an identifier leads to a paper that the record can be."""
        owner = self._owners.get(named)
        return owner is not None and not rules.contradict(record.identifiers, owner.named)

    def _alike(self, row: Row) -> list[tuple[Likeness, Work]]:
        """The papers that a record is like, without those it cannot be, most alike first."""
        found: dict[Work, list[Likeness | None]] = {}
        for said, work in self._candidates.of(row.said, row.marks):
            found.setdefault(work, []).append(likeness.compare(row.said, said))
        alike = [
            (why, work)
            for work, compared in found.items()
            if (why := likeness.together(compared))
            and not rules.contradict(row.said.identifiers, work.named)
        ]
        return sorted(alike, key=lambda found: likeness.strength(found[0]))

    def _note(self, work: Work, alike: list[tuple[Likeness, Work]]) -> None:
        """Note the other papers that a record of this one is like: the same, or near misses."""
        for why, other in alike:
            if other is work:
                continue
            if why.verdict == "one" and not why.weak:
                self.absorptions.append(Absorption(work.paper, other.paper, why))
            else:
                self._near.append((work, other, why.evidence))

    def _found(self, record: Said) -> Work:
        """Found a new paper; its key is given when the batch is written."""
        paper = Paper.__new__(Paper)  # Paper() takes its time over each argument
        paper._state = ModelState()  # noqa: SLF001  # as Paper() does
        vars(paper).update(_EMPTY, **rules.resolve([record]))
        paper.added_at = paper.changed_at = self.now
        work = Work(paper=paper, is_new=True)
        self._new.append(work)
        self.counts["new"] += 1
        return work

    def _claim(self, work: Work, record: Said) -> None:
        """Note the record's identifiers; one that another paper holds makes the two one."""
        for named in record.identifiers:
            owner = self._owners.get(named, work)
            if owner is work:
                self._owners[named] = work
                work.named.add(named)
            elif self._is_owned(named, record) and not rules.contradict(work.named, owner.named):
                why = Likeness("one", "identifier", f"both are {named}")
                self.absorptions.append(Absorption(work.paper, owner.paper, why))

    # Writing

    def write(self) -> None:
        """Write all of it. ``absorptions`` then names the papers that turned out to be one."""
        self._write_papers()
        touched = [w for w in (*self._new, *self._works.values()) if w.rows]
        self._write_records(touched)
        self._write_identifiers(touched)
        resolved = [w for w in touched if not w.is_new or len(w.rows) > 1]
        at_hand = {row.number: row.said for work in resolved for row in work.rows}
        changed = refresh([work.paper for work in resolved], self.now, at_hand)
        for work in resolved:
            work.changed |= work.paper.pk in changed
        self._write_history(touched)
        self._write_merges(touched)
        self._write_near_misses()
        append_changes([work.paper.pk for work in touched if work.changed], "paper", self.now)

    def _write_papers(self) -> None:
        wanted = [rules.wanted_key(work.rows[0].said) for work in self._new]
        taken = taken_keys(wanted)
        numbers = bulk.numbers(Paper, len(wanted))
        for work, key, number in zip(self._new, wanted, numbers, strict=True):
            work.paper.pk = number
            work.paper.key = free_key(key, taken)
            taken.add(work.paper.key)
            work.changed = True
        values = attrgetter(*_COLUMNS)
        bulk.insert(Paper, _COLUMNS, (values(work.paper) for work in self._new))

    def _write_records(self, touched: list[Work]) -> None:
        rows = [(work, row) for work in touched for row in work.rows]
        for (_, row), number in zip(rows, bulk.numbers(Record, len(rows)), strict=True):
            row.number = number
        columns = (
            "id paper_id source origin source_id digest seen_at turn title title_hash"
            " authors_hash raw"
        )
        bulk.insert(
            Record,
            columns.split(),
            (
                (
                    row.number,
                    work.paper.pk,
                    row.said.source,
                    row.said.origin,
                    row.said.source_id,
                    row.digest,
                    row.said.seen_at,
                    row.turn,
                    row.said.title,
                    *row.marks,
                    packed(row.said.raw),
                )
                for work, row in rows
            ),
        )

    def _write_identifiers(self, touched: list[Work]) -> None:
        rows = (
            (named.scheme, named.value, work.paper.pk)
            for work in touched
            for named in {n: None for row in work.rows for n in row.said.identifiers}
            if named not in self._stored and self._owners.get(named) is work
        )
        bulk.insert(Identifier, ("scheme", "value", "paper_id"), rows)

    def _write_history(self, touched: list[Work]) -> None:
        for work in touched:
            work.changed |= any(
                row.said.announcements or any(s.kind in _INDEXED_SIGNALS for s in row.said.signals)
                for row in work.rows
            )
        told = ((row.said, w.paper.pk, row.number) for w in touched for row in w.rows)
        history.write(told, self.now)

    def _write_merges(self, touched: list[Work]) -> None:
        found = [(work, match, row) for work in touched for match, row in work.matches]
        numbers = bulk.numbers(Merge, len(found))
        bulk.insert(
            Merge,
            ("id", "paper_id", "how", "evidence", "weak", "other_key", "at"),
            (
                (number, work.paper.pk, match.how, match.evidence, match.weak, "", self.now)
                for number, (work, match, _) in zip(numbers, found, strict=True)
            ),
        )
        links = ((n, row.number) for n, (_, _, row) in zip(numbers, found, strict=True))
        bulk.insert(Merge.records.through, ("merge_id", "record_id"), links)

    def _write_near_misses(self) -> None:
        pairs: dict[tuple[int, ...], str] = {}
        for work, other, evidence in self._near:
            if not rules.contradict(work.named, other.named):
                pairs.setdefault(tuple(sorted((work.paper.pk, other.paper.pk))), evidence)
        bulk.insert(
            NearMiss,
            ("one_id", "other_id", "evidence", "found_at"),
            ((*pair, evidence, self.now) for pair, evidence in pairs.items()),
            ignore_conflicts=True,
        )


def taken_keys(wanted: Sequence[str]) -> set[str]:
    """Those of these keys that are taken, with the numbered ones that follow them."""
    taken = known.taken_keys(wanted)
    for key in tuple(taken):
        numbered = Paper.objects.filter(key__startswith=f"{key}-")
        taken |= set(numbered.values_list("key", flat=True))
    return taken


def free_key(key: str, taken: set[str]) -> str:
    """``key``, or with the first number behind it that is free."""
    candidate, number = key, 2
    while candidate in taken:
        candidate, number = f"{key}-{number}", number + 1
    return candidate
