"""A letter as it would come now, to nobody: what somebody sees before asking for it."""

from broadsheet.digest.issues.choosing import newest
from broadsheet.digest.letter import headers
from broadsheet.digest.letter.composing import composed
from broadsheet.digest.links import absolute
from broadsheet.digest.models import Cadence
from broadsheet.digest.subscriptions.wishes import edition as spelled
from broadsheet.kernel import clock, words
from broadsheet.mail.building import built
from broadsheet.mail.rules import filled
from broadsheet.mail.sender import sender
from broadsheet.mail.transports.contract import Outgoing
from broadsheet.mail.types import Body

ADDRESS = "reader@example.org"
"""Whom a sample is written to: an address that belongs to nobody (RFC 2606)."""

LEAVE = "/subscribe/sample?this-link=is-a-sample"
"""Where the links of a sample lead that would be a reader's own."""


def sample(edition: str, *, cadence: str = Cadence.ANNOUNCED, size: int = 10) -> Body:
    """The newest letter of an edition, as somebody gets it who was sent nothing yet.

    Raises NotFound or BadQuestion for an address that cannot be subscribed to, and Unavailable
    where a search has no index to ask.
    """
    now = clock.now()
    address = spelled(edition)
    choice = newest(address, cadence=cadence, size=size, moment=now)
    body = composed(choice, edition=address, cadence=cadence, size=size).body
    fills = {
        "address": ADDRESS,
        "asked_on": words.day(now.date()),
        "leave": absolute(LEAVE),
        "preferences": absolute(LEAVE),
    }
    return Body(subject=body.subject, text=filled(body.text, fills), html=filled(body.html, fills))


def message(edition: str, *, cadence: str = Cadence.ANNOUNCED, size: int = 10) -> bytes:
    """The same as a message with all its headers, unsigned. Raises as ``sample``."""
    body = sample(edition, cadence=cadence, size=size)
    house = sender()
    outgoing = Outgoing(
        name=f"sample@{house.domain}",
        sender=house,
        address=ADDRESS,
        subject=body.subject,
        text=body.text,
        html=body.html,
        headers=headers.of_list(spelled(edition), absolute(LEAVE)),
        at=clock.now(),
    )
    return built(outgoing)
