"""Telling the operator's dead-man's switch that a run ended well."""

from typing import Final

from django.conf import settings

from broadsheet.harvest.asking import place
from broadsheet.harvest.limiter import Turns
from broadsheet.jobs import actions as jobs
from broadsheet.kernel.errors import NotAsked, Unreadable
from broadsheet.net.addresses import Checks
from broadsheet.net.agent import user_agent
from broadsheet.net.client import HttpClient
from broadsheet.net.connection import Timeouts
from broadsheet.net.exchange import Means
from broadsheet.net.waiting import Patience

JOB: Final = "harvest.ping"
"""A job of its own, so that no run waits for it or fails with it; the queue tries it again."""

_TIMEOUTS: Final = Timeouts(connect_s=5.0, read_s=10.0, total_s=20.0)
_ONCE: Final = Patience(tries=1)  # the client would log the address before it tries again


def ask(source: str) -> None:
    """Have the address pinged that the operator set, if any, for a run of this source."""
    if settings.PING_URL:
        jobs.enqueue(JOB, source, source=source)


def ping(source: str) -> None:
    """Ask for the address once. It may be anywhere, inside too: the operator named it.

    Raises NotAsked, which tells the host and the reason, and nothing else of the address.
    """
    url = settings.PING_URL.replace("{source}", source)
    if not url:
        return
    host = place(url)
    agent = user_agent(settings.PUBLIC_URL, settings.CONTACT)
    means = Means(checks=Checks(allowed=(host,)), timeouts=_TIMEOUTS)
    client = HttpClient(agent, Turns(), means, patience=_ONCE)
    try:
        client.get(url, most_bytes=1_000_000)
    except (NotAsked, Unreadable) as error:
        facts = error.facts
        raise NotAsked(host=host, reason=facts["reason"], again_at=facts["again_at"]) from None
