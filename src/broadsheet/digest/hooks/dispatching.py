"""Sending dispatches: some at once, one to a webhook, each answer written down as it comes.

The threads speak to the network alone; whoever started them speaks to the database. So an
endpoint that hangs holds up one thread for some seconds, and then waits itself.
"""

import queue
import threading
from contextvars import copy_context
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

from django.conf import settings

from broadsheet.digest.hooks import dispatches, signing
from broadsheet.digest.hooks.dispatches import Claim
from broadsheet.digest.hooks.endpoints import is_own
from broadsheet.jobs.registry import Context, Stopped
from broadsheet.kernel import clock
from broadsheet.kernel.errors import NotAsked
from broadsheet.net.agent import user_agent
from broadsheet.net.connection import Timeouts
from broadsheet.net.exchange import Failed, Means, post
from broadsheet.net.targets import target
from broadsheet.net.verdicts import phrase
from broadsheet.net.waiting import asked_wait

AT_ONCE: Final = 8
"""How many endpoints are spoken to at the same time."""

TIMEOUTS: Final = Timeouts(connect_s=5.0, read_s=20.0, total_s=25.0)

_LOOK_S: Final = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Outcome:
    """What came of an attempt; ``status`` is 0 where nothing was answered."""

    said: str
    status: int = 0
    asked_s: float | None = None

    @property
    def is_taken(self) -> bool:
        return 200 <= self.status <= 299


def deliver(context: Context, means: Means | None = None) -> None:
    """Send everything that is due, and what falls due meanwhile.

    ``means`` are for tests: by themselves only addresses of the public web are spoken to.
    Raises BadOption where nobody would be named as sending.
    """
    dispatches.take_back()
    if not dispatches.is_due():
        return
    agent = user_agent(settings.PUBLIC_URL, settings.CONTACT)
    run = _Run(agent, means or Means(timeouts=TIMEOUTS))
    try:
        while run.begin():
            run.settle_one(_LOOK_S)
            context.beat()
    except Stopped:
        run.settle_rest()
        raise


class _Run:
    """The attempts that are under way."""

    def __init__(self, agent: str, means: Means) -> None:
        self._agent, self._means = agent, means
        self._outcomes: queue.SimpleQueue[tuple[Claim, _Outcome]] = queue.SimpleQueue()
        self._busy: set[int] = set()

    def begin(self) -> bool:
        """Begin as many attempts as there may be; False where none is under way then."""
        while len(self._busy) < AT_ONCE and (claim := dispatches.claim(but=self._busy)):
            self._busy.add(claim.webhook)
            told = (self._send, claim, int(clock.now().timestamp()))
            threading.Thread(target=copy_context().run, args=told, daemon=True).start()
        return bool(self._busy)

    def _send(self, claim: Claim, timestamp: int) -> None:
        outcome = _Outcome(said="it could not be sent for a mistake of ours")
        try:
            outcome = _sent(claim, timestamp, self._agent, self._means)
        finally:
            self._outcomes.put((claim, outcome))

    def settle_one(self, within_s: float) -> bool:
        """Write down what came of the next attempt that ends; False where none does in time."""
        try:
            claim, outcome = self._outcomes.get(timeout=within_s)
        except queue.Empty:
            return False
        self._busy.discard(claim.webhook)
        if outcome.is_taken:
            dispatches.taken(claim, outcome.said)
        else:
            is_gone = outcome.status == HTTPStatus.GONE
            dispatches.failed(claim, outcome.said, asked_s=outcome.asked_s, is_gone=is_gone)
        return True

    def settle_rest(self) -> None:
        """Write down what ends in the moments that are left; what does not is sent again."""
        while self._busy and self.settle_one(_LOOK_S):
            pass


def _sent(claim: Claim, timestamp: int, agent: str, means: Means) -> _Outcome:
    """Make one attempt."""
    body = claim.body.encode()
    headers = signing.headers(claim.secrets, claim.name, timestamp, body)
    try:
        to = target(claim.url)
        if is_own(to.host):
            return _Outcome(said="it is this site itself")
        about = {"host": to.place, "user-agent": agent, "content-type": "application/json"}
        answer = post(to, {**about, "connection": "close", **headers}, body, means)
    except NotAsked as error:
        return _Outcome(said=str(error.facts["reason"]))
    except Failed as failed:
        return _Outcome(said=failed.reason)
    said = f"it answered {answer.status}{phrase(answer.status)}"
    if 300 <= answer.status <= 399:
        said += "; redirects are not followed"
    asked_s = asked_wait(answer.headers, answer.asked_at)
    return _Outcome(said=said, status=answer.status, asked_s=asked_s)
