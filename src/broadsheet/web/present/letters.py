"""Letters as pages show them: those in the folder of the outbox, and samples."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.parser import BytesHeaderParser
from email.policy import default
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote, urlsplit

from django.conf import settings

from broadsheet.kernel import words
from broadsheet.kernel.errors import NotFound
from broadsheet.kernel.text import plural

_SHOWN: Final = 200
_NAME: Final = re.compile(r"[\w@+=-][\w@.+=-]{0,240}", re.ASCII)
_SUFFIX: Final = ".eml"
_LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "[::1]", "::1"})


def has_outbox() -> bool:
    """Whether letters are put into a folder, on a site that only this machine reaches.

    What a request says of itself counts for nothing: the server listens to this machine alone,
    and neither the public address nor a further name says that others come through a proxy.
    """
    names = (urlsplit(settings.PUBLIC_URL).hostname, *settings.ALLOWED_HOSTS)
    own = settings.ONLY_HERE and all(name in _LOOPBACK for name in names)
    return settings.MAIL == "folder" and own


def outbox() -> dict[str, Any]:
    """The letters in the folder, the newest first."""
    files = sorted(_files(), key=lambda file: (-file.stat().st_mtime, file.name))
    shown = [_line(file) for file in files[:_SHOWN]]
    total = plural(len(files), "letter")
    return {
        "page_title": "The outbox",
        "letters": shown,
        "caption": total if len(files) <= _SHOWN else f"{_SHOWN} of {total}",
    }


def _files() -> Iterator[Path]:
    folder: Path = settings.MAIL_FOLDER
    return folder.glob(f"*{_SUFFIX}")


def _line(file: Path) -> dict[str, str]:
    with file.open("rb") as opened:
        head = BytesHeaderParser(policy=default).parse(opened)
    written = datetime.fromtimestamp(file.stat().st_mtime, UTC)
    return {
        "href": _href(file.stem),
        "subject": str(head["Subject"] or "") or file.name,
        "to": str(head["To"] or ""),
        "written": words.moment(written),
    }


def _href(name: str) -> str:
    return f"/outbox/{quote(name)}"


def raw(name: str) -> bytes:
    """A file of the folder, by its name without the suffix. Raises NotFound."""
    file = settings.MAIL_FOLDER / f"{name}{_SUFFIX}"
    if not _NAME.fullmatch(name) or not file.is_file():
        raise NotFound(kind="letter", name=name[:80])
    content: bytes = file.read_bytes()
    return content


def letter(name: str) -> dict[str, Any]:
    """One letter of the folder: its headers, its text, whether it has a part in HTML."""
    message = _parsed(name)
    return {
        "page_title": str(message["Subject"] or name),
        "subject": str(message["Subject"] or name),
        "href": _href(name),
        "has_html": message.get_body(("html",)) is not None,
        "text": _content(message, "plain"),
        "headers": [(key, " ".join(str(value).split())) for key, value in message.items()],
    }


def html(name: str) -> str:
    """The part in HTML of one letter. Raises NotFound where it has none."""
    found = _content(_parsed(name), "html")
    if not found:
        raise NotFound(kind="HTML in the letter", name=name[:80])
    return found


def _parsed(name: str) -> EmailMessage:
    return message_from_bytes(raw(name), policy=default)


def _content(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    return str(part.get_content()) if part else ""
