"""Composing what is due: each distinct letter once, for everybody who is to have it.

Letters, what was sent to whom, and when each is due again are written in one transaction: killed
anywhere, a run leaves nothing half done, and the next one goes on with who is still due. Nothing
goes twice: whoever is no longer due as it was read is passed over, a subscription has one issue
of an edition, and a letter has a key.
"""

import logging
import time
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any, Final, NamedTuple

from django.db import DatabaseError, transaction

from broadsheet.digest import links
from broadsheet.digest.issues import due
from broadsheet.digest.issues.choosing import Editions
from broadsheet.digest.issues.due import Due
from broadsheet.digest.issues.plans import plan
from broadsheet.digest.letter import headers
from broadsheet.digest.letter.composing import Composed, composed
from broadsheet.digest.models import Cadence, Issue, State, Subscription
from broadsheet.digest.types import Choice
from broadsheet.editions.kept import Kept
from broadsheet.jobs.registry import Context, Stopped
from broadsheet.kernel import clock, words
from broadsheet.kernel.errors import BadQuestion, BroadsheetError, NotFound
from broadsheet.mail import actions as mail
from broadsheet.mail import sender
from broadsheet.mail.types import Letter

log = logging.getLogger(__name__)

_BODIES: Final = 64  # of one edition kept at once, 100 kB each at most
_UNTOLD: Final = "It could not be composed. Whoever runs this site finds the reason in its log."


@dataclass(slots=True)
class Report:
    """What a run did: editions asked for, letters composed, and posted to all who have them.

    ``waiting`` are subscriptions whose edition is still to come, ``failed`` editions.
    """

    editions: int = 0
    composed: int = 0
    posted: int = 0
    waiting: int = 0
    failed: int = 0


class _Sheet(NamedTuple):
    """One letter to come: to whom, what was chosen, and how it reads."""

    due: Due
    choice: Choice
    composed: Composed


def compose(context: Context) -> None:
    """The job that composes what is due, unless mail cannot leave: then it waits for that."""
    if sender.is_on() and not sender.lacking():
        send(context.beat)
    elif sender.is_on():
        log.warning("digest.not_composed", extra={"facts": {"reason": sender.remedy()}})


def compose_newest(context: Context) -> None:
    """The job that sends the newest edition to a subscription that was just confirmed.

    Its subject is the subscription's name. One that was sent anything since is sent nothing; what
    it was sent before its reader left and came back does not count.
    """
    now = clock.now()
    one = due.newcomer(context.subject, now)
    if one is None:
        return
    choice = Editions(one.row.edition, now).newest(one.reader)
    sheet = _Sheet(one, choice, _composed(choice, one))
    with transaction.atomic():
        (row,) = _locked([one]) or (None,)
        if row and not row.issues.filter(composed_at__gte=row.confirmed_at).exists():
            before, _ = row.issues.filter(edition=choice.label).delete()
            begun = f" to begin at {row.confirmed_at:%Y-%m-%d %H:%M:%S}" if before else ""
            _post([sheet], now, begun=begun)
            if choice.picks:
                Subscription.objects.filter(pk=row.pk).update(last_day=choice.day)


def send(beat: Callable[[str], None], *, only: str = "") -> Report:
    """Compose what is due now, of one edition or of all; gives what was done.

    An edition that fails is logged, its subscriptions say so, and the others go on.
    """
    now, start = clock.now(), time.perf_counter()
    report = Report()
    for edition in due.editions(now, only=only):
        report.editions += 1
        beat(f"edition {report.editions:,}, {report.posted:,} letters so far")
        try:
            _send(edition, now, beat, report)
        except (Stopped, DatabaseError):
            raise
        except Exception as error:  # noqa: BLE001  # one edition never stops the others
            report.failed += 1
            _note(edition, now, error)
    if report.editions:
        took = round((time.perf_counter() - start) * 1_000)
        log.info("digest.composed", extra={"facts": asdict(report), "ms": took})
    return report


def _send(edition: str, now: datetime, beat: Callable[[str], None], report: Report) -> None:
    editions = Editions(edition, now)
    bodies: Kept[Composed] = Kept(_BODIES)
    for dues in due.batches(edition, now):
        beat("")
        some = plan(editions, dues)
        sheets = []
        for key, group in some.groups.items():
            body = bodies.peek(key)
            if body is None:
                body = _composed(group.choice, group.dues[0])
                bodies.put(key, body)
                report.composed += 1
            sheets += [_Sheet(one, group.choice, body) for one in group.dues]
        report.waiting += len(some.waiting)
        report.posted += _write(sheets, some.nothing, now)


