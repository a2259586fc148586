"""Which way mail leaves, by the option ``mail``."""

from django.conf import settings

from broadsheet.kernel.errors import BadOption
from broadsheet.mail.places import Server, place
from broadsheet.mail.transports.contract import Transport
from broadsheet.mail.transports.folder import Folder


def chosen() -> Transport:
    """The transport that the options name. Raises BadOption where there is none such."""
    if settings.MAIL == "folder":
        return Folder(settings.MAIL_FOLDER)
    if "://" not in settings.MAIL:
        raise BadOption(option="BROADSHEET_MAIL", reason="it is off, and nothing is sent")
    try:
        named = place(settings.MAIL)
    except ValueError as error:
        raise BadOption(option="BROADSHEET_MAIL", reason=str(error)) from None
    # Each brings what the others need not: no command starts slower for the whole of them.
    if isinstance(named, Server):
        from broadsheet.mail.transports.smtp import Smtp  # noqa: PLC0415

        return Smtp(named)
    from broadsheet.mail.transports.provider import Service  # noqa: PLC0415

    return Service(named)
