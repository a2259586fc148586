"""The letter that tells the owner of a webhook that it is switched off."""

import textwrap
from typing import Final

from django.conf import settings
from django.template.loader import render_to_string

from broadsheet.digest import links
from broadsheet.digest.models import Webhook
from broadsheet.editions import site
from broadsheet.kernel import clock
from broadsheet.mail import actions as mail
from broadsheet.mail.rules import slot
from broadsheet.mail.types import Body, Letter
from broadsheet.net.targets import shown

_SUBJECT: Final = "{title}: a webhook of yours is switched off"
_WIDTH: Final = 70


def tell_owner(webhook: Webhook) -> None:
    """Post the letter, once for each time that the webhook is switched off."""
    owner = webhook.subscriber
    fills = {
        "address": owner.address,
        "preferences": links.absolute(links.preferences_path(owner.name)),
        "endpoint": shown(webhook.url),
        "edition": links.absolute(webhook.edition),
        "why": textwrap.fill(webhook.why_off, _WIDTH),
    }
    title = site.title()
    context = {name: slot(name) for name in fills}
    context |= {"title": title, "root": settings.PUBLIC_URL, "contact": settings.CONTACT}
    letter = Letter(
        key=f"webhook {webhook.name} off {clock.now():%Y-%m-%d %H:%M:%S}",
        kind="notice",
        owner=owner.name,
        address=owner.address,
        body=Body(
            subject=_SUBJECT.format(title=title),
            text=render_to_string("digest/webhook_off.txt", context),
        ),
        fills=fills,
    )
    mail.post([letter])