def _composed(choice: Choice, one: Due) -> Composed:
    row = one.row
    return composed(choice, edition=row.edition, cadence=row.cadence, size=row.size)


def _write(sheets: list[_Sheet], nothing: list[Due], now: datetime) -> int:
    """Post these letters, and move all due times on; gives how many were posted."""
    dues = {one.row.pk: one for one in (*(sheet.due for sheet in sheets), *nothing)}
    with transaction.atomic():
        still = {row.pk for row in _locked(dues.values()) if row.due_at == dues[row.pk].row.due_at}
        new = _unsent([sheet for sheet in sheets if sheet.due.row.pk in still])
        posted = _post(new, now)
        days = {sheet.due.row.pk: sheet.choice.day for sheet in new if sheet.choice.picks}
        moved: defaultdict[tuple[datetime, date | None], list[int]] = defaultdict(list)
        for number in still:
            moved[dues[number].next_at, days.get(number)].append(number)
        for (next_at, day), numbers in moved.items():
            told: dict[str, Any] = {"last_day": day} if day else {}
            rows = Subscription.objects.filter(pk__in=numbers)
            rows.update(due_at=next_at, trouble="", **told)
    return posted


def _locked(dues: Iterable[Due]) -> list[Subscription]:
    """Those of these subscriptions that still want what they did when they were read."""
    wanted = {one.row.pk: one.row.edition for one in dues}
    rows = Subscription.objects.select_for_update(of=("self",)).order_by("pk")
    active = rows.filter(pk__in=wanted, state=State.ACTIVE)
    return [row for row in active if row.edition == wanted[row.pk]]


def _unsent(sheets: list[_Sheet]) -> list[_Sheet]:
    """Without those whose subscription was sent that edition already."""
    numbers = [sheet.due.row.pk for sheet in sheets]
    labels = {sheet.choice.label for sheet in sheets}
    issues = Issue.objects.filter(subscription__in=numbers, edition__in=labels)
    sent = set(issues.values_list("subscription", "edition"))
    return [one for one in sheets if (one.due.row.pk, one.choice.label) not in sent]


def _post(sheets: list[_Sheet], now: datetime, *, begun: str = "") -> int:
    """Write what each is sent, and put the letters into the outbox.

    ``begun`` makes another letter of one that went before its reader left and came back.
    """
    Issue.objects.bulk_create(_issue(sheet, now) for sheet in sheets)
    return mail.post(_letter(sheet, begun) for sheet in sheets)


def _issue(sheet: _Sheet, now: datetime) -> Issue:
    left_out = dict(sheet.composed.left_out)
    papers = [[pick.hit.card.key, pick.version] for pick in sheet.choice.picks]
    return Issue(
        subscription=sheet.due.row,
        edition=sheet.choice.label,
        day=sheet.choice.day,
        papers=[pair for pair in papers if pair[0] not in left_out],
        left_out=[list(pair) for pair in sheet.composed.left_out],
        composed_at=now,
    )


def _letter(sheet: _Sheet, begun: str) -> Letter:
    row = sheet.due.row
    leave = links.absolute(links.leave_path(row.name))
    return Letter(
        key=f"edition {row.name} {sheet.choice.label}{begun}",
        kind="alert" if row.cadence == Cadence.AT_ONCE else "edition",
        owner=row.subscriber.name,
        address=row.subscriber.address,
        body=sheet.composed.body,
        fills={
            "address": row.subscriber.address,
            "asked_on": words.day(row.asked_at.date()),
            "leave": leave,
            "preferences": links.absolute(links.preferences_path(row.subscriber.name)),
        },
        headers=headers.of_list(row.edition, leave),
    )


def _note(edition: str, now: datetime, error: Exception) -> None:
    """Log that an edition failed, and let its subscriptions say so.

    One that is not there (any more) is tried again when it is due again, any other failure with
    the next run.
    """
    told, trace = _UNTOLD, error if not isinstance(error, BroadsheetError) else None
    if isinstance(error, BroadsheetError):
        told = error.user_message
    facts = {"edition": edition, "reason": told}
    log.error("digest.failed", extra={"facts": facts}, exc_info=trace)
    for dues in due.batches(edition, now):
        numbers = [one.row.pk for one in dues]
        if isinstance(error, (BadQuestion, NotFound)):
            _write([], dues, now)
        Subscription.objects.filter(pk__in=numbers).exclude(trouble=told).update(trouble=told)
