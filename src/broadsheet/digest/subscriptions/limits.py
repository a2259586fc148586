"""How often links may be asked for, so that nobody can have a stranger's mailbox flooded.

Counted are askings, whoever's the address is and whatever became of them, so that a limit tells
nothing of who is subscribed. Addresses and networks are kept as keyed hashes, and not for long.
"""

from datetime import timedelta
from ipaddress import ip_address, ip_network
from typing import Final, Literal

from django.db import connection
from django.db.models import QuerySet
from django.utils.crypto import salted_hmac

from broadsheet.digest import links
from broadsheet.digest.models import Asking
from broadsheet.kernel import clock
from broadsheet.kernel.errors import TooOften

FOR_AN_ADDRESS: Final = 3
FOR_AN_ADDRESS_A_DAY: Final = 8
FOR_A_NETWORK: Final = 30
FOR_ALL: Final = 1_000

_COUNTER: Final = 6_208_351_947_102_214_811  # an advisory lock of PostgreSQL, unlike any other


def one_by_one() -> None:
    """Wait for whoever else is asking; keep the next one waiting until this transaction ends.

    Two who counted at the same moment would otherwise both find room for one more. It is one lock
    for all, because there is a limit for all. Whoever locks rows too does so after it. SQLite has
    one writer anyway, from the beginning of its transaction.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_COUNTER])


def counted(address: str, network: str) -> Asking:
    """Count one more asking for a link to an address; inside the transaction that mails it.

    ``network`` is the internet address it came from, "" where there is none. Raises TooOften.
    """
    one_by_one()
    asking = Asking(
        name=links.new_name(),
        at=clock.now(),
        address=mark(address.lower()),
        network=mark(_net(network)),
    )
    theirs = Asking.objects.filter(address=asking.address)
    near = Asking.objects.filter(network=asking.network)
    _check(theirs, FOR_AN_ADDRESS)
    _check(theirs, FOR_AN_ADDRESS_A_DAY, "a day")
    _check(near, FOR_A_NETWORK)
    _check(Asking.objects.all(), FOR_ALL)
    asking.save()
    return asking


def _check(
    askings: QuerySet[Asking], most: int, span: Literal["an hour", "a day"] = "an hour"
) -> None:
    past, wait = (
        (timedelta(hours=1), "minutes") if span == "an hour" else (timedelta(days=1), "hours")
    )
    if askings.filter(at__gt=clock.now() - past).count() >= most:
        raise TooOften(what="A link by mail", done="asked for", most=most, span=span, wait=wait)


def mark(text: str) -> str:
    """The keyed hash by which an address or a network is counted: 64 hexadecimal digits."""
    return salted_hmac(
        "broadsheet.digest.subscriptions.limits", text, algorithm="sha256"
    ).hexdigest()


def _net(address: str) -> str:
    """Its /24, or its /48 by IPv6: what one household or firm has for itself."""
    try:
        host = ip_address(address)
    except ValueError:
        return ""
    host = getattr(host, "ipv4_mapped", None) or host
    return str(ip_network((host, 24 if host.version == 4 else 48), strict=False))
