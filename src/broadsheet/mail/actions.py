"""The door of the outbox: post letters, take them back, forget whose they were, try again."""

import hashlib
import json
import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from itertools import islice
from typing import Final
from uuid import uuid4

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import CharField, Exists, F, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Cast, Concat, Left

from broadsheet.jobs import actions as jobs
from broadsheet.kernel import clock
from broadsheet.kernel.errors import NotFound, Refused
from broadsheet.mail import rules
from broadsheet.mail.apps import DELIVER
from broadsheet.mail.models import Content, Event, Message, Standing
from broadsheet.mail.sender import sender
from broadsheet.mail.types import Body, Letter

__all__ = ["OUTBOX", "cancel", "forget", "post", "retry", "retry_failed", "take_back", "tidy"]

OUTBOX: Final = "outbox"
"""The subject of the job that delivers: there is one outbox, and one run at a time."""

_AT_ONCE: Final = 500
_LONGEST_KEY: Final = 200
_LONGEST_LOST: Final = 160  # of a key that is lost, with how behind it
_LONGEST_OWNER: Final = 64
_LONGEST_ADDRESS: Final = 254
_KEPT: Final = timedelta(weeks=4)
_HEADER: Final = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,75}")
_VALUE: Final = re.compile(r"[^\x00-\x1f\x7f]{1,900}")
# What the outbox sets itself, or what would send a letter to others than its reader.
_OWN: Final = re.compile(
    r"from|sender|to|cc|bcc|subject|date|message-id|mime-version|content-.*|dkim-signature"
    r"|received|return-path|resent-.*",
    re.IGNORECASE,
)
_OPEN: Final = (Standing.WAITING, Standing.SENDING)
_STUCK: Final = (Standing.FAILED, Standing.DOUBTFUL)
_TO_COME: Final = (*_OPEN, *_STUCK)  # by itself, or once somebody has it tried again
_LATELY: Final = timedelta(days=1)


def post(letters: Iterable[Letter]) -> int:
    """Put letters into the outbox, all or none; gives how many were new.

    A letter whose key was posted before is passed over. What letters share is stored once.
    Inside a transaction they come to be with it. Raises ValueError for a letter that cannot be
    sent as it is: an address that is none, a header with a line break or one that the outbox
    sets itself, a slot without a fill or one in the subject.
    """
    posted = 0
    coming = iter(letters)
    with transaction.atomic():
        while some := list(islice(coming, _AT_ONCE)):
            posted += _post(some)
        if posted:
            jobs.enqueue(DELIVER, OUTBOX)
    return posted


def _post(letters: list[Letter]) -> int:
    now = clock.now()
    for letter in letters:
        _check(letter)
    contents = _contents({letter.body for letter in letters}, now)
    end = sender().domain
    rows = [
        Message(
            key=letter.key,
            kind=letter.kind,
            owner=letter.owner,
            address=letter.address,
            domain=rules.domain(letter.address),
            content_id=contents[letter.body],
            fills=dict(letter.fills),
            headers=dict(letter.headers),
            name=f"{uuid4().hex}@{end}",
            composed_at=now,
            due_at=letter.due_at or now,
        )
        for letter in letters
    ]
    Message.objects.bulk_create(rows, ignore_conflicts=True)
    return Message.objects.filter(name__in=[row.name for row in rows]).count()


def _check(letter: Letter) -> None:
    """Raises ValueError; its words hold no address."""
    for what, is_wrong in _faults(letter):
        if is_wrong:
            raise ValueError(f"the letter {letter.key[:_LONGEST_KEY]!r} cannot be posted: {what}")


def _faults(letter: Letter) -> Iterator[tuple[str, bool]]:
    body = letter.body
    yield "its key is empty or too long", not 0 < len(letter.key) <= _LONGEST_KEY
    yield "its owner is empty or too long", not 0 < len(letter.owner) <= _LONGEST_OWNER
    yield "its address is none", not _is_address(letter.address)
    yield "its subject is not one line", not _VALUE.fullmatch(body.subject)
    yield "its text is empty", not body.text.strip()
    missing = (rules.slots(body.text) | rules.slots(body.html)) - letter.fills.keys()
    yield f"nothing fills {', '.join(sorted(missing))}", bool(missing)
    for name, value in letter.headers.items():
        yield f"{name[:80]!r} is no header of its own", not _is_header(name)
        yield f"{name} is not one line", not _VALUE.fullmatch(value)


def _is_address(address: str) -> bool:
    try:
        validate_email(address)
    except ValidationError:
        return False
    return len(address) <= _LONGEST_ADDRESS


def _is_header(name: str) -> bool:
    return bool(_HEADER.fullmatch(name)) and not _OWN.fullmatch(name)


def _contents(bodies: set[Body], now: datetime) -> dict[Body, int]:
    """The rows of what letters share, made where they are not there yet."""
    digests = {body: _digest(body) for body in bodies}
    Content.objects.bulk_create(
        [
            Content(
                digest=digest, subject=body.subject, text=body.text, html=body.html, made_at=now
            )
            for body, digest in sorted(digests.items(), key=lambda item: item[1])
        ],
        ignore_conflicts=True,
    )
    # Locked, so that nobody drops what is in them before our messages can be seen; in one order,
    # so that two who post never wait for each other.
    rows = Content.objects.select_for_update(no_key=True).order_by("digest")
    rows = rows.filter(digest__in=digests.values())
    numbers = dict(rows.values_list("digest", "pk"))
    return {body: numbers[digest] for body, digest in digests.items()}


