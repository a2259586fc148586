"""What stands in the outbox, read as whoever gets it reads it."""

from broadsheet.digest import links
from broadsheet.digest.models import Subscriber
from broadsheet.digest.subscriptions import subscribing
from broadsheet.digest.types import Wish
from broadsheet.mail.models import Message, Standing
from broadsheet.mail.rules import filled

ADA = "ada@example.org"
NEAR = "192.0.2.7"


def letters(to=ADA):
    """The letters to an address, oldest first, without those that were taken back."""
    rows = Message.objects.exclude(standing=Standing.CANCELLED).order_by("pk")
    return [row for row in rows.select_related("content") if row.address.lower() == to.lower()]


def read(letter):
    """The text of a letter as it is sent."""
    return filled(letter.content.text, letter.fills)


def said(letter):
    """The same in one line."""
    return " ".join(read(letter).split())


def link(letter, name="link"):
    """The token of a link in a letter."""
    assert letter.fills[name] in read(letter)
    return letter.fills[name].rpartition("/")[2]


def ask(address=ADA, *, network=NEAR, **wish):
    """Ask, and give the letter that came of it, if any did."""
    before = len(letters(address))
    subscribing.ask(Wish(address=address, **wish), network=network)
    came = letters(address)[before:]
    assert len(came) <= 1
    return came[0] if came else None


def begin(address=ADA, **wish):
    """A mailing that was asked for and confirmed."""
    return subscribing.confirm(link(ask(address, **wish)))


def own(address=ADA):
    """The token of the page of a reader."""
    reader = Subscriber.objects.get(address=address)
    return links.preferences_path(reader.name).rpartition("/")[2]
