"""One batch of records on its way into the catalogue: match, resolve, write.

Everything is read in a few queries, decided in memory, and written in bulk, so that a batch
costs the same number of statements however many records it holds. ``actions.ingest`` calls
this inside one transaction.
"""

import zlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from broadsheet.kernel.identifiers import Identifier as Named
from broadsheet.kernel.identifiers import stored
from broadsheet.papers import rules
from broadsheet.papers.models import (
    Announcement,
    Identifier,
    Merge,
    Paper,
    Record,
    Signal,
    Version,
)
from broadsheet.papers.refresh import append_changes, refresh
from broadsheet.sources.contract import Record as Said

_INDEXED_SIGNALS = frozenset(("votes", "comments"))
_CHUNK = 5_000


@dataclass(slots=True)
class Work:
    """A paper this batch touches, with what the batch adds to it."""

    paper: Paper
    is_new: bool
    said: list[tuple[Said, Record]] = field(default_factory=list)
    named: set[Named] = field(default_factory=set)
    matches: list[tuple[rules.Match, Record]] = field(default_factory=list)
    changed: bool = False


@dataclass(frozen=True, slots=True)
class Absorption:
    """A record shows two papers to be one: it belongs to ``one`` and names ``other``."""

    one: Paper
    other: Paper
    evidence: str
    record: Said


