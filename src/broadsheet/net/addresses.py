"""Which addresses may be asked: plain rules, no network.

A name is resolved once, every address it has is checked here, and the connection goes to one
of exactly these, so a name that changes its address in between (rebinding) gains nothing.
"""

from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Final

# What ``is_global`` lets pass on some versions of Python and nobody may be reached by, or what
# carries another address inside: RFC 6890, 6052 (NAT64), 3056 (6to4), 4380 (Teredo), 3068.
_MORE: Final = tuple(
    ip_network(network)
    for network in (
        "168.63.129.16/32",  # the inside of a cloud that looks like the outside
        *("192.0.0.0/24", "192.88.99.0/24", "240.0.0.0/4", "100.64.0.0/10", "0.0.0.0/8"),
        *("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/23", "3fff::/20"),
    )
)
_WEB_PORTS: Final = (80, 443)


@dataclass(frozen=True, slots=True, kw_only=True)
class Checks:
    """Whom the client may ask beside the public web.

    ``allowed`` are hosts (``127.0.0.1``, ``papers.lab``, for one port only ``papers.lab:8080``)
    that the operator named: they may have any address and any port.
    """

    allowed: tuple[str, ...] = ()

    def allows(self, host: str, port: int) -> bool:
        """Whether the operator named this host."""
        bare = host.rstrip(".")
        return bare in self.allowed or f"{bare}:{port}" in self.allowed

    def refusal_of(self, host: str, port: int, addresses: tuple[str, ...]) -> str:
        """Why a host with these addresses is not asked: the end of a sentence, "" if it may."""
        if self.allows(host, port):
            return ""
        if port not in _WEB_PORTS:
            return f"port {port} is not a port of the public web"
        for address in addresses:
            if what := refusal(address):
                return f"its address is {what}, not one of the public web"
        return ""


def refusal(address: str) -> str:
    """What an IP address is that may not be asked ("a loopback address"), "" if it may."""
    found = ip_address(address)
    if isinstance(found, IPv6Address) and found.ipv4_mapped:
        found = found.ipv4_mapped
    kinds = (
        (found.is_loopback, "a loopback address"),
        (found.is_link_local, "a link-local address"),  # metadata services of clouds, too
        (found.is_multicast, "a multicast address"),
        (found.is_unspecified or found.is_reserved, "a reserved address"),
        (any(_is_in(found, network) for network in _MORE), "a reserved address"),
        (not found.is_global, "a private address"),
    )
    return next((what for holds, what in kinds if holds), "")


def _is_in(address: IPv4Address | IPv6Address, network: object) -> bool:
    return address in network  # type: ignore[operator]  # of the other version: not in it
