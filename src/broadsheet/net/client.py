"""The one client: takes its turn, asks, waits, follows, and says why it came back with nothing."""

import logging
import math
import random
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from broadsheet.kernel import clock
from broadsheet.kernel.errors import NotAsked, NotThere, Unreadable
from broadsheet.net.contract import Known, Limiter, Response
from broadsheet.net.exchange import Answer, Failed, Means, exchange
from broadsheet.net.targets import Target, redirected, target
from broadsheet.net.verdicts import Verdict, phrase, verdict
from broadsheet.net.waiting import Patience

log = logging.getLogger(__name__)

MOST_REDIRECTS: Final = 5
_CONDITIONS: Final = ("if-none-match", "if-modified-since")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Question:
    target: Target
    headers: Mapping[str, str]
    most_bytes: int
    tried: int = 1


class HttpClient:
    """The Client of the contract, over HTTP/1.1.

    Args:
        agent: what ``net.agent.user_agent`` gives.
        limiter: gives the turns; asked for one before every request, those after a redirect
            or a failure among them.
        means: the checks of addresses, the time-outs and the network.
        patience: how often the same is asked, and how long we wait in between.
        sleep, uniform: how we wait, in seconds, and where chance comes from.
    """

    def __init__(
        self,
        agent: str,
        limiter: Limiter,
        means: Means | None = None,
        *,
        patience: Patience | None = None,
        sleep: Callable[[float], None] = time.sleep,
        uniform: Callable[[float, float], float] = random.uniform,
    ) -> None:
        self._agent, self._limiter = agent, limiter
        self._means, self._patience = means or Means(), patience or Patience()
        self._sleep, self._uniform = sleep, uniform

    def get(
        self,
        url: str,
        params: Mapping[str, str] | None = None,
        *,
        headers: Mapping[str, str] | None = None,
        known: Known | None = None,
        most_bytes: int = 64_000_000,
    ) -> Response:
        """Ask one address. Errors as in the contract; all bear ``host``, ``reason``, ``again_at``.

        ``headers`` are not sent on to another origin by a redirect, but for Accept.
        """
        sent = {name.lower(): value for name, value in (headers or {}).items()}
        question = _Question(
            target=target(url, params), headers=sent | _condition(known), most_bytes=most_bytes
        )
        while True:
            try:
                return self._follow(question)
            except Failed as failed:
                self._wait_or_give_up(question, failed)
                question = replace(question, tried=question.tried + 1)

    def _wait_or_give_up(self, question: _Question, failed: Failed) -> None:
        patience = self._patience
        wait = failed.wait_s
        if wait is None:
            wait = patience.pause(question.tried, self._uniform)
        is_last = question.tried >= patience.tries or wait > patience.longest_wait_s
        if is_last or not failed.may_pass:
            raise _error(question, failed) from None
        facts = {"address": failed.target.shown, "reason": failed.reason, "wait_s": round(wait, 3)}
        log.warning("upstream.asked_again", extra={"facts": facts})
        self._sleep(wait)

    def _follow(self, question: _Question) -> Response:
        """Ask, and go where the answer sends us."""
        for _ in range(1 + MOST_REDIRECTS):
            answer, judged = self._ask(question)
            if judged.what == "answer":
                return Response(
                    url=answer.target.url,
                    status=answer.status,
                    headers=answer.headers,
                    body=answer.body,
                    asked_at=answer.asked_at,
                )
            question = self._next(question, answer, judged)
        raise Failed(question.target, f"it was reached by more than {MOST_REDIRECTS} redirects")

    def _next(self, question: _Question, answer: Answer, judged: Verdict) -> _Question:
        to = redirected(answer.target, answer.headers["location"])
        if judged.wait_s is not None:
            if judged.wait_s > self._patience.longest_wait_s:
                raise Failed(answer.target, "it asks us to come back later", wait_s=judged.wait_s)
            self._sleep(judged.wait_s)
        if to.has_origin_of(answer.target):
            return replace(question, target=to)
        for_all = ("accept", *_CONDITIONS)
        kept = {name: value for name, value in question.headers.items() if name in for_all}
        return replace(question, target=to, headers=kept)

    def _ask(self, question: _Question) -> tuple[Answer, Verdict]:
        """One request in its turn. Raises Failed, NotThere, and NotAsked of the limiter."""
        place = question.target.place
        with self._turn(place):
            answer = exchange(
                question.target, self._headers(question), question.most_bytes, self._means
            )
            judged = self._judged(question, answer)
            if judged.rests and judged.wait_s is not None:
                until = clock.now() + timedelta(seconds=judged.wait_s)
                self._limiter.rest(place, until, _why_it_rests(answer.status))
        facts = {"address": question.target.shown, "status": answer.status}
        log.debug("upstream.answered", extra={"facts": facts | {"bytes": len(answer.body)}})
        _refuse(answer, judged)
        return answer, judged

    @contextmanager
    def _turn(self, place: str) -> Iterator[None]:
        """A turn; a rest that ends soon is waited for, one that lasts is NotAsked."""
        with ExitStack() as held:
            try:
                held.enter_context(self._limiter.turn(place))
            except NotAsked as resting:
                self._sleep(self._left(resting))
                held.enter_context(self._limiter.turn(place))
            yield

    def _left(self, resting: NotAsked) -> float:
        """Seconds until a rest is over; raises it again if that is too long to wait for."""
        until = resting.facts.get("again_at")
        wait = (until - clock.now()).total_seconds() if isinstance(until, datetime) else math.inf
        if wait > self._patience.longest_wait_s:
            raise resting
        return max(wait, 0.0)

    def _headers(self, question: _Question) -> dict[str, str]:
        ours = {
            "host": question.target.place,
            "user-agent": self._agent,
            "accept-encoding": "gzip",
            "connection": "close",
        }
        return {"accept": "*/*"} | dict(question.headers) | ours

    def _judged(self, question: _Question, answer: Answer) -> Verdict:
        if answer.status == 304 and not question.headers.keys() & {*_CONDITIONS}:
            return Verdict(what="refused")  # as fresh as what, nobody knows
        judged = verdict(answer.status, answer.headers, clock.now())
        if judged.rests and judged.wait_s is None:
            wait = self._patience.pause(question.tried, self._uniform)
            return replace(judged, wait_s=wait)
        return judged


