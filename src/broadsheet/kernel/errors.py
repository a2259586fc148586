"""What can go wrong, by name.

BroadsheetError            exit 1, status 500
├── BadOption              operator   exit 78
├── BadQuestion            reader     status 400, exit 64
├── NotFound               reader     status 404, exit 66
├── Unreadable             operator   status 400, exit 65   a file that is not what it claims
├── Busy                   operator   status 503, exit 75   somebody else holds it; try again
├── Unavailable            both       status 503, exit 69   a part (index, database) is not there
└── AddressInUse           operator   exit 76   the port is taken

Exit codes follow sysexits.h, so that scripts can tell causes apart.
"""

from typing import ClassVar


class BroadsheetError(Exception):
    """Base of every error this program raises on purpose.

    ``facts`` go to the log whole. The reader sees ``message`` filled with only those
    facts it names, so an address or a path not named there cannot leak.
    """

    code: ClassVar[str] = "internal"
    status: ClassVar[int] = 500
    exit: ClassVar[int] = 1
    message: ClassVar[str] = "Something went wrong on our side."

    def __init__(self, **facts: object) -> None:
        self.facts = facts
        super().__init__(f"{self.code} {facts}")

    @property
    def user_message(self) -> str:
        """The one sentence a person is told: what happened and what to do."""
        return self.message.format_map(self.facts)


class BadOption(BroadsheetError):
    code = "bad-option"
    exit = 78
    message = "{option} cannot be used: {reason}."


class BadQuestion(BroadsheetError):
    code = "bad-question"
    status = 400
    exit = 64
    message = "{what} cannot be read: {reason}."


class NotFound(BroadsheetError):
    code = "not-found"
    status = 404
    exit = 66
    message = "There is no {kind} called {name}."


class Unreadable(BroadsheetError):
    """``where`` is a file, with ``:line`` where one is to blame."""

    code = "unreadable"
    status = 400
    exit = 65
    message = "{where}: {reason}."


class Busy(BroadsheetError):
    code = "busy"
    status = 503
    exit = 75
    message = "{what} is in use by another process. {remedy}"


class Unavailable(BroadsheetError):
    code = "unavailable"
    status = 503
    exit = 69
    message = "{what} is not available. {remedy}"


class AddressInUse(BroadsheetError):
    code = "address-in-use"
    exit = 76
    message = "Port {port} is taken on {host}. Choose another with --port or PORT=."
