"""Which way mail leaves, by the option ``mail``."""

from django.conf import settings

from broadsheet.kernel.errors import BadOption
from broadsheet.mail.transports.contract import Transport
from broadsheet.mail.transports.folder import Folder


def chosen() -> Transport:
    """The transport that the options name. Raises BadOption where there is none such."""
    if settings.MAIL == "folder":
        return Folder(settings.MAIL_FOLDER)
    raise BadOption(option="BROADSHEET_MAIL", reason="it is off")