class Batch:
    """Sorts records to papers, then writes all of it. Use once."""

    def __init__(self, records: Sequence[Said], now: datetime) -> None:
        self.now = now
        self.records = records
        self.counts: defaultdict[str, int] = defaultdict(int)
        self._digests = [rules.digest(record.raw) for record in records]
        self._works: dict[int, Work] = {}
        self._new: list[Work] = []
        self.absorptions: list[Absorption] = []
        self._read_records()
        self._read_identifiers()
        self._read_titles()

    # Reading

    def _read_records(self) -> None:
        """Which of these records, or earlier ones of the same source and id, are held."""
        self._held: set[tuple[str, str, int]] = set()
        self._home: dict[tuple[str, str], Work] = {}
        by_source: defaultdict[str, set[str]] = defaultdict(set)
        for record in self.records:
            by_source[record.source].add(record.source_id)
        homes: dict[tuple[str, str], int] = {}
        for source, ids in by_source.items():
            rows = Record.objects.filter(source=source, source_id__in=ids)
            for source_id, digest, paper in rows.values_list("source_id", "digest", "paper_id"):
                self._held.add((source, source_id, digest))
                homes[source, source_id] = paper
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
            rows = Identifier.objects.filter(scheme=scheme, value__in=values)
            for value, paper in rows.values_list("value", "paper_id"):
                owners[stored(scheme, value)] = paper
        self._load(set(owners.values()))
        self._owners = {named: self._works[paper] for named, paper in owners.items()}

    def _read_titles(self) -> None:
        """Papers that hold the title of a record which no identifier leads anywhere."""
        self._by_title: defaultdict[int, list[Work]] = defaultdict(list)
        for work in self._works.values():
            self._by_title[work.paper.title_hash].append(work)
        self._hashes = [rules.title_hash(record.title) for record in self.records]
        wanted = {
            title
            for record, digest, title in zip(self.records, self._digests, self._hashes, strict=True)
            if (record.source, record.source_id, digest) not in self._held
            and (record.source, record.source_id) not in self._home
            and not any(named in self._owners for named in record.identifiers)
        }
        rows = Paper.objects.filter(title_hash__in=wanted, merged_into=None)
        found = set(rows.values_list("pk", flat=True)) - set(self._works)
        self._load(found)
        for paper in found:
            self._by_title[self._works[paper].paper.title_hash].append(self._works[paper])

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
        rows = zip(self.records, self._digests, self._hashes, strict=True)
        for record, digest, title in rows:
            name = (record.source, record.source_id)
            if (*name, digest) in self._held:
                self.counts["unchanged"] += 1
                continue
            self._held.add((*name, digest))
            row = Record(
                source=record.source,
                origin=record.origin,
                source_id=record.source_id,
                digest=digest,
                seen_at=record.seen_at,
                raw=zlib.compress(record.raw, 1),
            )
            work = self._place(record, row, title)
            work.said.append((record, row))
            self._home[name] = work
            self._claim(work, record)

    def _place(self, record: Said, row: Record, title: int) -> Work:
        work = self._home.get((record.source, record.source_id))
        if work is not None:
            self.counts["updated"] += 1
            return work
        owned = next((n for n in record.identifiers if n in self._owners), None)
        if owned is not None:
            work = self._owners[owned]
            match = rules.Match(
                paper=work.paper.pk or 0, how="identifier", evidence=f"both are {owned}"
            )
        else:
            candidates = self._by_title.get(title, [])
            chosen = rules.by_title(record, [self._candidate(c) for c in candidates])
            if chosen is None:
                return self._found(record, title)
            match, work = chosen, candidates[chosen.paper]
        work.matches.append((match, row))
        self.counts["merged"] += 1
        return work

    def _candidate(self, work: Work) -> rules.Candidate:
        """``paper`` is the place in the list of candidates: a new paper has no number yet."""
        place = self._by_title[work.paper.title_hash].index(work)
        return rules.Candidate(
            paper=place,
            title=work.paper.title,
            first_author=work.paper.authors.partition("\n")[0],
            published_on=work.paper.published_on,
            identifiers=frozenset(work.named),
        )

    def _found(self, record: Said, title: int) -> Work:
        """Found a new paper; its key is given when the batch is written."""
        paper = Paper(key="", added_at=self.now, changed_at=self.now, **rules.resolve([record]))
        work = Work(paper=paper, is_new=True)
        self._new.append(work)
        self._by_title[title].append(work)
        self.counts["new"] += 1
        return work

    def _claim(self, work: Work, record: Said) -> None:
        """Note the record's identifiers; one that another paper holds makes the two one."""
        for named in record.identifiers:
            owner = self._owners.get(named)
            if owner is not None and owner is not work:
                found = Absorption(work.paper, owner.paper, f"both are {named}", record)
                self.absorptions.append(found)
            else:
                self._owners[named] = work
                work.named.add(named)

    # Writing

    def write(self) -> None:
        """Write all of it. ``absorptions`` then names the papers that turned out to be one."""
        self._write_papers()
        touched = [w for w in (*self._new, *self._works.values()) if w.said]
        self._write_records(touched)
        self._write_identifiers(touched)
        resolved = [w for w in touched if not w.is_new or len(w.said) > 1]
        changed = refresh([work.paper for work in resolved], self.now)
        for work in resolved:
            work.changed |= work.paper.pk in changed
        self._write_history(touched)
        self._write_merges(touched)
        append_changes([work.paper.pk for work in touched if work.changed], "paper", self.now)

    def _write_papers(self) -> None:
        wanted = [rules.wanted_key(work.said[0][0]) for work in self._new]
        taken = set(Paper.objects.filter(key__in=wanted).values_list("key", flat=True))
        for work, key in zip(self._new, wanted, strict=True):
            work.paper.key = free_key(key, taken)
            taken.add(work.paper.key)
            work.changed = True
        Paper.objects.bulk_create([work.paper for work in self._new], _CHUNK)

    def _write_records(self, touched: list[Work]) -> None:
        rows = []
        for work in touched:
            for _, row in work.said:
                row.paper = work.paper
                rows.append(row)
        Record.objects.bulk_create(rows, _CHUNK)

    def _write_identifiers(self, touched: list[Work]) -> None:
        rows = [
            Identifier(scheme=named.scheme, value=named.value, paper=work.paper)
            for work in touched
            for named in {n: None for said, _ in work.said for n in said.identifiers}
            if self._owners.get(named) is work
        ]
        Identifier.objects.bulk_create(rows, _CHUNK, ignore_conflicts=True)

    def _write_history(self, touched: list[Work]) -> None:
        places = known_places([w.paper.pk for w in touched if not w.is_new])
        announcements: list[Announcement] = []
        signals: list[Signal] = []
        versions: list[Version] = []
        for work in touched:
            for said, row in work.said:
                new = announced(said, work.paper, row, places)
                announcements += new
                signals += measured(said, work.paper, row)
                work.changed |= bool(new)
                work.changed |= any(s.kind in _INDEXED_SIGNALS for s in said.signals)
                if said.version is not None:
                    versions.append(version(said, said.version, work.paper, row))
        Announcement.objects.bulk_create(announcements, _CHUNK, ignore_conflicts=True)
        Signal.objects.bulk_create(signals, _CHUNK, ignore_conflicts=True)
        Version.objects.bulk_create(versions, _CHUNK, ignore_conflicts=True)

    def _write_merges(self, touched: list[Work]) -> None:
        merges = [
            (
                Merge(
                    paper=work.paper,
                    how=match.how,
                    evidence=match.evidence,
                    weak=match.weak,
                    at=self.now,
                ),
                row,
            )
            for work in touched
            for match, row in work.matches
        ]
        Merge.objects.bulk_create([merge for merge, _ in merges], _CHUNK)
        through = Merge.records.through
        links = [through(merge_id=merge.pk, record_id=row.pk) for merge, row in merges]
        through.objects.bulk_create(links, _CHUNK)


