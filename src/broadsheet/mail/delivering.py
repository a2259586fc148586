"""The job that hands over what is due: paced, one connection for many, told when to stop."""

import logging
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from html import escape
from random import random
from typing import Final

from django.conf import settings
from django.db import InterfaceError, OperationalError, connection

from broadsheet.jobs.registry import Context
from broadsheet.kernel import clock
from broadsheet.kernel.errors import BroadsheetError, Unavailable
from broadsheet.kernel.text import plural
from broadsheet.mail import claims, rules, sender, suppression
from broadsheet.mail.lanes import Lanes
from broadsheet.mail.models import Content, Standing
from broadsheet.mail.refusals import Refusals
from broadsheet.mail.transports.choosing import chosen
from broadsheet.mail.transports.contract import Answer, Outgoing, Transport

log = logging.getLogger(__name__)

_OF_EACH: Final = 200
_IN_A_ROW: Final = 3
_TRIES: Final = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """Seconds: between looks into the outbox, of a rest at a time, how long one may have to wait
    before the job ends instead, how long a domain is left alone that puts off all it gets, and
    until what the database did not take is written again.
    """

    look_s: float = 5.0
    slice_s: float = 0.2
    patience_s: float = 10.0
    shut_s: float = 300.0
    again_s: float = 2.0
    clock: Callable[[], float] = time.monotonic
    rest: Callable[[float], None] = time.sleep


def deliver(context: Context, pace: Pace = Pace()) -> None:
    """Hand over everything that is due. Raises Unavailable where nothing can be sent.

    Whatever a run before this one was handing over when it died is marked as doubtful first.
    """
    if lost := claims.doubt():
        log.warning("mail.doubtful", extra={"facts": {"messages": lost}})
    if not sender.is_on() or not claims.is_due():
        return
    sender.check()
    with chosen() as transport:
        _Run(context, transport, pace).run()


class _Run:
    """One run of the job."""

    def __init__(self, context: Context, transport: Transport, pace: Pace) -> None:
        self._context, self._transport, self._pace = context, transport, pace
        self._sender = sender.sender()
        self._lanes = Lanes(rate=settings.MAIL_RATE, domain_rate=settings.MAIL_DOMAIN_RATE)
        self._in_a_row: Counter[str] = Counter()
        self._refusals = Refusals()
        self._sent = 0
        self._content = lru_cache(maxsize=32)(_content)

    def run(self) -> None:
        """Until nothing is due, or what is has to wait for long."""
        try:
            while self._load():
                self._until_look()
        finally:
            self._refusals.settle()
        if self._sent:
            log.info("mail.delivered", extra={"facts": {"messages": self._sent}})

    def _load(self) -> bool:
        """Look into the outbox; False where nothing can go soon."""
        now_s = self._pace.clock()
        self._lanes.load(claims.due(of_each=_OF_EACH), now_s)
        wait_s = self._lanes.wait_s(now_s)
        return wait_s is not None and wait_s <= self._pace.patience_s

    def _until_look(self) -> None:
        """Send what can go until it is time to look again, or none is held."""
        end_s = self._pace.clock() + self._pace.look_s
        while (now_s := self._pace.clock()) < end_s:
            wait_s = self._lanes.wait_s(now_s)
            if wait_s is None:
                return
            self._context.beat(f"{plural(self._sent, 'message')} handed over")
            if wait_s:
                self._pace.rest(min(wait_s, self._pace.slice_s))
            else:
                self._send(*self._lanes.take(now_s))

    def _send(self, number: int, domain: str) -> None:
        claim = claims.claim(number)
        if claim is None:
            return
        if suppression.suppressed([claim.address]):
            claims.end(claim, Standing.SUPPRESSED)
            return
        try:
            answer = self._transport.hand_over(self._outgoing(claim))
        except BroadsheetError:
            claims.release(claim)
            raise
        except (ValueError, KeyError) as error:
            said = f"It cannot be written: {error}."
            self._write_down(lambda: claims.end(claim, Standing.FAILED, said=said))
            return
        self._write_down(lambda: self._settle(claim, answer))
        self._note(domain, answer)
        self._sent += answer.verdict == "taken"
        self._weigh(claim, answer)

    def _weigh(self, claim: claims.Claim, answer: Answer) -> None:
        """Tell refusals of single letters from one of all. Raises Unavailable for that."""
        said = suppression.unnamed(answer.said)
        if answer.verdict == "taken":
            self._refusals.settle()
        elif answer.verdict == "never" and not rules.is_no_mailbox(said):
            self._refusals.add(claim, said)
            if self._refusals.are_of_all:
                self._refusals.undo()
                where = self._transport.where
                raise Unavailable(what=f"Sending mail by {where}", remedy=f"It says: {said}")

    def _outgoing(self, claim: claims.Claim) -> Outgoing:
        subject, text, html = self._content(claim.content)
        for_html = {name: escape(value) for name, value in claim.fills.items()}
        return Outgoing(
            name=claim.name,
            sender=self._sender,
            address=claim.address,
            subject=subject,
            text=rules.filled(text, claim.fills),
            html=rules.filled(html, for_html),
            headers=claim.headers,
            at=clock.now(),
        )

    def _write_down(self, settle: Callable[[], None]) -> None:
        """Settle, though the database be busy or away for a moment: else it would be doubtful."""
        for _ in range(_TRIES - 1):
            try:
                settle()
            except (OperationalError, InterfaceError):
                if not connection.in_atomic_block:  # else it is the caller's to end
                    connection.close_if_unusable_or_obsolete()
                self._pace.rest(self._pace.again_s)
            else:
                return
        settle()

    def _settle(self, claim: claims.Claim, answer: Answer) -> None:
        said = suppression.unnamed(answer.said)
        if answer.verdict == "taken":
            claims.end(claim, Standing.SENT, receipt=answer.receipt)
        elif answer.verdict == "unclear":
            claims.end(claim, Standing.DOUBTFUL, said=said)
        elif answer.verdict == "later":
            self._put_off(claim, said)
        else:
            claims.end(claim, Standing.FAILED, said=said)
            if rules.is_no_mailbox(said):
                suppression.suppress(claim.address, "bounced", said)

    def _put_off(self, claim: claims.Claim, said: str) -> None:
        wait_s = rules.wait_s(claim.attempt, draw=random())  # noqa: S311  # no secret
        if wait_s is None:
            claims.end(claim, Standing.FAILED, said=said)
        else:
            claims.put_off(claim, said, until=clock.now() + timedelta(seconds=wait_s))

    def _note(self, domain: str, answer: Answer) -> None:
        """Leave a domain alone for a while that put off several in a row."""
        self._in_a_row[domain] = self._in_a_row[domain] + 1 if answer.verdict == "later" else 0
        if self._in_a_row[domain] >= _IN_A_ROW:
            self._in_a_row[domain] = 0
            self._lanes.shut(domain, self._pace.clock() + self._pace.shut_s)


def _content(number: int) -> tuple[str, str, str]:
    row = Content.objects.values_list("subject", "text", "html").get(pk=number)
    return row[0], row[1], row[2]
