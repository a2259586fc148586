"""How fast a host may be asked, and which hosts count as one."""

from datetime import timedelta
from ipaddress import ip_address
from typing import Final

# All services of arXiv together: one request per three seconds, by their terms of use.
_TOGETHER: Final = {"arxiv.org": "arxiv"}
_PAUSES: Final = {"arxiv": timedelta(seconds=3)}
_PAUSE: Final = timedelta(seconds=1)


def bucket(host: str) -> str:
    """The name that the requests of a host (with or without port) are counted under."""
    name = bare(host)
    for domain, shared in _TOGETHER.items():
        if name == domain or name.endswith(f".{domain}"):
            return shared
    return host.lower()


def pause(host: str) -> timedelta:
    """How long nobody asks after a request; this machine itself needs no pause."""
    try:
        here = ip_address(bare(host)).is_loopback
    except ValueError:
        here = bare(host) == "localhost"
    return timedelta(0) if here else _PAUSES.get(bucket(host), _PAUSE)


def bare(host: str) -> str:
    """A host without its port and brackets, in lower case."""
    if host.startswith("["):
        return host[1:].partition("]")[0].lower()
    name, _, port = host.rpartition(":")
    return (name if name and port.isdecimal() else host).lower().rstrip(".")
