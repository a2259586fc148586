"""Signed links: whoever holds one that we mailed may do what it says, without an account.

A token is a random name and a signature over it and over what the link is for, so that a link for
one thing is never good for another. Links to leave and to the preferences are good for ever, and
under a new secret key too while the old one stands in ``SECRET_KEY_FALLBACKS``.
"""

import secrets
from datetime import UTC, datetime, timedelta
from typing import Final, Literal, NamedTuple

from django.conf import settings
from django.core.signing import BadSignature, Signer

from broadsheet.kernel import clock
from broadsheet.kernel.errors import BadLink, OldLink

GOOD_FOR: Final = timedelta(days=3)
"""How long a link that confirms something is good."""

Side = Literal["old", "new"]
"""Which of the two addresses of a change a link was mailed to."""

_For = Literal["leave", "preferences", "confirm", "agree"]
_SEP: Final = "."


class ChangeLink(NamedTuple):
    """What a link to agree to a change of address says: which one, whose side, asked for when."""

    change: str
    side: Side
    asked_at: datetime


def new_name() -> str:
    """A name that nobody guesses: 128 random bits in 22 characters."""
    return secrets.token_urlsafe(16)


def absolute(path: str) -> str:
    """The whole address of a path of this site."""
    return f"{settings.PUBLIC_URL}{path}"


def leave_path(subscription: str) -> str:
    """Where a subscription, by its name, is left."""
    return f"/unsubscribe/{_signed('leave', subscription)}"


def preferences_path(subscriber: str) -> str:
    """Where a subscriber, by its name, changes everything."""
    return f"/mail/{_signed('preferences', subscriber)}"


def confirm_path(asking: str) -> str:
    """Where what was asked for, by the name of the asking, is confirmed; good for three days."""
    return f"/subscribe/confirm/{_signed('confirm', f'{asking}{_SEP}{_stamp(clock.now())}')}"


def agree_path(change: str, side: Side, asked_at: datetime) -> str:
    """Where one side agrees to a change of address, by the random name that it alone has.

    Good for three days from when it was asked for.
    """
    return f"/mail/agree/{_signed('agree', _SEP.join([change, side, _stamp(asked_at)]))}"


def subscription_to_leave(token: str) -> str:
    """The name of the subscription that this link leaves. Raises BadLink."""
    return _read("leave", token)


def subscriber(token: str) -> str:
    """The name of the subscriber whose preferences this link opens. Raises BadLink."""
    return _read("preferences", token)


def asking(token: str) -> str:
    """The name of the asking that this link confirms. Raises BadLink, OldLink after three days."""
    name, _, stamp = _read("confirm", token).rpartition(_SEP)
    _fresh(stamp)
    return name


def change(token: str) -> ChangeLink:
    """What this link agrees to. Raises BadLink, OldLink after three days."""
    name, side, stamp = _read("agree", token).rsplit(_SEP, 2)
    return ChangeLink(name, "old" if side == "old" else "new", _fresh(stamp))


def _signed(purpose: _For, value: str) -> str:
    return _signer(purpose).sign(value)


def _read(purpose: _For, token: str) -> str:
    try:
        return _signer(purpose).unsign(token)
    except (BadSignature, UnicodeError):
        raise BadLink(kind="link", name="") from None


def _signer(purpose: _For) -> Signer:
    return Signer(sep=_SEP, salt=f"broadsheet.digest.{purpose}")


def _stamp(moment: datetime) -> str:
    return f"{int(moment.timestamp()):x}"


def _fresh(stamp: str) -> datetime:
    made_at = datetime.fromtimestamp(int(stamp, 16), UTC)
    if clock.now() > made_at + GOOD_FOR:
        reason = f"it was good for {GOOD_FOR.days} days; ask again, and a new one comes"
        raise OldLink(kind="link", name="", reason=reason)
    return made_at
