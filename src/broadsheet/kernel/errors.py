"""What can go wrong, by name.

BroadsheetError            exit 1, status 500
├── BadOption              operator   exit 78   an option or an argument is wrong
├── BadQuestion            reader     status 400, exit 64   what was asked makes no sense
│   └── Refused            both       status 409, exit 64   it does, but cannot be done
├── NotFound               reader     status 404, exit 66   nothing held has that name
│   └── BadLink            reader     status 404, exit 66   a link not mailed from here, or cut
│       └── OldLink        reader     status 410, exit 66   one that was, and is no longer good
├── Unreadable             operator   status 400, exit 65   a file that is not what it claims
├── NotAsked               operator   status 502, exit 68   an upstream gave no answer of use
│   ├── NotThere           both       status 404, exit 68   it says that it has no such thing
│   └── Expired            operator   status 502, exit 68   it no longer knows where we were
├── Busy                   operator   status 503, exit 75   somebody else holds it; try again
│   └── TooOften           reader     status 429, exit 75   no more of it for a while
├── Unavailable            both       status 503, exit 69   a part (index, database) is not there
└── AddressInUse           operator   exit 76   the port is taken

Exit codes follow sysexits.h, so that scripts can tell causes apart.
"""

from typing import ClassVar


class BroadsheetError(Exception):
    """A failure with no cause of its own below.

    The base of every error that is raised on purpose. ``facts`` go to the log whole. The
    reader sees ``message`` filled with only those facts it names, so an address or a path not
    named there cannot leak.
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
    """An option or an argument is wrong; nothing was begun."""

    code = "bad-option"
    exit = 78
    message = "{option} cannot be used: {reason}."


class BadQuestion(BroadsheetError):
    """What was asked makes no sense, or cannot be done."""

    code = "bad-question"
    status = 400
    exit = 64
    message = "{what} cannot be read: {reason}."


class Refused(BadQuestion):
    """What was asked makes sense and cannot be done. ``done`` is a participle."""

    code = "refused"
    status = 409
    message = "{what} cannot be {done}: {reason}."


class NotFound(BroadsheetError):
    """Nothing that is held, no file and no source has that name."""

    code = "not-found"
    status = 404
    exit = 66
    message = "There is no {kind} called {name}."


class BadLink(NotFound):
    """A signed link that was not made here, or not for this, or of which a part is missing."""

    code = "bad-link"
    message = "This link is not whole, or not of this site. Copy all of it from the mail."


class OldLink(BadLink):
    """A signed link that was good once. ``reason`` says why it is not, and what to do."""

    code = "old-link"
    status = 410
    message = "This link is no longer good: {reason}."


class Unreadable(BroadsheetError):
    """A file, or a part of one, could not be read. What could be was imported.

    ``where`` is a file, with ``:line`` where one is to blame.
    """

    code = "unreadable"
    status = 400
    exit = 65
    message = "{where}: {reason}."


class NotAsked(BroadsheetError):
    """An upstream could not be asked, or gave no answer of use.

    ``again_at`` (an aware datetime, or None) is when it may be asked again.
    """

    code = "not-asked"
    status = 502
    exit = 68
    message = "{host} could not be asked: {reason}."


class NotThere(NotAsked):
    """An upstream answered that it has no such thing."""

    code = "not-there"
    status = 404
    message = "{host} has no {what}."


class Expired(NotAsked):
    """An upstream no longer knows the place to go on from: ask again from a safe day."""

    code = "expired"
    message = "{host} no longer knows where to go on: {reason}."


class Busy(BroadsheetError):
    """Another process holds what is needed: try again."""

    code = "busy"
    status = 503
    exit = 75
    message = "{what} is in use by another process. {remedy}"


class TooOften(Busy):
    """As much was asked for as may be in a while: try again later."""

    code = "too-often"
    status = 429
    message = "{what} may be {done} {most} times {span}. Try again in some {wait}."


class Unavailable(BroadsheetError):
    """Catalogue, index, disk or a file cannot be used; the message says which."""

    code = "unavailable"
    status = 503
    exit = 69
    message = "{what} is not available. {remedy}"


class AddressInUse(BroadsheetError):
    """The port is taken."""

    code = "address-in-use"
    exit = 76
    message = "Port {port} is taken on {host}. Choose another with --port or PORT=."
