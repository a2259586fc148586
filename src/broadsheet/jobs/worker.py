"""The worker: takes jobs that are due, each into a thread, and watches over them all."""

import logging
import os
import socket
import threading
import time
from collections.abc import Callable
from contextvars import copy_context
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import random

from django.db import Error, connection, connections

from broadsheet.jobs import claims, registry, rules, schedule
from broadsheet.kernel import clock
from broadsheet.kernel.errors import BroadsheetError

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How often a worker looks, how long it waits, how much it does at once; seconds.

    ``look_s`` is for beats, schedule and the jobs of others, who are given up for dead after
    ``silence_s``. A job that hangs, says nothing for ``hung_s``, has failed. ``patience_s`` is
    what jobs have to end when the worker does.
    """

    tick_s: float = 1.0
    look_s: float = 5.0
    silence_s: float = 60.0
    hung_s: float = 6 * 3_600.0
    retry_s: float = 60.0
    patience_s: float = 5.0
    at_once: int = 4
    forget_s: float = 3_600.0


class _Run:
    """One attempt at a job: what the job sees as its context, and what the worker sees of it."""

    def __init__(self, claim: claims.Claim) -> None:
        self.claim = claim
        self.subject, self.attempt = claim.subject, claim.attempt
        self.said = ""
        self.heard_s = time.monotonic()
        self.is_to_end = False
        self.was_told = False  # and the job knows it
        self.thread: threading.Thread | None = None

    def beat(self, said: str = "") -> None:
        self.said = said or self.said
        self.heard_s = time.monotonic()
        if self.cancelled():
            raise registry.Stopped

    def cancelled(self) -> bool:
        self.was_told |= self.is_to_end
        return self.is_to_end


class Hung(Exception):
    """What a job has failed with that said nothing for too long."""


class Worker:
    """Runs jobs and the schedule until told to stop."""

    def __init__(self, pace: Pace = Pace(), *, draw: Callable[[], float] = random) -> None:
        self.name = f"{socket.gethostname()[:80]}:{os.getpid()}"
        self._pace = pace
        self._draw = draw
        self._silence = rules.Silence(pace.silence_s)
        self._runs: dict[str, _Run] = {}
        self._looked_s = self._forgot_s = -pace.forget_s

    def run(self, rest: Callable[[float], bool]) -> bool:
        """Work until ``rest(seconds)``, which waits so long, says to stop.

        Jobs that run then are told, and have a few seconds to finish or to return; what they
        leave is handed back for another worker. False if one of them did not end: it goes on
        in its thread and the process has to be ended.

        Trouble with the database is logged and tried again.
        """
        log.info("worker.started", extra={"worker": self.name})
        wait_s = 0.0
        while not rest(wait_s):
            wait_s = self._pace.tick_s
            try:
                self._step()
            except Error as error:
                log.warning("worker.failed", extra={"facts": {"reason": str(error).strip()}})
                connection.close()
                wait_s = self._pace.look_s
        ended = self._end()
        log.info("worker.ended", extra={"worker": self.name})
        return ended

    def _step(self) -> None:
        now_s = time.monotonic()
        if now_s - self._looked_s >= self._pace.look_s:
            self._give_up(now_s)
            self._beat()
            schedule.fire()
            self._take_back(now_s)
            self._looked_s = now_s
        if now_s - self._forgot_s >= self._pace.forget_s:
            claims.forget()
            self._forgot_s = now_s
        while len(self._runs) < self._pace.at_once and self._begin():
            pass

    def _beat(self) -> None:
        """Say that we live, and hear which jobs are to end."""
        runs = dict(self._runs)
        if not runs:
            return
        wanted = claims.beat({name: run.said for name, run in runs.items()})
        for name, run in runs.items():
            # One that is no longer ours was given up for dead, and another has it.
            run.is_to_end |= wanted.get(name, name in self._runs)

    def _give_up(self, now_s: float) -> None:
        """Have the jobs fail that hang: their threads cannot be ended, so nobody waits for them."""
        for run in list(self._runs.values()):
            if now_s - run.heard_s >= self._pace.hung_s:
                run.is_to_end = True
                self._settle(run, Hung(f"it said nothing for {self._pace.hung_s / 3_600:g} hours"))
                self._runs.pop(run.claim.run, None)

    def _take_back(self, now_s: float) -> None:
        """Let the jobs wait again whose workers have fallen silent."""
        others = claims.beats(but=list(self._runs))
        for run in self._silence.silent(others, now_s):
            if claims.take_back(run):
                log.warning("job.taken_back", extra={"run": run})

    def _begin(self) -> bool:
        claim = claims.claim(self.name, registry.names())
        if claim is None:
            return False
        run = self._runs[claim.run] = _Run(claim)
        run.thread = threading.Thread(
            target=copy_context().run, args=(self._carry_out, run), daemon=True
        )
        run.thread.start()
        return True

    def _carry_out(self, run: _Run) -> None:
        """One attempt, from its beginning to its word in the database. A thread's whole life."""
        try:
            self._settle(run, _outcome(run))
        except Error as error:
            # Its beats end with us: another attempt will be made.
            log.warning("job.unsettled", extra={**_facts(run), "reason": str(error).strip()})
        finally:
            self._runs.pop(run.claim.run, None)
            connections.close_all()

    def _settle(self, run: _Run, error: BaseException | None) -> None:
        name, facts = run.claim.run, _facts(run)
        if error is None and not run.was_told:
            claims.finish(name)
            log.info("job.done", extra=facts)
        elif error is None or isinstance(error, registry.Stopped):
            claims.end(name)
            log.info("job.stopped", extra=facts)
        else:
            again = claims.fail(name, _told(error), again_at=self._again_at(run, error))
            log.log(
                logging.WARNING if again else logging.ERROR,
                "job.failed" if again else "job.set_aside",
                extra={**facts, "reason": _told(error)},
                exc_info=None if isinstance(error, BroadsheetError) else error,
            )

    def _again_at(self, run: _Run, error: BaseException) -> datetime:
        """After the wait of this attempt, and not before an upstream that rests may be asked."""
        wait = rules.wait_s(run.attempt, first_s=self._pace.retry_s, draw=self._draw())
        at = clock.now() + timedelta(seconds=wait)
        named = error.facts.get("again_at") if isinstance(error, BroadsheetError) else None
        return max(at, named) if isinstance(named, datetime) else at

    def _end(self) -> bool:
        """Have all jobs end, or hand them back. False if one goes on."""
        end_s = time.monotonic() + self._pace.patience_s
        left = list(self._runs.values())
        for run in left:
            run.is_to_end = True
        for run in left:
            if run.thread:
                run.thread.join(max(0.0, end_s - time.monotonic()))
        try:
            for name in list(self._runs):
                claims.end(name)
        except Error as error:
            log.warning("worker.failed", extra={"facts": {"reason": str(error).strip()}})
        return not any(run.thread and run.thread.is_alive() for run in left)


def _outcome(run: _Run) -> BaseException | None:
    """Call the job's function; gives what it raised."""
    try:
        registry.function(run.claim.name)(run, **run.claim.arguments)
    except BaseException as error:  # noqa: BLE001  # the border: whatever it is, it is told
        return error
    return None


def _told(error: BaseException) -> str:
    if isinstance(error, BroadsheetError):
        return error.user_message
    return f"{type(error).__name__}: {error}"


def _facts(run: _Run) -> dict[str, object]:
    claim = run.claim
    return {
        "job": claim.name,
        "subject": claim.subject,
        "number": claim.number,
        "attempt": claim.attempt,
    }
