"""The door of webhooks: their owner adds, tries, changes and removes them.

A ``token`` is that of a link to the preferences: whoever holds it reads the owner's mail. All that
take one raise BadLink for a link that is none, OldLink where its address is gone. None is for
whoever runs the site.
"""

from dataclasses import dataclass
from dataclasses import field as defaulting
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import uuid4

from django.db import transaction
from django.db.models import Max

from broadsheet.digest import links, matching, news
from broadsheet.digest.apps import WEBHOOKS
from broadsheet.digest.hooks import dispatches, endpoints, signing
from broadsheet.digest.models import Clipping, Pace, Progress, Subscriber, Webhook
from broadsheet.digest.subscriptions import wishes
from broadsheet.digest.subscriptions.changes import subscriber_of
from broadsheet.jobs import actions as jobs
from broadsheet.kernel import clock
from broadsheet.kernel.errors import BadQuestion, NotFound, Refused, TooOften
from broadsheet.mail import sender

MOST: Final = 10
"""How many webhooks a subscriber may have."""

MOST_TESTS: Final = 10
"""How often a webhook may be tested in an hour."""

_HOUR: Final = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookState:
    """A webhook as its owner sees it.

    ``title`` is the edition in words, ``event`` the type of what it is told, ``pace`` one of
    ``Pace``. ``answer`` is what came of the last attempt, as the end of a sentence about the
    endpoint, "" before the first. ``why_off`` is a sentence where it was switched off.
    """

    name: str
    url: str
    edition: str
    title: str
    event: str
    pace: str
    secret: str = defaulting(repr=False)
    on: bool
    why_off: str
    made_at: datetime
    answer: str
    answered_at: datetime | None
    failing_since: datetime | None
    waiting: int


def add(token: str, url: str, edition: str, *, pace: str = "at_once") -> WebhookState:
    """Tell an address of an edition from now on; one that is told of it already stays as it is.

    Args:
        token: whose it will be; their mail address has to be confirmed.
        url: https, on the public web.
        edition: the address of a front page, to be told each complete day, or of a search, to be
            told what newly matches by words and filters.
        pace: for a search, whether each match is told at once, or gathered.

    Raises NotFound, BadQuestion, and Refused where there are too many or something is not set.
    """
    url, edition = endpoints.checked(url), wishes.edition(edition)
    search = _search(edition)
    _check_pace(pace, search)
    _check_site()
    with transaction.atomic():
        owner = subscriber_of(token, lock=True)
        _check_owner(owner, url, edition)
        row, _ = Webhook.objects.get_or_create(
            subscriber=owner,
            url=url,
            edition=edition,
            defaults={
                "name": uuid4().hex,
                "search": search,
                "pace": pace,
                "secret": signing.new_secret(),
                "made_at": clock.now(),
            }
            | _from_now(edition, search),
        )
    return _state(row)


def _search(edition: str) -> str:
    """The mark of a search, "" of a front page. Raises BadQuestion for any other list."""
    place = wishes.question(edition).place
    if place == "front":
        return ""
    if place != "search":
        reason = "a webhook is told of a front page or of a search"
        raise BadQuestion(what="The list", reason=reason)
    return matching.watched(edition).mark


def _check_pace(pace: str, search: str) -> None:
    if pace not in Pace.values:
        reason = f"it is one of {', '.join(Pace.values)}"
        raise BadQuestion(what=f"The pace “{pace[:40]}”", reason=reason)
    if pace != Pace.AT_ONCE and not search:
        reason = "a day is told once, when it is complete; only matches are gathered"
        raise BadQuestion(what="The pace", reason=reason)


def _check_site() -> None:
    """Raises Refused where nobody would be named as sending, or no link would lead here."""
    if lacking := " and ".join(sender.unset("CONTACT", "PUBLIC_URL")):
        reason = f"whoever runs this site has yet to set {lacking}"
        raise Refused(what="A webhook", done="added", reason=reason)


def _check_owner(owner: Subscriber, url: str, edition: str) -> None:
    if owner.confirmed_at is None:
        reason = "the mail address it would belong to is not confirmed"
        raise Refused(what="A webhook", done="added", reason=reason)
    others = owner.webhooks.exclude(url=url, edition=edition)
    if others.count() >= MOST:
        reason = f"you have {MOST}, which is as many as there may be; remove one first"
        raise Refused(what="A webhook", done="added", reason=reason)


def _from_now(edition: str, search: str) -> dict[str, Any]:
    """The columns that say that nothing of before is told."""
    return {
        "since": clock.now(),
        "since_day": None if search else news.newest_day(edition),
        "told": Clipping.objects.aggregate(last=Max("pk"))["last"] or 0,
    }


def list_of(token: str) -> tuple[WebhookState, ...]:
    """The webhooks of a subscriber, in the order they were added."""
    return tuple(map(_state, subscriber_of(token).webhooks.order_by("pk")))


def every() -> tuple[WebhookState, ...]:
    """All webhooks there are, in the order they were added."""
    return tuple(map(_state, Webhook.objects.order_by("pk")))


def remove(token: str | None, name: str) -> None:
    """Remove a webhook and whatever waits for it. Raises NotFound."""
    with transaction.atomic():
        _locked(token, name).delete()


def send_test(token: str | None, name: str) -> WebhookState:
    """Send a test now, by the worker; what comes of it is the next ``answer``.

    One that is switched off can be tested too. Raises NotFound, TooOften.
    """
    with transaction.atomic():
        row = _locked(token, name)
        now = clock.now()
        lately = row.dispatches.filter(event__startswith=dispatches.TEST, made_at__gt=now - _HOUR)
        if lately.count() >= MOST_TESTS:
            often = {"most": MOST_TESTS, "span": "an hour", "wait": "minutes"}
            raise TooOften(what="A webhook", done="tested", **often)
        event = f"{dispatches.TEST} {uuid4().hex}"
        dispatches.write(row, event, {"edition": links.absolute(row.edition)}, at=now)
        jobs.enqueue(WEBHOOKS, WEBHOOKS)
    return _state(row)


def rotate(token: str, name: str) -> WebhookState:
    """Give a webhook a new secret; for a day both sign what is sent. Raises NotFound."""
    with transaction.atomic():
        row = _locked(token, name)
        row.old_secret, row.secret = row.secret, signing.new_secret()
        row.rotated_at = clock.now()
        row.save()
    return _state(row)


def switch_on(token: str, name: str) -> WebhookState:
    """Tell a webhook again what is news from now on. Raises NotFound."""
    with transaction.atomic():
        row = _locked(token, name)
        if not row.on:
            row.on, row.why_off, row.failing_since = True, "", None
            for column, value in _from_now(row.edition, row.search).items():
                setattr(row, column, value)
            row.save()
    return _state(row)


def _locked(token: str | None, name: str) -> Webhook:
    """A webhook; with a token, one of its owner's."""
    rows = Webhook.objects.all() if token is None else subscriber_of(token).webhooks.all()
    row = rows.select_for_update().filter(name=name).first()
    if row is None:
        raise NotFound(kind="webhook", name=name[:40])
    return row


def _state(row: Webhook) -> WebhookState:
    return WebhookState(
        name=row.name,
        url=row.url,
        edition=row.edition,
        title=wishes.title(row.edition),
        event=news.MATCH if row.search else news.DAY,
        pace=row.pace,
        secret=row.secret,
        on=row.on,
        why_off=row.why_off,
        made_at=row.made_at,
        answer=row.answer,
        answered_at=row.answered_at,
        failing_since=row.failing_since,
        waiting=row.dispatches.filter(progress=Progress.WAITING).count(),
    )
