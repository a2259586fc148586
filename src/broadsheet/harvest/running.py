"""Running a source: portion by portion, each held before the next is asked for."""

import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Final

from django.db import DatabaseError, transaction

from broadsheet.harvest import asking, checkpoints, leases, ledger
from broadsheet.harvest.models import Checkpoint, Source
from broadsheet.jobs.registry import Stopped
from broadsheet.kernel import clock
from broadsheet.kernel.errors import BroadsheetError, Expired, NotAsked, Unreadable
from broadsheet.net.contract import Client
from broadsheet.papers import actions as papers
from broadsheet.papers.refresh import write_alone
from broadsheet.sources.contract import Trouble
from broadsheet.sources.live import LiveSource, Outcome, Portion, Upstream, Wanted

# How often a portion is asked for again that could not be read, or whose place was forgotten
# without anything having come meanwhile.
_AGAIN: Final = 2


@dataclass(slots=True)
class Run:
    """What a run did; progress is told with the same, after each portion.

    ``left_s`` is how many seconds it may still take, reckoned from the days that came since its
    first portion; 0 while nobody can tell. Where the outcome is "not-asked" or "unreadable",
    ``failure`` is why and ``error`` the same in a sentence.
    """

    source: str
    since: date | None = None
    resumed: bool = False
    outcome: Outcome = "nothing-new"
    error: str = ""
    failure: NotAsked | Unreadable | None = None
    portions: int = 0
    restarts: int = 0
    left_s: float = 0.0
    seconds: float = 0.0
    report: papers.Report = field(default_factory=papers.Report)
    days: set[tuple[str, date]] = field(default_factory=set)
    alarms: list[str] = field(default_factory=list)

    @property
    def records(self) -> int:
        return self.report.read


Progress = Callable[[Run], None]


def run(
    source: LiveSource,
    wanted: Wanted = Wanted(),  # noqa: B008  # frozen
    *,
    categories: tuple[str, ...] | None = None,
    client: Client | None = None,
    progress: Progress | None = None,
) -> Run:
    """Ask a source until it has nothing more, and hold what comes.

    Each portion is ingested in one transaction with the ledger's lines and the place to go on
    from, so a run that is killed goes on where it was. A place that the upstream has forgotten
    sends it back to the last safe day. Failing to ask or to read ends the run and is told in
    its outcome, not raised.

    ``wanted`` with ``names`` asks for these alone; ``since`` None goes on from the last run.
    ``categories`` are those set for the source, and ``client`` is made of the options, unless
    given.

    Raises BadOption where the operator's contact is not set, and Busy while another process
    runs the source, or where the source is set otherwise before the run ends.
    """
    Source.objects.get_or_create(name=source.name)
    told = Run(source=source.name)
    with leases.held(Source, source.name, f"The source {source.name}") as holder:
        row = Source.objects.get(name=source.name)  # as set now: a change revokes the lease
        upstream = asking.upstream_of(source, row, client, categories)
        wanted = asking.by_name(source, upstream, wanted)
        errand = _Errand(
            source=source, upstream=upstream, told=told, holder=holder, progress=progress
        )
        errand.is_partial = upstream.categories != asking.categories_of(row)
        if wanted.since is None and categories is None:
            errand.said = dict(row.said)
        try:
            if wanted.names:
                errand.ask_for(wanted)
            else:
                errand.go_on(wanted.since)
        except (NotAsked, Unreadable) as error:
            _failed(told, error)
        except Exception as error:
            if not isinstance(error, BroadsheetError | Stopped):
                _broke(row, error)
            raise
        _note(source, row, told, of_days=not (wanted.names or errand.is_partial))
    return told