def _digest(body: Body) -> str:
    parts = json.dumps([body.subject, body.text, body.html])
    return hashlib.sha256(parts.encode()).hexdigest()


def cancel(owner: str, *, beginning: str = "") -> tuple[str, ...]:
    """Take back the owner's letters that have not left; gives the keys they had.

    They lose them, so that what was taken back may be posted anew.

    With ``beginning`` only those whose key begins so. One that is being handed over goes, unless
    its receiver puts it off; one that failed or is doubtful is not tried again.
    """
    theirs = Message.objects.filter(owner=owner, key__startswith=beginning)
    lost = Concat(Left("key", _LONGEST_LOST), Value(" taken back "), Cast("pk", CharField()))
    with transaction.atomic():
        waiting = _recalled(theirs)
        keys = tuple(waiting.order_by("pk").values_list("key", flat=True))
        waiting.update(standing=Standing.CANCELLED, ended_at=clock.now(), key=lost)
    return keys


def _recalled(theirs: QuerySet[Message]) -> QuerySet[Message]:
    """Those of them that wait, once all that may still go are marked as taken back."""
    theirs.filter(standing__in=_TO_COME).update(recalled=True)  # whichever each is in a moment
    return theirs.filter(standing=Standing.WAITING)


def forget(owner: str) -> None:
    """Take back what waits, and blank whatever tells who the owner is or was sent.

    Keys stay, so that nothing posted before goes again.
    """
    with transaction.atomic():
        theirs = Message.objects.filter(owner=owner)
        _recalled(theirs).update(standing=Standing.CANCELLED, ended_at=clock.now())
        Event.objects.filter(message__in=theirs).delete()
        theirs.update(owner="", address="", domain="", fills={}, headers={}, receipt="", error="")


def retry(number: int) -> None:
    """Let a message that failed, or of which nobody knows whether it went, be sent once more.

    Raises NotFound for an unknown number, Refused for any other, one that its owner took back or
    one whose content is gone.
    """
    with transaction.atomic():
        message = Message.objects.select_for_update().filter(pk=number).first()
        if message is None:
            raise NotFound(kind="message", name=number)
        if reason := _why_not(message):
            raise Refused(what=f"Message {number}", done="sent again", reason=reason)
        now = clock.now()
        message.standing, message.due_at, message.ended_at = Standing.WAITING, now, None
        message.attempts, message.run, message.error = 0, "", ""
        message.save()
        message.events.create(at=now, what="retried")
        jobs.enqueue(DELIVER, OUTBOX)


def retry_failed() -> int:
    """Let all that failed within a day be sent once more, but what cannot; gives how many."""
    failed = Message.objects.filter(
        standing=Standing.FAILED, ended_at__gt=clock.now() - _LATELY, recalled=False
    )
    retried = 0
    for number in list(failed.order_by("pk").values_list("pk", flat=True)):
        with suppress(NotFound, Refused):
            retry(number)
            retried += 1
    return retried


def take_back(number: int) -> None:
    """Take back one message that has not left. Raises NotFound, or Refused where it has."""
    with transaction.atomic():
        message = Message.objects.select_for_update().filter(pk=number).first()
        if message is None:
            raise NotFound(kind="message", name=number)
        if message.standing != Standing.WAITING:
            reason = f"it is {message.standing}, and no longer waits"
            raise Refused(what=f"Message {number}", done="taken back", reason=reason)
        message.standing, message.ended_at = Standing.CANCELLED, clock.now()
        message.save()


def _why_not(message: Message) -> str:
    if message.standing not in _STUCK:
        return f"it is {message.standing}, neither failed nor doubtful"
    if message.recalled:
        return "it was taken back, as its reader left or wanted it otherwise"
    if not (message.address and message.content.text):
        return "what was in it is no longer kept"
    return ""


def tidy() -> int:
    """Drop the fills, headers and content of messages that ended weeks ago; gives how many.

    The log keeps when each was sent, to whom, and under which subject.
    """
    before = clock.now() - _KEPT
    ended = Message.objects.filter(ended_at__lt=before).exclude(standing__in=_OPEN)
    dropped = ended.exclude(fills={}, headers={}).update(fills={}, headers={})
    with transaction.atomic():
        old = Content.objects.filter(made_at__lt=before).exclude(text="")
        locked = list(old.select_for_update().order_by("digest").values_list("pk", flat=True))
        needed = Message.objects.filter(
            Q(standing__in=_OPEN) | Q(ended_at__gte=before), content=OuterRef("pk")
        )
        # Looked at again once they are locked: somebody may have posted one meanwhile.
        idle = Content.objects.filter(~Exists(needed), pk__in=locked)
        name = Concat(Value("dropped "), Cast(F("pk"), CharField()))
        idle.update(text="", html="", digest=name)
    return dropped
