"""Who asks: the name by which other sites know this instance and whom they can write to."""

from urllib.parse import quote

import broadsheet
from broadsheet.kernel.errors import BadOption


def user_agent(public_url: str, contact: str) -> str:
    """The User-Agent of an instance: ``Broadsheet/1.0 (+https://site/about; mailto:me@site)``.

    Args:
        public_url: where readers find it, "" if nowhere.
        contact: the operator's mail or web address.

    Raises:
        BadOption: without a contact, because a site that is troubled must be able to complain.
    """
    if not contact:
        reason = (
            "it is not set, and other sites are asked only in the name of somebody they can"
            " write to; set it to your mail address or a web address"
        )
        raise BadOption(option="BROADSHEET_CONTACT", reason=reason)
    whom = contact if contact.startswith(("http://", "https://")) else f"mailto:{contact}"
    known = [f"+{public_url}/about"] if public_url else []
    told = "; ".join(quote(part, safe="+:/@?&=%.,~-_") for part in (*known, whom))
    return f"Broadsheet/{broadsheet.__version__} ({told})"
