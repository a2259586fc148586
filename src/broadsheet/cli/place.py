"""Where a server listens: asked for before anything is begun, told when it stands."""

import errno
import socket
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Final

from broadsheet.kernel.errors import AddressInUse, BadOption

_EVERYWHERE: Final = ("0.0.0.0", "::")  # noqa: S104  # what an operator may ask for


@dataclass(frozen=True, slots=True)
class Place:
    """A free port. ``host`` is as the operator wrote it, ``number`` the address it means."""

    host: str
    port: int
    number: str

    @property
    def url(self) -> str:
        """The address to open on this machine."""
        shown = "127.0.0.1" if self.host in _EVERYWHERE else self.host
        return f"http://[{shown}]:{self.port}" if ":" in shown else f"http://{shown}:{self.port}"

    def claim(self) -> None:
        """Tell the site whether anybody but this machine reaches the server."""
        from django.conf import settings

        settings.ONLY_HERE = ip_address(self.number).is_loopback

    def admit(self) -> str:
        """Answer to the host's own name; a sentence on others where all addresses are meant."""
        from django.conf import settings

        if self.host not in _EVERYWHERE:
            settings.ALLOWED_HOSTS.append(f"[{self.host}]" if ":" in self.host else self.host)
            return ""
        if "*" in settings.ALLOWED_HOSTS:
            return "\nIt answers to every host name."
        return (
            f"\nIt answers to {', '.join(dict.fromkeys(settings.ALLOWED_HOSTS))}. Any other name or"
            "\naddress of this machine is refused until BROADSHEET_ALLOWED_HOSTS names it."
        )


def place(host: str, port: int) -> Place:
    """The place to listen at. Raises AddressInUse or BadOption where it cannot be had."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except PermissionError as error:
            reason = f"port {port} is not open to this user; choose one from 1024"
            raise BadOption(option="--port", reason=reason) from error
        except (OSError, UnicodeError) as error:
            if getattr(error, "errno", 0) == errno.EADDRINUSE:
                raise AddressInUse(host=host, port=port) from error
            reason = f"{host} is no address of this machine; 127.0.0.1 and 0.0.0.0 always are"
            raise BadOption(option="--host", reason=reason) from error
        return Place(host, port, probe.getsockname()[0])
