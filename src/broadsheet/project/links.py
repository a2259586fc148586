"""The addresses that hold a signed link: whoever reads one may do what it allows."""

import re
from typing import Final

LINKS: Final = ("/unsubscribe/", "/mail/", "/subscribe/confirm/")
"""Where a signed link stands in the address. Whoever sends a form there has the link, which no
page of another site does; mail programs leave a list from wherever they run (RFC 8058)."""

# The beginning of a path, or one behind a site; not a folder of that name within a path. A line
# break may be written as JSON does.
_LINK: Final = re.compile(
    rf"""((?:https?://[^/\s]+|(?<![\w.~-])|(?<=\\n))(?:{"|".join(LINKS)}))[^\s"'<>\\]+"""
)


def without_links(text: str) -> str:
    """The text with every signed link in it cut to where it stands: ``/mail/…``."""
    return _LINK.sub(r"\1…", text)