@dataclass(slots=True, kw_only=True)
class _Errand:
    """One run on its way; ``started`` is a moment of the monotonic clock.

    ``said`` is what earlier answers said of themselves; a run that was asked to look back, or
    for other categories, must not be told that there is nothing new. Of a run for other
    categories than those set (``is_partial``) no list is whole. ``first`` is the day that the
    first portion reached, and after how many seconds.
    """

    source: LiveSource
    upstream: Upstream
    told: Run
    holder: str
    progress: Progress | None
    said: dict[str, str] = field(default_factory=dict)
    is_partial: bool = False
    first: tuple[date, float] | None = None
    started: float = field(default_factory=time.monotonic)

    @property
    def what(self) -> str:
        return f"The source {self.source.name}"

    def ask_for(self, wanted: Wanted) -> None:
        """Names, all of them, from the beginning: there are few, and asking twice is harmless."""
        resume = ""
        while True:
            portion = self._ask(wanted, resume)
            self._hold(portion, None)
            if not portion.resume:
                return
            resume = portion.resume

    def go_on(self, since: date | None) -> None:
        """What changed since, from the beginning or from where an earlier run was cut short."""
        row = checkpoints.begun(self.source.name, self.upstream.categories, since)
        self.told.since, self.told.resumed = row.since, bool(row.resume)
        forgotten = 0
        while row.begun_at:
            try:
                portion = self._ask(checkpoints.wanted(row), row.resume)
            except Expired:
                forgotten += 1
                if not row.resume or forgotten > _AGAIN:
                    raise
                with transaction.atomic():
                    leases.renew(Source, self.source.name, self.holder, self.what)
                    checkpoints.chain_anew(row)
                self.told.restarts += 1
                continue
            if portion.reached and portion.reached > (row.reached or date.min):
                forgotten = 0
            self._hold(portion, row)

    def _ask(self, wanted: Wanted, resume: str) -> Portion:
        """One portion; asked for again where it was cut off or garbled on its way.

        Where a part of it stays garbled, the answer with the fewest such parts is taken.
        """
        wanted = replace(wanted, said=self.said)
        answers: list[Portion] = []
        for tries in range(_AGAIN + 1):
            try:
                portion = self.source.ask(self.upstream, wanted, resume)
            except (Unreadable, Expired) as error:
                over = tries == _AGAIN or isinstance(error, Expired)
                if over and not answers:
                    raise
                if over:
                    break
                continue
            if portion.resume and portion.resume == resume:
                reason = "it says to go on from where we are, which would never end"
                raise Unreadable(where=self.source.title, reason=reason)
            answers.append(portion)
            if not _garbled(portion):
                break
        best = min(answers, key=_garbled)
        return _in_part(best) if self.is_partial else best

    def _hold(self, portion: Portion, row: Checkpoint | None) -> None:
        """Ingest a portion, its days and the place to go on from: all of it or nothing."""
        told, name = self.told, self.source.name
        with transaction.atomic():
            write_alone()
            believed = ledger.believed(portion, name)
            report = papers.ingest(believed.items)
            leases.renew(Source, name, self.holder, self.what)
            now = clock.now()
            ledger.write(name, believed.listed, now)
            ledger.raise_alarms(believed.alarms)
            for listed in believed.listed:
                ledger.settle(listed.feed, listed.day, now)
            if row:
                checkpoints.advance(row, portion, report.read)
            if portion.said:
                self.said |= portion.said
                Source.objects.filter(name=name).update(said=self.said)
        told.portions += 1
        _add(told.report, report)
        told.days |= {(listed.feed, listed.day) for listed in believed.listed}
        told.alarms += [reason for _, _, reason in believed.alarms]
        told.outcome = _outcome(told, portion)
        told.seconds = time.monotonic() - self.started
        told.left_s = self._left_s(row) if row and portion.resume else 0.0
        if self.progress:
            self.progress(told)

    def _left_s(self, row: Checkpoint) -> float:
        """Days before the first portion's may have nothing at all: they tell nothing."""
        if row.reached is None or row.begun_at is None:
            return 0.0
        day, seconds = self.first = self.first or (row.reached, self.told.seconds)
        done = (row.reached - day).days
        left = (row.begun_at.date() - row.reached).days + 1
        return max(0.0, (self.told.seconds - seconds) / done * left) if done > 0 else 0.0


def _garbled(portion: Portion) -> int:
    return sum(isinstance(item, Trouble) and item.garbled for item in portion.items)


def _in_part(portion: Portion) -> Portion:
    return replace(portion, listed=tuple(replace(one, whole=False) for one in portion.listed))


def _outcome(told: Run, portion: Portion) -> Outcome:
    if told.outcome == "found" or portion.items or portion.listed:
        return "found"
    return portion.outcome


def _add(total: papers.Report, more: papers.Report) -> None:
    for name in ("new", "updated", "unchanged", "merged", "rejected", "unread", "seconds"):
        setattr(total, name, getattr(total, name) + getattr(more, name))
    total.troubles = (total.troubles + more.troubles)[:1_000]


def _failed(told: Run, error: NotAsked | Unreadable) -> None:
    told.outcome = "unreadable" if isinstance(error, Unreadable) else "not-asked"
    told.error, told.failure = error.user_message, error


def _broke(row: Source, error: Exception) -> None:
    """Write that a run ended by a mistake of ours, or of the machine: the source is not well."""
    with suppress(DatabaseError):
        told = f"The program failed ({type(error).__name__}); broadsheet jobs list tells why."
        kept = {"asked_at": clock.now(), "outcome": "", "error": told}
        Source.objects.filter(pk=row.pk).update(**kept)


def _note(source: LiveSource, row: Source, told: Run, *, of_days: bool) -> None:
    """Write how the run ended: on the source, and ``of_days`` on the ledger's line of today."""
    now = clock.now()
    with transaction.atomic():
        write_alone()
        if of_days:
            told.outcome = ledger.note_asked(source, told.outcome, told.error, now)
            if not told.resumed and not told.error and not told.alarms:
                ledger.end_alarms(told.days, source.name)
            ledger.settle_open(source.feeds, now)
        kept = {"asked_at": now, "outcome": told.outcome, "error": told.error}
        if not told.error:
            kept["succeeded_at"] = now
        Source.objects.filter(pk=row.pk).update(**kept)


def peek(
    source: LiveSource,
    wanted: Wanted = Wanted(),  # noqa: B008  # frozen
    *,
    categories: tuple[str, ...] | None = None,
    client: Client | None = None,
) -> tuple[Wanted, Portion]:
    """The first portion of what a run would ask for, and nothing of it held or noted.

    Gives what was asked for with it. Raises what asking raises, and BadOption as ``run`` does.
    """
    row = Source.objects.filter(name=source.name).first() or Source(name=source.name)
    upstream = asking.upstream_of(source, row, client, categories)
    wanted = asking.by_name(source, upstream, wanted)
    if wanted.names:
        return wanted, source.ask(upstream, wanted)
    wanted, resume = checkpoints.following(source.name, upstream.categories, wanted.since)
    return wanted, source.ask(upstream, wanted, resume)
