"""The list of addresses nothing is sent to. It knows them by a keyed hash and by nothing else.

So it outlives the address: whoever had everything deleted and wants never to be written to again
is remembered without being known.
"""

import re
import unicodedata
from collections.abc import Iterable
from datetime import timedelta
from typing import Final

from django.conf import settings
from django.db import transaction
from django.db.models import Max, QuerySet
from django.utils.crypto import salted_hmac

from broadsheet.kernel import clock
from broadsheet.mail.models import Event, Suppression
from broadsheet.mail.types import Reason

__all__ = ["lift", "mark", "marks", "remove", "suppress", "suppressed", "unnamed"]

_SALT: Final = "broadsheet.mail.suppression"
_ADDRESS: Final = re.compile(r"<?[^\s<>\"'(),;:=]+@[^\s<>\"'(),;:]+>?")
_SAID_AT_MOST: Final = 500
_LATELY: Final = timedelta(weeks=4)  # nobody asks after older returns
_AT_ONCE: Final = 500  # hashes a query: a database takes only so many values


def mark(address: str) -> str:
    """The keyed hash an address is known by: HMAC-SHA256 of its normal form, in 64 digits."""
    return _marked(address, settings.SECRET_KEY)


def suppress(address: str, reason: Reason, said: str = "") -> None:
    """Send nothing to an address any more. What was ``said`` is kept without any address in it.

    One that is on the list stays; its reason becomes this one, unless this one is that it bounced:
    what a person has said weighs more than what a host has.
    """
    with transaction.atomic():
        known = Suppression.objects.select_for_update().filter(mark__in=marks(address)).first()
        if known and reason == "bounced":
            return
        facts = {"reason": reason, "said": unnamed(said), "at": clock.now()}
        if known:
            Suppression.objects.filter(pk=known.pk).update(**facts)
        else:
            Suppression.objects.get_or_create(mark=mark(address), defaults=facts)


def lift(address: str) -> bool:
    """Let mail go to an address again. Says whether it was on the list."""
    return bool(_lifted(Suppression.objects.filter(mark__in=marks(address))))


def remove(numbers: Iterable[int]) -> int:
    """Take rows off the list, for whoever has only the list before them; gives how many."""
    return _lifted(Suppression.objects.filter(pk__in=list(numbers)))


def _lifted(rows: QuerySet[Suppression]) -> int:
    """Take rows off, and write it into the log of what came back: that counts no more."""
    with transaction.atomic():
        known = set(rows.values_list("mark", flat=True))
        now = clock.now()
        late = Event.objects.filter(what="returned", at__gt=now - _LATELY)
        last = late.exclude(message__address="").values_list("message__address")
        for address, number in last.annotate(number=Max("message_id")):
            if not known.isdisjoint(marks(address)):
                Event.objects.create(message_id=number, at=now, what="lifted")
        return rows.delete()[0]


def suppressed(addresses: Iterable[str]) -> set[str]:
    """Those of the addresses that nothing may be sent to, spelt as they were given."""
    known = {address: marks(address) for address in addresses}
    wanted = list({one for several in known.values() for one in several})
    found: set[str] = set()
    for start in range(0, len(wanted), _AT_ONCE):
        rows = Suppression.objects.filter(mark__in=wanted[start : start + _AT_ONCE])
        found.update(rows.values_list("mark", flat=True))
    return {address for address, several in known.items() if not found.isdisjoint(several)}


def unnamed(said: str) -> str:
    """What a host or a provider said, in one line without any address in it."""
    return _ADDRESS.sub("(address)", " ".join(said.split()))[:_SAID_AT_MOST]


def marks(address: str) -> list[str]:
    """The hash by the key of today, and those by keys that it replaced."""
    keys = [settings.SECRET_KEY, *getattr(settings, "SECRET_KEY_FALLBACKS", ())]
    return [_marked(address, key) for key in keys]


def _marked(address: str, key: str) -> str:
    return salted_hmac(_SALT, _normal(address), secret=key, algorithm="sha256").hexdigest()


def _normal(address: str) -> str:
    """One spelling for one mailbox, as far as any host tells: case and script do not count."""
    plain = unicodedata.normalize("NFKC", address.strip().strip("<>")).casefold()
    name, at, domain = plain.rpartition("@")
    try:
        domain = domain.rstrip(".").encode("idna").decode("ascii")
    except UnicodeError:
        return plain
    return f"{name}{at}{domain}"
