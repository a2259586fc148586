"""A change of address: both sides agree by a mailed link, and then all of it moves.

Nobody's address is taken over without a word from its own mailbox, and nobody else's mail is
sent away by whoever got hold of one link.
"""

from typing import Literal

from django.db import transaction

from broadsheet.digest import links
from broadsheet.digest.links import Side
from broadsheet.digest.models import State, Subscriber, Subscription
from broadsheet.digest.subscriptions import changes, limits, notices, wishes
from broadsheet.digest.types import Move
from broadsheet.kernel import clock
from broadsheet.kernel.errors import BadQuestion
from broadsheet.mail import actions as mail

__all__ = ["agree", "agreeing", "change_address", "under_way"]


def change_address(token: str, address: str, *, network: str) -> None:
    """Mail a link to the new address and one to the old; one asked for before is called off.

    Raises BadLink, OldLink, BadQuestion for an address that is none or theirs already, TooOften,
    and Unavailable where this site sends no mail.
    """
    changes.check_mail()
    new = wishes.address(address)
    with transaction.atomic():
        limits.one_by_one()  # before the subscriber, as whoever asks for an edition does
        subscriber = changes.subscriber_of(token, lock=True)
        if new.lower() == subscriber.address.lower():
            raise BadQuestion(what="The new address", reason="it is the one that is written to")
        now = clock.now()
        subscriber.next_address, subscriber.change_asked_at = new, now
        subscriber.change_name = links.new_name()
        subscriber.old_agreed_at = subscriber.new_agreed_at = None
        subscriber.save()
        asked = limits.counted(new, network)
        asked.wish = {"move": subscriber.name}
        asked.save()
        with changes.undone_if_suppressed(new):
            mail.post([notices.move_to(asked, subscriber)])
        also = limits.counted(subscriber.address, network)
        mail.post([notices.move_from(also, subscriber)])


def under_way(subscriber: Subscriber, side: Side | Literal[""] = "") -> Move | None:
    """The change that somebody asked for lately, if any."""
    asked_at = subscriber.change_asked_at
    if asked_at is None or clock.now() > asked_at + links.GOOD_FOR:
        return None
    return Move(
        old=subscriber.address,
        new=subscriber.next_address,
        side=side,
        old_agreed=subscriber.old_agreed_at is not None,
        new_agreed=subscriber.new_agreed_at is not None,
        until=asked_at + links.GOOD_FOR,
    )


def agreeing(token: str) -> Move | None:
    """What the link agrees to; None where nothing is left to agree to. Raises BadLink, OldLink."""
    link = links.change(token)
    return _asked(Subscriber.objects.filter(change_name=link.change).first(), link)


def agree(token: str) -> Move | None:
    """Agree for one side, twice is once; the second side to agree makes the change.

    None where nothing is left to agree to: it is done, or was called off. Raises BadLink, OldLink,
    and Refused where the new address would be sent too many editions.
    """
    link = links.change(token)
    with transaction.atomic():
        subscriber = next(iter(changes.locked(change_name=link.change)), None)
        if subscriber is None or _asked(subscriber, link) is None:
            return None
        column = f"{link.side}_agreed_at"
        setattr(subscriber, column, getattr(subscriber, column) or clock.now())
        subscriber.save()
        move = _asked(subscriber, link)
        if move and move.is_done:
            _move(subscriber)
    return move


def _asked(subscriber: Subscriber | None, link: links.ChangeLink) -> Move | None:
    """The change the link was mailed for, where it is still the one under way."""
    if subscriber is None or subscriber.change_name != link.change:  # looked at once it is locked
        return None
    return under_way(subscriber, link.side)


def _move(subscriber: Subscriber) -> None:
    """Give all of it to whoever reads the new address, and keep the old one nowhere.

    The links to the preferences in letters to the old address end with it; those to leave stay.
    """
    target = changes.subscriber_at(subscriber.next_address, subscriber.zone)
    target.confirmed_at = target.confirmed_at or clock.now()
    target.save()
    _check_most(subscriber, target)
    for row in subscriber.subscriptions.select_for_update().order_by("pk"):
        row.subscriber = subscriber
        _give(row, target)
    known = set(target.webhooks.values_list("url", "edition"))
    for hook in subscriber.webhooks.all():
        if (hook.url, hook.edition) not in known:
            hook.subscriber = target
            hook.save()
    changes.forget(subscriber)
    mail.post([notices.moved(target, subscriber.name)])


def _check_most(subscriber: Subscriber, target: Subscriber) -> None:
    """Raises Refused where both together are too many editions."""
    theirs = subscriber.subscriptions.filter(state__in=changes.OPEN)
    own = target.subscriptions.filter(state__in=changes.OPEN)
    more = theirs.exclude(edition__in=own.values("edition")).count()
    if more:
        refused = ("The mail", "moved to the new address")
        changes.check_most(target.subscriptions.all(), more=more, refused=refused)


def _give(row: Subscription, target: Subscriber) -> None:
    """Of two to the same edition the one stays that is sent, the new address's own before.

    A letter of it that waits is composed anew for the new address, and what is due stays due.
    """
    own = target.subscriptions.filter(edition=row.edition).first()
    if own and (own.state in changes.OPEN or row.state not in changes.OPEN):
        return
    if own:
        own.delete()
    taken_back, now = changes.take_back(row), clock.now()
    row.subscriber = target
    if row.state == State.ACTIVE:
        missed = [at for at in (taken_back, row.due_at) if at and at <= now]
        row.due_at = min(missed) if missed else changes.due_after(row, target.zone, now)
    row.save()