def free_key(key: str, taken: set[str]) -> str:
    """``key``, or with the first number behind it that is free."""
    candidate, number = key, 2
    while candidate in taken:
        candidate, number = f"{key}-{number}", number + 1
    return candidate


Place = tuple[int, str, date]


def known_places(papers: Sequence[int]) -> dict[Place, list[tuple[datetime, int | None, str]]]:
    """What these papers' announcements say, oldest first, by paper, feed and day."""
    places: dict[Place, list[tuple[datetime, int | None, str]]] = {}
    rows = Announcement.objects.filter(paper__in=papers).order_by("seen_at", "pk")
    for paper, feed, day, seen_at, rank, kind in rows.values_list(
        "paper_id", "feed", "day", "seen_at", "rank", "kind"
    ):
        places.setdefault((paper, feed, day), []).append((seen_at, rank, kind))
    return places


def announced(
    said: Said,
    paper: Paper,
    row: Record,
    places: dict[Place, list[tuple[datetime, int | None, str]]],
) -> list[Announcement]:
    """The announcements that say something new: another place than the last one known."""
    rows = []
    for a in said.announcements:
        known = places.setdefault((paper.pk, a.feed, a.day), [])
        earlier = [place for place in known if place[0] <= a.seen_at]
        if earlier and earlier[-1][1:] == (a.rank, a.kind):
            continue
        known.append((a.seen_at, a.rank, a.kind))
        known.sort(key=lambda place: place[0])
        rows.append(
            Announcement(
                paper=paper,
                feed=a.feed,
                day=a.day,
                rank=a.rank,
                kind=a.kind,
                seen_at=a.seen_at,
                record=row,
            )
        )
    return rows


def measured(said: Said, paper: Paper, row: Record) -> list[Signal]:
    """The record's measurements as rows."""
    return [
        Signal(
            paper=paper,
            kind=s.kind,
            origin=s.origin,
            total=s.total,
            true_at=s.true_at,
            record=row,
        )
        for s in said.signals
    ]


def version(said: Said, number: int, paper: Paper, row: Record) -> Version:
    """The version a record speaks of, as it then was."""
    return Version(
        paper=paper,
        number=number,
        title=said.title,
        abstract=said.abstract,
        authors="\n".join(said.authors),
        published=said.updated or said.published,
        seen_at=said.seen_at,
        record=row,
    )