def _condition(known: Known | None) -> dict[str, str]:
    said = (known.etag, known.last_modified) if known else ()
    return {name: value for name, value in zip(_CONDITIONS, said, strict=False) if value}


def _refuse(answer: Answer, judged: Verdict) -> None:
    """Raise what an answer means that is none."""
    if judged.what in ("answer", "moved"):
        return
    reason = f"it answered {answer.status}{phrase(answer.status)}"
    if judged.what == "gone":
        raise NotThere(
            host=answer.target.place,
            what=answer.target.shown_path,
            reason=reason,
            again_at=None,
            status=answer.status,
        )
    raise Failed(
        answer.target,
        reason,
        may_pass=judged.what == "again",
        wait_s=judged.wait_s,
        status=answer.status,
    )


def _why_it_rests(status: int) -> str:
    if status in (200, 304):
        return "because what it allows us in a while is used up"
    return f"after it answered {status}{phrase(status)}"


def _error(question: _Question, failed: Failed) -> NotAsked | Unreadable:
    """What is raised in the end."""
    host, reason, again_at = failed.target.place, failed.reason, None
    if host != question.target.place:
        reason += f" ({question.target.place} sent us there)"
    if failed.wait_s is not None:
        again_at = clock.now() + timedelta(seconds=failed.wait_s)
        reason += f"; not to be asked before {again_at:%Y-%m-%d %H:%M} UTC"
    more = {"reason": reason, "again_at": again_at, "status": failed.status, "host": host}
    if failed.is_broken:
        return Unreadable(where=failed.target.shown, **more)
    return NotAsked(**more)
