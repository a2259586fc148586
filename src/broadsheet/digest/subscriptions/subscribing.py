"""Asking for mail, and confirming it: nothing is sent before whoever reads the address says so."""

from dataclasses import asdict, replace
from typing import Final

from django.db import transaction

from broadsheet.digest import links
from broadsheet.digest.apps import NEWEST
from broadsheet.digest.models import Asking, State, Subscriber, Subscription
from broadsheet.digest.subscriptions import changes, limits, notices, wishes
from broadsheet.digest.subscriptions.wishes import Terms
from broadsheet.digest.types import Mailing, Wish
from broadsheet.jobs import actions as jobs
from broadsheet.kernel import clock
from broadsheet.kernel.errors import OldLink
from broadsheet.mail import actions as mail
from broadsheet.mail.types import Letter

__all__ = ["ask", "confirm", "offered", "tidy"]

_AT_ONCE: Final = 500


def ask(wish: Wish, *, network: str) -> None:
    """Mail a link with which what is wished for can be confirmed.

    Whoever asks is told the same whatever is known of the address. Nothing that is sent already
    changes before its link is used; each link confirms what was wished for with it.

    ``network`` is the internet address of whoever asks, "" where there is none.

    Raises BadQuestion or NotFound for a wish that cannot be, TooOften, and Unavailable where this
    site sends no mail.
    """
    changes.check_mail()
    wanted = wishes.checked(wish)
    with transaction.atomic():
        asking = limits.counted(wanted.address, network)
        with changes.undone_if_suppressed(wanted.address):
            mail.post([_letter(asking, wanted)])


def _letter(asking: Asking, wish: Wish) -> Letter:
    terms = wishes.terms(wish)
    subscriber = changes.subscriber_at(wish.address, terms.zone)
    row = changes.subscription_to(subscriber, wish.edition)
    if row.state == State.PENDING:
        changes.write(row, terms)
        row.asked_at = asking.at
    row.save()  # whatever it is, so that the same is done for everybody
    asking.subscription, asking.wish = row, asdict(terms)
    asking.save()
    if row.state == State.ACTIVE and changes.terms_of(row) == terms:
        return notices.known(asking, subscriber)
    return notices.confirmation(asking, row, terms)


def offered(token: str) -> Mailing:
    """What the link confirms, or has confirmed. Raises BadLink, OldLink."""
    asking, row = _asked(token)
    if asking.used_at:
        return wishes.mailing(row, row.subscriber.zone)
    terms = Terms(**asking.wish)
    changes.write(row, terms)
    return replace(wishes.mailing(row, terms.zone), state=State.PENDING.value, due_at=None)


def confirm(token: str, *, newest_now: bool = False) -> Mailing:
    """Let what was wished for begin. A link is used once; again it changes nothing.

    With ``newest_now`` the newest edition is mailed at once. Raises BadLink, OldLink, and Refused
    where the address is sent too many editions.
    """
    with transaction.atomic():
        asking, row = _asked(token, lock=True)
        if asking.used_at is None:
            changes.begin(row, Terms(**asking.wish), asking.network)
            asking.used_at = clock.now()
            asking.save()
        if newest_now:
            jobs.enqueue(NEWEST, row.name)
    return wishes.mailing(row, row.subscriber.zone)


def _asked(token: str, *, lock: bool = False) -> tuple[Asking, Subscription]:
    """The asking behind a link, and its subscription. Raises BadLink, OldLink."""
    found = Asking.objects.filter(name=links.asking(token), subscription__isnull=False)
    if lock:  # the subscriber first, as everywhere
        changes.locked(pk__in=found.values("subscription__subscriber"))
        found = found.select_for_update(of=("self",))
    asking = found.select_related("subscription__subscriber").first()
    row = asking.subscription if asking else None
    if asking is None or row is None:
        raise _old("what it was for has been deleted")
    if asking.used_at and row.state != State.ACTIVE:
        raise _old("it was used before, and its mail was stopped since")
    return asking, row


def _old(reason: str) -> OldLink:
    return OldLink(kind="link", name="", reason=f"{reason}; ask again, and a new one comes")


def tidy() -> int:
    """Remove what nobody confirmed while its link was good; gives how many subscriptions.

    An address that was never confirmed goes with them, and so do the marks of who asked: of
    networks of subscriptions too, since no limit needs them any more.
    """
    before = clock.now() - links.GOOD_FOR
    old = Asking.objects.filter(at__lt=before)
    for name in old.filter(wish__has_key="move").values_list("name", flat=True):
        mail.forget(name)
    old.delete()
    named = Subscription.objects.exclude(network="")
    named.filter(confirmed_at__lt=before).update(network="")
    Subscriber.objects.filter(change_asked_at__lt=before).update(**changes.NO_MOVE)
    stale = Subscription.objects.filter(state=State.PENDING, asked_at__lt=before)
    removed = 0
    while some := list(stale.values_list("subscriber", flat=True)[:_AT_ONCE]):
        with transaction.atomic():
            # Locked, then looked at again: somebody may have asked meanwhile.
            owners = changes.locked(pk__in=some)
            gone = stale.filter(subscriber__in=owners).delete()[1]
            removed += gone.get("digest.Subscription", 0)
            for owner in owners:
                if owner.confirmed_at is None and not changes.has_anything(owner):
                    changes.forget(owner)
    return removed
