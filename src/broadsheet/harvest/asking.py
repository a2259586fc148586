"""Where and how a source asks: its operator's settings, and the one client."""

from typing import Final
from urllib.parse import urlsplit

from django.conf import settings

from broadsheet.harvest.limiter import Turns
from broadsheet.harvest.models import Source
from broadsheet.kernel import clock
from broadsheet.net.addresses import Checks
from broadsheet.net.agent import user_agent
from broadsheet.net.client import HttpClient
from broadsheet.net.contract import Client
from broadsheet.net.exchange import Means
from broadsheet.papers.queries.linked import linked
from broadsheet.sources.live import LiveSource, Upstream, Wanted

_PORTS: Final = {"http": 80, "https": 443}


def upstream_of(
    source: LiveSource, row: Source, client: Client | None, categories: tuple[str, ...] | None
) -> Upstream:
    """What a source is asked with. Raises BadOption where nobody would be named as asking.

    ``categories`` None are those the operator set.
    """
    if categories is None:
        categories = categories_of(row)
    return Upstream(
        client=client or client_of(row),
        base_url=row.base_url or source.base_url,
        categories=categories,
        key=settings.SOURCE_KEYS.get(source.name, ""),
    )


def categories_of(row: Source) -> tuple[str, ...]:
    """Those that the operator set; () are all."""
    return tuple(row.categories.split("\n")) if row.categories else ()


def by_name(source: LiveSource, upstream: Upstream, wanted: Wanted) -> Wanted:
    """What is wanted of a source; the repositories of recent papers of one that counts these."""
    most = source.repositories[bool(upstream.key)]
    if not most or wanted.names:
        return wanted
    return Wanted(names=linked(now=clock.now(), most=most))


def client_of(row: Source) -> Client:
    """The client, in the operator's name; hosts that they pointed a source at are allowed.

    Raises BadOption while the operator's contact is not set.
    """
    allowed = tuple(map(place, row.base_url.split()))
    agent = user_agent(settings.PUBLIC_URL, settings.CONTACT)
    return HttpClient(agent, Turns(), Means(checks=Checks(allowed=allowed)))


def place(url: str) -> str:
    """Host and port of an address, as checks name them."""
    parts = urlsplit(url)
    return f"{parts.hostname}:{parts.port or _PORTS.get(parts.scheme, 443)}"
